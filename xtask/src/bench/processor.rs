//! A process's time on the processors as Linux counts it.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::time::sleep;

/// Ticks a second in `/proc`: fixed for programs, whatever the kernel's own clock (Linux, `USER_HZ`).
const TICKS_A_SECOND: u32 = 100;

/// Watches a process for a while: which share of one core it takes.
pub(super) async fn share(process: u32, window: Duration) -> Result<f64> {
    let (begin, before) = (Instant::now(), used(process)?);
    sleep(window).await;
    let (time, after) = (begin.elapsed(), used(process)?);
    Ok(after.saturating_sub(before).as_secs_f64() / time.as_secs_f64())
}

/// Time in the program and in the kernel for it, since its start.
fn used(process: u32) -> Result<Duration> {
    let path = format!("/proc/{process}/stat");
    let stat = fs::read_to_string(&path).with_context(|| format!("{path} cannot be read"))?;
    read(&stat).with_context(|| format!("{path} tells no times"))
}

/// The 14th and the 15th field (`proc_pid_stat(5)`); the second one is a name in brackets that may hold anything.
fn read(stat: &str) -> Option<Duration> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11).map(str::parse::<u32>);
    let (program, kernel) = (fields.next()?.ok()?, fields.next()?.ok()?);
    Some(Duration::from_secs(u64::from(program) + u64::from(kernel)) / TICKS_A_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_past_a_name_with_brackets() {
        let stat = "42 (a) b (c)) S 1 42 42 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 3 0 9000 1 1 1";
        assert_eq!(read(stat), Some(Duration::from_secs(3)));
        assert_eq!(read("42 (a) S 1 42"), None);
    }

    #[test]
    fn this_process_has_used_some_time() {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_millis(100) {
            std::hint::spin_loop();
        }
        assert!(used(std::process::id()).unwrap() > Duration::ZERO);
    }
}

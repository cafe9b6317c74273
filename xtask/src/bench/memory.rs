//! A process's memory as Linux counts it.

use std::fs;

use anyhow::{Context, Result};

/// The resident memory of a process in bytes: `VmRSS`.
pub(super) fn resident(process: u32) -> Result<u64> {
    status(process, "VmRSS")
}

/// The most that was resident in bytes, since the process started or its peak was [forgotten](forget_peak): `VmHWM`.
pub(super) fn peak(process: u32) -> Result<u64> {
    status(process, "VmHWM")
}

/// Lets the peak begin anew. A kernel may refuse; then the peak is that since the process started, which is never less.
pub(super) fn forget_peak(process: u32) {
    // 5 is the peak alone (Linux, Documentation/filesystems/proc.rst).
    let _ = fs::write(format!("/proc/{process}/clear_refs"), "5");
}

fn status(process: u32, field: &str) -> Result<u64> {
    let path = format!("/proc/{process}/status");
    let status = fs::read_to_string(&path).with_context(|| format!("{path} cannot be read"))?;
    read(&status, field).with_context(|| format!("{path} tells no {field}"))
}

fn read(status: &str, field: &str) -> Option<u64> {
    let value = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    let kibibytes: u64 = value.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use std::process;

    use super::*;

    #[test]
    fn memory_is_told_in_kibibytes() {
        let status = "VmHWM:\t   9000 kB\nVmRSS:\t    5120 kB\n";
        assert_eq!(read(status, "VmRSS"), Some(5 * 1024 * 1024));
        assert_eq!(read(status, "VmHWM"), Some(9000 * 1024));
        assert_eq!(read(status, "VmRS"), None);
        assert_eq!(read("VmHWM:\t 9000 kB\n", "VmRSS"), None);
    }

    #[test]
    fn what_was_freed_stays_in_the_peak() {
        const MUCH: usize = 64 * 1024 * 1024;
        let before = resident(process::id()).unwrap();
        drop(std::hint::black_box(vec![1_u8; MUCH]));
        // Other tests run in this process, and counters lag a little.
        assert!(peak(process::id()).unwrap() >= before + MUCH as u64 / 2);
    }
}

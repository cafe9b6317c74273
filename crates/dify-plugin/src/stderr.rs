//! What a plugin says outside the protocol: short lines on stderr.
//!
//! Dify's daemon reads stderr line by line into its own log and keeps the last 1,024 bytes to explain a failed start; a
//! line of 5 MiB would stop it from reading (dify-plugin-daemon 0.6.10).

use std::io::{self, Write};

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

pub use tracing::Level;

/// The longest line, in bytes with its end.
const MAX_BYTES: usize = 2048;

/// Prints the `tracing` events of the named crates (`["dify_plugin", "my_plugin"]`), from `level` up, to stderr: one
/// line each, of at most 2 KiB, without control characters.
///
/// Crates not named stay silent, whatever they log: an HTTP client's debug lines hold what a user sends. Does nothing
/// when a subscriber is already set.
pub fn log_to_stderr(targets: &[&str], level: Level) {
    let targets: Targets = targets.iter().map(|target| (*target, level)).collect();
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        // Complaints about a closed stderr would go to stderr, and panic.
        .log_internal_errors(false)
        .with_writer(|| Line);
    // Refused only when there is a subscriber, which then is the one to serve.
    let _ = tracing_subscriber::registry().with(targets).with(lines).try_init();
}

/// Makes panics print their place alone.
pub(crate) fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        write_line(&format!("panic at {place}"));
    }));
}

/// Writes one line. A stderr that is gone is nothing to fail for.
pub(crate) fn write_line(text: &str) {
    let _ = io::stderr().lock().write_all(&one_line(text.as_bytes()));
}

/// Takes one formatted event a write, as `tracing_subscriber::fmt` does.
struct Line;

impl Write for Line {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        io::stderr().lock().write_all(&one_line(event))?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn one_line(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let mut line = String::new();
    for character in text.trim_end().chars() {
        if line.len() + character.len_utf8() + "…\n".len() > MAX_BYTES {
            line.push('…');
            break;
        }
        let breaks = character.is_control() || matches!(character, '\u{2028}' | '\u{2029}');
        line.push(if breaks { ' ' } else { character });
    }
    line.push('\n');
    line.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_and_short() {
        assert_eq!(one_line(b"two\nlines\x1b[31m\r\n"), b"two lines [31m\n");
        let long = one_line("ü".repeat(10_000).as_bytes());
        assert!(long.len() <= MAX_BYTES && long.ends_with("…\n".as_bytes()), "{}", long.len());
        assert_eq!(long.iter().position(|byte| *byte == b'\n'), Some(long.len() - 1));
    }
}

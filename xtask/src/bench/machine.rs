//! What the numbers were measured on.

use std::fs;
use std::thread::available_parallelism;

/// Its cores, and how busy they are with this and everything else.
pub(super) fn describe() -> String {
    let cores = available_parallelism().map_or(0, usize::from);
    // The first three fields are the averages over 1, 5 and 15 minutes.
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: Vec<_> = load.split_whitespace().take(3).collect();
    format!("{cores} cores, load {}", load.join(" "))
}

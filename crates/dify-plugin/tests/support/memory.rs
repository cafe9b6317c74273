//! A process's memory as Linux counts it, in bytes.

use std::fs;

/// What is resident.
pub(crate) fn resident(process: u32) -> u64 {
    status(process, "VmRSS:")
}

/// The most that ever was.
pub(crate) fn peak(process: u32) -> u64 {
    status(process, "VmHWM:")
}

fn status(process: u32, field: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let value = status.lines().find_map(|line| line.strip_prefix(field)).unwrap();
    value.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1024
}

//! A process's memory as Linux counts it.

use std::fs;

use anyhow::{Context, Result};

/// The resident memory of a process in bytes: `VmRSS`.
pub(super) fn resident(process: u32) -> Result<u64> {
    let path = format!("/proc/{process}/status");
    let status = fs::read_to_string(&path).with_context(|| format!("{path} cannot be read"))?;
    read_vm_rss(&status).with_context(|| format!("{path} tells no VmRSS"))
}

fn read_vm_rss(status: &str) -> Option<u64> {
    let value = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = value.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vm_rss_is_told_in_kibibytes() {
        assert_eq!(read_vm_rss("VmHWM:\t   9000 kB\nVmRSS:\t    5120 kB\n"), Some(5 * 1024 * 1024));
        assert_eq!(read_vm_rss("VmHWM:\t 9000 kB\n"), None);
        assert!(resident(std::process::id()).unwrap() > 0);
    }
}

//! The plugin's process, seen from outside as an administrator sees it with `ps`.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use tokio::time::sleep;

use super::process::SOON;
use crate::project::BINARY;

/// A running plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PluginProcess {
    pub(super) id: u32,
    /// Its program, in the folder of its version.
    pub(super) program: PathBuf,
}

impl PluginProcess {
    pub(super) fn runs(&self) -> bool {
        program(self.id).as_ref() == Some(&self.program)
    }

    /// Waits for its end.
    pub(super) async fn ended(&self, limit: Duration) -> Result<Duration> {
        let started = Instant::now();
        while self.runs() {
            if started.elapsed() > limit {
                bail!("the plugin's process {} still runs after {} s", self.id, limit.as_secs());
            }
            sleep(SOON).await;
        }
        Ok(started.elapsed())
    }
}

/// Those below a daemon, native by now: Python has become the program.
pub(super) fn below(daemon: u32) -> Result<Vec<PluginProcess>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        // A process may be gone between two looks.
        let parent = fs::read_to_string(entry.path().join("status")).ok().and_then(|status| parent(&status));
        if parent != Some(daemon) {
            continue;
        }
        if let Some(program) = program(id).filter(|program| program.ends_with(BINARY)) {
            found.push(PluginProcess { id, program });
        }
    }
    Ok(found)
}

fn program(id: u32) -> Option<PathBuf> {
    let program = fs::read_link(format!("/proc/{id}/exe")).ok()?;
    // The daemon removes files of what still runs.
    let deleted = program.to_str().and_then(|program| program.strip_suffix(" (deleted)")).map(PathBuf::from);
    Some(deleted.unwrap_or(program))
}

fn parent(status: &str) -> Option<u32> {
    status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parent_stands_in_the_status() {
        assert_eq!(parent("Name:\tsh\nPid:\t7\nPPid:\t42\nTracerPid:\t0\n"), Some(42));
        assert_eq!(parent("Name:\tsh\n"), None);
    }
}

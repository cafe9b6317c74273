//! A process that was started here, with a log, and ends with whoever holds it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use rustix::process::{Pid, Signal, kill_process};
use tokio::time::sleep;

/// Between two looks at something that changes soon.
pub(super) const SOON: Duration = Duration::from_millis(50);
/// What an end in order may take before it is a bad end.
const PATIENCE: Duration = Duration::from_secs(10);

/// Ended when dropped: asked first, then killed. Only this very process is.
pub(super) struct Process {
    name: &'static str,
    child: Child,
    log: PathBuf,
    /// What asks it to end.
    end: Signal,
}

impl Process {
    /// Starts it with nothing to read, its own process group (a Ctrl-C in a terminal is for this program, which then
    /// ends all in order), and both its outputs in `log`.
    pub(super) fn start(name: &'static str, mut command: Command, log: &Path, end: Signal) -> Result<Self> {
        use std::os::unix::process::CommandExt;

        let output = File::options().create(true).append(true).open(log)?;
        command.process_group(0).stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        let child =
            command.spawn().with_context(|| format!("{} cannot be started", command.get_program().display()))?;
        Ok(Self { name, child, log: log.to_owned(), end })
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Everything it wrote.
    pub(super) fn log(&self) -> Result<String> {
        Ok(String::from_utf8_lossy(&fs::read(&self.log)?).into_owned())
    }

    /// Waits for words in its log.
    pub(super) async fn wait_for(&mut self, words: &str, limit: Duration) -> Result<()> {
        let started = Instant::now();
        while !self.log()?.contains(words) {
            self.ensure_running()?;
            if started.elapsed() > limit {
                bail!("{} is not ready after {} s{}", self.name, limit.as_secs(), self.last_words());
            }
            sleep(SOON).await;
        }
        Ok(())
    }

    pub(super) fn ensure_running(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => Err(anyhow!("{} ended with {status}{}", self.name, self.last_words())),
        }
    }

    /// Ends it in order.
    pub(super) fn stop(&mut self) -> Result<ExitStatus> {
        self.end().with_context(|| format!("{} does not end", self.name))
    }

    fn end(&mut self) -> Result<ExitStatus> {
        if let Some(status) = self.child.try_wait()? {
            return Ok(status);
        }
        signal(self.child.id(), self.end)?;
        let asked = Instant::now();
        while asked.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            thread::sleep(SOON);
        }
        self.child.kill()?;
        Ok(self.child.wait()?)
    }

    fn last_words(&self) -> String {
        let log = self.log().unwrap_or_default();
        let mut lines: Vec<_> = log.lines().rev().take(5).collect();
        lines.reverse();
        if lines.is_empty() { String::new() } else { format!(":\n{}", lines.join("\n")) }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Nothing more can be done about it here.
        self.end().ok();
    }
}

/// Sends a signal to one process.
pub(super) fn signal(id: u32, signal: Signal) -> Result<()> {
    let pid = i32::try_from(id).ok().and_then(Pid::from_raw).context("no process has this number")?;
    kill_process(pid, signal).with_context(|| format!("process {id} takes no signal"))
}

//! The plugin behind a [`Host`](super::Host): a process, or a task.

use std::io;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};
use tokio::task::JoinHandle;

use super::Exit;
use crate::connection::{Connection, HostInput, HostOutput};
use crate::{Plugin, serve_on};

/// One read from a process.
const READ_BYTES: usize = 64 * 1024;
/// What is kept of stderr.
const STDERR_BYTES: usize = 1024 * 1024;

pub(super) struct Link {
    pub(super) input: Input,
    pub(super) output: Output,
    pub(super) life: Life,
}

#[derive(Debug)]
pub(super) enum Input {
    Memory(HostInput),
    Process(ChildStdin),
}

pub(super) enum Output {
    Memory(HostOutput),
    Process(ChildStdout),
}

#[derive(Debug)]
pub(super) enum Life {
    Memory(JoinHandle<()>),
    Process { child: Box<Mutex<Child>>, stderr: Arc<Mutex<Vec<u8>>>, stderr_reader: JoinHandle<()> },
}

pub(super) fn memory(plugin: Plugin) -> Link {
    let (connection, host) = Connection::memory();
    let life = Life::Memory(tokio::spawn(serve_on(plugin, connection)));
    Link { input: Input::Memory(host.input), output: Output::Memory(host.output), life }
}

pub(super) fn process(mut command: Command) -> io::Result<Link> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = tokio::process::Command::from(command).kill_on_drop(true).spawn()?;
    let (Some(stdin), Some(stdout), Some(errors)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(io::Error::other("the process was started without its streams"));
    };
    let stderr = Arc::default();
    let stderr_reader = tokio::spawn(keep(errors, Arc::clone(&stderr)));
    let life = Life::Process { child: Box::new(Mutex::new(child)), stderr, stderr_reader };
    Ok(Link { input: Input::Process(stdin), output: Output::Process(stdout), life })
}

fn locked(child: &Mutex<Child>) -> std::sync::MutexGuard<'_, Child> {
    child.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn keep(mut stderr: ChildStderr, kept: Arc<Mutex<Vec<u8>>>) {
    let mut buffer = vec![0; 4096];
    while let Ok(length @ 1..) = stderr.read(&mut buffer).await {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let room = STDERR_BYTES.saturating_sub(kept.len());
        kept.extend(buffer.iter().take(length.min(room)));
    }
}

impl Input {
    pub(super) async fn send(&mut self, bytes: &[u8]) {
        match self {
            Self::Memory(input) => input.send(bytes).await,
            Self::Process(stdin) => {
                // A plugin that no longer reads shows by its end.
                let _ = stdin.write_all(bytes).await;
                let _ = stdin.flush().await;
            }
        }
    }

    pub(super) async fn close(self) {
        if let Self::Memory(input) = self {
            input.close().await;
        }
    }
}

impl Output {
    /// The next bytes, in `buffer`. False at the end.
    pub(super) async fn read(&mut self, buffer: &mut Vec<u8>) -> bool {
        buffer.clear();
        match self {
            Self::Memory(output) => match output.next_bytes().await {
                Some(bytes) => *buffer = bytes,
                None => return false,
            },
            Self::Process(stdout) => {
                buffer.reserve(READ_BYTES);
                return matches!(stdout.read_buf(buffer).await, Ok(1..));
            }
        }
        true
    }
}

impl Life {
    pub(super) fn stderr(&self) -> String {
        match self {
            Self::Memory(_) => String::new(),
            Self::Process { stderr, .. } => {
                String::from_utf8_lossy(&stderr.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
            }
        }
    }

    pub(super) fn kill(&self) {
        match self {
            Self::Memory(task) => task.abort(),
            // One that has ended already is no longer to be killed.
            Self::Process { child, .. } => _ = locked(child).start_kill(),
        }
    }

    pub(super) fn process_id(&self) -> Option<u32> {
        match self {
            Self::Memory(_) => None,
            Self::Process { child, .. } => locked(child).id(),
        }
    }

    pub(super) async fn end(&mut self) -> io::Result<Exit> {
        let status = match self {
            Self::Memory(task) => {
                if !task.is_finished() {
                    task.await.map_err(io::Error::other)?;
                }
                None
            }
            Self::Process { child, stderr_reader, .. } => {
                let child = child.get_mut().unwrap_or_else(PoisonError::into_inner);
                let status = child.wait().await?;
                if !stderr_reader.is_finished() {
                    stderr_reader.await.map_err(io::Error::other)?;
                }
                Some(status)
            }
        };
        Ok(Exit { status, stderr: self.stderr() })
    }
}

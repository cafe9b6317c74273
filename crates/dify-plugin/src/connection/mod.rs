//! The two ends between host and plugin, without regard to what is said.
//!
//! A [`Connection`] is the plugin's end: lines come in, lines go out. Whether a process's standard streams or the
//! memory of a test stand behind it makes no difference to [`serve_on`](crate::serve_on).

mod lines;
mod memory;
mod outbox;
mod stdio;

pub use lines::MAX_LINE_BYTES;
pub(crate) use lines::{Frame, LineSplitter};
pub use memory::{HostInput, HostOutput, HostSide};
pub(crate) use outbox::Outbox;
use tokio::sync::mpsc;

/// How many lines may wait between reader and router. Small: the router always reads on.
pub(crate) const FRAMES: usize = 4;

/// The longest line given to the host, in bytes with its end.
///
/// Dify's daemon kills a plugin at a line of 5 MiB (`PLUGIN_RUNTIME_MAX_BUFFER_SIZE`, dify-plugin-daemon 0.6.10).
pub const MAX_OUTPUT_LINE_BYTES: usize = 5 * 1024 * 1024 - 1;

/// The plugin's end.
pub struct Connection {
    pub(crate) incoming: mpsc::Receiver<Frame>,
    pub(crate) outbox: Outbox,
}

impl Connection {
    /// This process's standard streams, read and written by a thread each.
    ///
    /// From here on nothing but the protocol reaches the host's end of stdout: on Unix the connection keeps a
    /// descriptor of its own, and what anything else in the process prints goes to stderr. So call it once.
    ///
    /// The connection ends when stdin ends, and also as soon as nobody reads stdout any more (seen on Unix even while
    /// there is nothing to write).
    ///
    /// # Errors
    ///
    /// When a descriptor cannot be duplicated or a thread cannot be started.
    pub fn stdio() -> std::io::Result<Self> {
        stdio::connect()
    }

    /// Two ends joined in memory, for tests and for hosts in the same process. No threads, no real time: works under
    /// a paused clock.
    pub fn memory() -> (Self, HostSide) {
        memory::connect()
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").finish_non_exhaustive()
    }
}

/// Nobody reads what is written.
impl Drop for Connection {
    fn drop(&mut self) {
        self.outbox.finish();
    }
}

use std::io;

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SimError {
    /// Another process listens on the port.
    #[error("port {port} is already in use; choose another one, or 0 for any free one")]
    PortInUse {
        /// The port asked for.
        port: u16,
    },
    /// The port could not be opened for another reason.
    #[error("cannot listen on 127.0.0.1:{port}")]
    Listen {
        /// The port asked for.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// The speed is not a number between [`SimOptions::SLOWEST`](crate::SimOptions::SLOWEST) and
    /// [`SimOptions::FASTEST`](crate::SimOptions::FASTEST).
    #[error("speed {speed} is not between 0.001 and 1000000")]
    Speed {
        /// The speed asked for.
        speed: f64,
    },
}

use bytes::Bytes;

use crate::SAMPLE_MP4;

/// How a [`Simulator`](crate::Simulator) behaves. Fill in what matters and take the rest from the default:
///
/// ```
/// let options = kling_sim::SimOptions { concurrency: 1, ..Default::default() };
/// assert_eq!(options.port, 0);
/// ```
#[derive(Debug, Clone)]
pub struct SimOptions {
    /// The port on 127.0.0.1; 0 takes any free one. Default 0.
    pub port: u16,
    /// How many times faster than life tasks run: at 1 a task is submitted for 2 s and processing for 40 s. Default 20.
    pub speed: f64,
    /// How many tasks of one model may run at the same time; the next create is refused with 429/1303. Kling counts per
    /// account, model version and kind of resource pack (documentation of 2026-09-20). Default 5.
    pub concurrency: usize,
    /// The bytes every video task delivers. Default [`SAMPLE_MP4`].
    pub video: Bytes,
}

impl SimOptions {
    /// The smallest `speed`: a task takes half a day.
    pub const SLOWEST: f64 = 0.001;
    /// The largest `speed`: a task takes 42 microseconds.
    pub const FASTEST: f64 = 1_000_000.0;
}

impl Default for SimOptions {
    fn default() -> Self {
        Self { port: 0, speed: 20.0, concurrency: 5, video: Bytes::from_static(SAMPLE_MP4) }
    }
}

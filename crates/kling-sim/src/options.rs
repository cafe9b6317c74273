use bytes::Bytes;

use crate::{FaultPlan, SAMPLE_MP4, SAMPLE_PNG};

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
    /// How many times faster than life tasks run: at 1 a task is submitted for 2 s, then processing for 40 s (video),
    /// 8 s (image) or 13 s (element). Default 20.
    pub speed: f64,
    /// How many video tasks of one model may run at the same time; the next create is refused with 429/1303. Kling
    /// counts per account, model version and kind of resource pack (documentation of 2026-09-20). Default 5.
    pub concurrency: usize,
    /// How many images of one model may be in the making at the same time: a task takes a slot for every image. Default
    /// 9, a usual image pack (observed 2026-08-26).
    pub image_concurrency: usize,
    /// What a create with a retired model meets. Default [`RetiredModels::Accept`].
    pub retired: RetiredModels,
    /// A plan of faults from the start; [`Faults::follow`](crate::Faults::follow) begins one later. Default none.
    pub faults: Option<FaultPlan>,
    /// The bytes every video task delivers. Default [`SAMPLE_MP4`].
    pub video: Bytes,
    /// The bytes of every image delivered, a PNG. Default [`SAMPLE_PNG`].
    pub image: Bytes,
}

/// What a create with a model reported as retired on 2026-09-15 meets. What the service answers now is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RetiredModels {
    /// A task like any other, that costs nothing: the price page has no row for it.
    #[default]
    Accept,
    /// 404/1203, `model is not supported`.
    Refuse,
}

impl SimOptions {
    /// The smallest `speed`: a video takes half a day.
    pub const SLOWEST: f64 = 0.001;
    /// The largest `speed`: a video takes 42 microseconds.
    pub const FASTEST: f64 = 1_000_000.0;
}

impl Default for SimOptions {
    fn default() -> Self {
        Self {
            port: 0,
            speed: 20.0,
            concurrency: 5,
            image_concurrency: 9,
            retired: RetiredModels::Accept,
            faults: None,
            video: Bytes::from_static(SAMPLE_MP4),
            image: Bytes::from_static(SAMPLE_PNG),
        }
    }
}

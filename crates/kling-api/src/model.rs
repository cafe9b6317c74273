//! Model names. They stay open strings everywhere; this table only adds what is known about them.

/// What the vendor serves under a legacy `model_name` for video.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VideoModel {
    /// The `model_name`.
    pub name: &'static str,
    /// Set when the model is, or is reported to be, no longer served.
    pub retirement: Option<Retirement>,
}

/// When a model went and what took its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retirement {
    /// ISO date.
    pub date: &'static str,
    /// The `model_name` to use instead.
    pub successor: &'static str,
}

/// The model to use when nobody chose one: the current general one. (Kling's own default, `kling-v1`, is retired.)
pub const DEFAULT_TEXT2VIDEO_MODEL: &str = "kling-v3";

/// Reported on 2026-08-26 from the vendor's site; the pages and the price list of 2026-09-20 and later have these
/// models no more, while the change log has no entry. Hence a warning, never a refusal.
const RETIRED: Option<Retirement> = Some(Retirement { date: "2026-09-15", successor: DEFAULT_TEXT2VIDEO_MODEL });

/// The models of `POST /v1/videos/text2video`, newest first (vendor documentation 2026-03-27 and 2026-09-20).
pub const VIDEO_MODELS: &[VideoModel] = &[
    VideoModel { name: "kling-v3", retirement: None },
    VideoModel { name: "kling-v2-6", retirement: None },
    VideoModel { name: "kling-v2-5-turbo", retirement: None },
    VideoModel { name: "kling-v2-1-master", retirement: RETIRED },
    VideoModel { name: "kling-v2-master", retirement: RETIRED },
    VideoModel { name: "kling-v1-6", retirement: RETIRED },
    VideoModel { name: "kling-v1", retirement: RETIRED },
];

impl VideoModel {
    /// What is known about a name; `None` for a name this release has not heard of.
    pub fn find(name: &str) -> Option<&'static Self> {
        VIDEO_MODELS.iter().find(|model| model.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn successors_and_the_default_are_served() {
        let served = |name| VideoModel::find(name).is_some_and(|model| model.retirement.is_none());
        assert!(served(DEFAULT_TEXT2VIDEO_MODEL));
        assert!(VIDEO_MODELS.iter().filter_map(|model| model.retirement).all(|gone| served(gone.successor)));
    }
}

use std::time::Duration;

use super::element::{ElementOrder, ElementResult};
use crate::account::Pack;

/// What a task is to make.
#[derive(Debug, Clone)]
pub(crate) enum Product {
    Video {
        seconds: u32,
    },
    Images {
        count: u32,
        /// Whether they belong together; the endpoint without the choice has none.
        grouping: Grouping,
    },
    Element(ElementOrder),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grouping {
    /// `/v1/images/generations` does not speak of it.
    Unsaid,
    Single,
    Series,
}

impl Product {
    /// From the create answer to the end, as slow as life.
    pub(crate) const fn life(&self) -> Duration {
        Duration::from_secs(match self {
            Self::Video { .. } => 42,
            Self::Images { .. } => 10,
            Self::Element(_) => 15,
        })
    }

    /// What pays for it; elements are free.
    pub(crate) const fn pack(&self) -> Option<Pack> {
        match self {
            Self::Video { .. } => Some(Pack::Video),
            Self::Images { .. } => Some(Pack::Image),
            Self::Element(_) => None,
        }
    }

    /// How many results it delivers; as many slots does it take of its pack.
    pub(crate) const fn count(&self) -> u32 {
        match self {
            Self::Images { count, .. } => *count,
            Self::Video { .. } | Self::Element(_) => 1,
        }
    }
}

/// What a task delivers when it succeeds.
#[derive(Debug, Clone)]
pub(crate) enum Results {
    Video {
        id: String,
        links: Links,
        /// Seconds, as a decimal string.
        duration: String,
    },
    Images(Vec<ImageResult>),
    Element(ElementResult),
}

/// One image of several, counted from 0.
#[derive(Debug, Clone)]
pub(crate) struct ImageResult {
    pub(crate) index: usize,
    pub(crate) links: Links,
}

/// Where a result can be fetched; empty where there is none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Links {
    pub(crate) url: String,
    pub(crate) watermark_url: String,
}

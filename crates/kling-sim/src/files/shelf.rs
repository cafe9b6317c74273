use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::time::Instant;
use uuid::Uuid;

use super::PREFIX;
use crate::SimOptions;

/// The files that can be fetched, by name.
#[derive(Debug)]
pub(crate) struct Shelf {
    base_url: String,
    /// What every video holds.
    video: Bytes,
    /// What every image holds.
    image: Bytes,
    items: Mutex<BTreeMap<String, Item>>,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Medium {
    Video,
    Image,
}

impl Medium {
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::Video => "mp4",
            Self::Image => "png",
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Video => "video/mp4",
            Self::Image => "image/png",
        }
    }
}

#[derive(Debug, Clone)]
struct Item {
    sign: String,
    /// A result exists only when its task has ended.
    from: Instant,
    file: StoredFile,
}

/// A file as it is sent.
#[derive(Debug, Clone)]
pub(crate) struct StoredFile {
    pub(crate) content_type: &'static str,
    pub(crate) bytes: Bytes,
    /// A strong validator, with its quotes.
    pub(crate) etag: String,
    /// Where deliveries of it break.
    pub(crate) ends_at: Option<usize>,
}

/// Why there is no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    Unknown,
    WrongSign,
}

impl Shelf {
    /// Beyond it the oldest go. A video has two files at most, a task of images eighteen.
    const KEEP: usize = 20_000;

    pub(crate) fn new(base_url: String, options: &SimOptions) -> Self {
        Self { base_url, video: options.video.clone(), image: options.image.clone(), items: Mutex::default() }
    }

    /// Offers a file under this name from a moment on and returns its signed address. Names begin with an id that only
    /// grows, so that the first name is the oldest file when room is needed.
    pub(crate) fn put(&self, name: String, medium: Medium, from: Instant) -> String {
        let bytes = match medium {
            Medium::Video => self.video.clone(),
            Medium::Image => self.image.clone(),
        };
        let file = StoredFile {
            content_type: medium.content_type(),
            bytes,
            etag: format!("\"{}\"", Uuid::new_v4()),
            ends_at: None,
        };
        let sign = Uuid::new_v4().simple().to_string();
        let url = format!("{}{PREFIX}{name}?sign={sign}", self.base_url);
        let mut items = self.lock();
        items.insert(name, Item { sign, from, file });
        while items.len() > Self::KEEP {
            items.pop_first();
        }
        url
    }

    pub(crate) fn get(&self, name: &str, sign: &str, now: Instant) -> Result<StoredFile, Missing> {
        let items = self.lock();
        let item = items.get(name).filter(|item| item.from <= now).ok_or(Missing::Unknown)?;
        if item.sign == sign { Ok(item.file.clone()) } else { Err(Missing::WrongSign) }
    }

    /// From now on every delivery of the file breaks there.
    pub(crate) fn end_at(&self, name: &str, end: usize) {
        if let Some(item) = self.lock().get_mut(name) {
            item.file.ends_at = Some(end);
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Item>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

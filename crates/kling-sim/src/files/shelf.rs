use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::time::Instant;
use uuid::Uuid;

use super::PREFIX;

/// The files that can be fetched, by name.
#[derive(Debug)]
pub(crate) struct Shelf {
    base_url: String,
    /// What every video holds.
    video: Bytes,
    items: Mutex<BTreeMap<String, Item>>,
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
}

/// Why there is no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    Unknown,
    WrongSign,
}

impl Shelf {
    /// Two files a task at most.
    const KEEP: usize = 20_000;

    pub(crate) fn new(base_url: String, video: Bytes) -> Self {
        Self { base_url, video, items: Mutex::default() }
    }

    /// Offers a video under this name from a moment on and returns its signed address. Names begin with an id that only
    /// grows, so that the first name is the oldest file when room is needed.
    pub(crate) fn put_video(&self, name: String, from: Instant) -> String {
        let file = StoredFile {
            content_type: "video/mp4",
            bytes: self.video.clone(),
            etag: format!("\"{}\"", Uuid::new_v4()),
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

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Item>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! Answers that come in parts.

use std::fmt;
use std::marker::PhantomData;

use futures_util::{Stream, stream};
use serde::de::DeserializeOwned;

use super::{classify, decode};
use crate::CallError;
use crate::backwards::ResponseStream;

/// The parts of an answer, as they come. Dropping it gives up the rest.
///
/// Read on without long pauses: of what waits unread, 1 MiB is kept, and then the answer ends with
/// [`CallError::NotRead`].
#[must_use]
pub struct Answers<T> {
    kind: String,
    parts: ResponseStream,
    done: bool,
    part: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Answers<T> {
    pub(super) fn new(kind: &str, parts: ResponseStream) -> Self {
        Self { kind: kind.to_owned(), parts, done: false, part: PhantomData }
    }

    /// The next part; `None` at the end, and after an error.
    pub async fn next(&mut self) -> Option<Result<T, CallError>> {
        if self.done {
            return None;
        }
        let part = self.parts.next().await.map(|part| part.map_err(classify).and_then(|part| decode(&self.kind, part)));
        self.done = !matches!(part, Some(Ok(_)));
        part
    }

    /// The parts as a [`Stream`].
    pub fn into_stream(self) -> impl Stream<Item = Result<T, CallError>> + Send {
        stream::unfold(self, async |mut answers| answers.next().await.map(|part| (part, answers)))
    }
}

impl<T> fmt::Debug for Answers<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answers").field("kind", &self.kind).finish_non_exhaustive()
    }
}

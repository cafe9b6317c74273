//! Progress as `log` messages.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use dify_plugin::{Error, LogEntry, MessageSink};
use kling_tasks::{Progress, ProgressObserver};
use serde_json::{Value, json};

use crate::language::Language;
use crate::texts;

/// One root entry for the call, with an entry below it for each thing that happens. Holds no prompt, key or link.
///
/// For an agent there are no entries: its model would read each. What the user must hear is kept for the closing text.
pub(crate) struct ProgressLog {
    out: MessageSink,
    language: Language,
    root: Option<LogEntry>,
    remarks: Mutex<Vec<String>>,
}

impl ProgressLog {
    /// Begins the log of a tool call.
    pub(crate) async fn start(out: &MessageSink, language: Language, tool: &str, data: Value) -> Result<Self, Error> {
        let root = LogEntry::start(tool).data(data);
        out.log(&root).await?;
        Ok(Self { root: Some(root), ..Self::silent(out, language) })
    }

    /// The log of a call whose caller gets none.
    pub(crate) fn silent(out: &MessageSink, language: Language) -> Self {
        Self { out: out.clone(), language, root: None, remarks: Mutex::default() }
    }

    /// Something that happened.
    pub(crate) async fn note(&self, text: impl Into<String>, data: Value) -> Result<(), Error> {
        let Some(root) = &self.root else { return Ok(()) };
        self.out.log(LogEntry::start(text).parent(root).data(data).success()).await
    }

    /// Something that the user must hear, whoever calls.
    pub(crate) async fn remark(&self, text: String) -> Result<(), Error> {
        if self.root.is_none() {
            self.remarks.lock().unwrap_or_else(PoisonError::into_inner).push(text);
            return Ok(());
        }
        self.note(text, Value::Null).await
    }

    /// The remarks that no entry told.
    pub(crate) fn remarks(&self) -> Vec<String> {
        self.remarks.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The call went well.
    pub(crate) async fn finish(self) -> Result<(), Error> {
        match self.root {
            Some(root) => self.out.log(root.success()).await,
            None => Ok(()),
        }
    }

    /// The call failed; the error itself follows as the session's own.
    pub(crate) async fn fail(self, what: &str) -> Result<(), Error> {
        match self.root {
            Some(root) => self.out.log(root.error(what)).await,
            None => Ok(()),
        }
    }
}

#[async_trait]
impl ProgressObserver for ProgressLog {
    async fn progress(&mut self, progress: Progress<'_>) {
        let (text, elapsed) = match progress {
            Progress::StatusChanged { word, elapsed } => (texts::status_is(self.language, word), elapsed),
            Progress::StillWaiting { word, elapsed } => (texts::still_waiting(self.language, word, elapsed), elapsed),
            Progress::LookFailed { in_a_row, elapsed } => (texts::look_failed(self.language, in_a_row), elapsed),
            Progress::WaitingForSlot { ahead, elapsed } => {
                (texts::waiting_for_slot(self.language, ahead, elapsed), elapsed)
            }
            Progress::Oversized { elapsed } => (texts::oversized(self.language, elapsed), elapsed),
            Progress::Posting { elapsed } => (texts::posting(self.language, elapsed), elapsed),
            Progress::PostFailed { in_a_row, elapsed } => (texts::post_failed(self.language, in_a_row), elapsed),
            Progress::LookingUp { elapsed } => (texts::looking_up(self.language), elapsed),
            _ => return,
        };
        // A reader that is gone shows at the next message that matters.
        self.note(text, json!({"elapsed_seconds": seconds(elapsed)})).await.ok();
    }
}

fn seconds(elapsed: Duration) -> f64 {
    (elapsed.as_secs_f64() * 10.0).round() / 10.0
}

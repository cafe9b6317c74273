//! Everything the handlers share.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::clock::Clock;
use crate::faults::Faults;
use crate::files::Shelf;
use crate::recorder::Recorder;
use crate::refusal::Refusal;
use crate::tasks::{NewTask, Pace, Task, TaskStore};

pub(crate) struct SimState {
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) recorder: Recorder,
    pub(crate) shelf: Shelf,
    tasks: Mutex<TaskStore>,
}

impl SimState {
    pub(crate) fn new(base_url: String, pace: Pace, concurrency: usize, video: Bytes) -> Self {
        Self {
            clock: Clock::start(),
            faults: Faults::default(),
            recorder: Recorder::default(),
            shelf: Shelf::new(base_url, video),
            tasks: Mutex::new(TaskStore::new(pace, concurrency)),
        }
    }

    pub(crate) fn tasks(&self) -> MutexGuard<'_, TaskStore> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Accepts a task and puts its results where they can be fetched once it has succeeded.
    pub(crate) fn submit(&self, task: NewTask) -> Result<Task, Refusal> {
        self.tasks().submit(task, &self.shelf)
    }
}

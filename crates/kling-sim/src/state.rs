//! Everything the handlers share.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use crate::account::Pack;
use crate::auth::Keys;
use crate::clock::Clock;
use crate::faults::{Faults, Misfortune};
use crate::files::Shelf;
use crate::presets::{self, PresetElement};
use crate::recorder::Recorder;
use crate::refusal::Refusal;
use crate::tasks::{ElementKind, NewTask, Slots, Speed, Task, TaskStore};
use crate::{RetiredModels, SimOptions, versions};

pub(crate) struct SimState {
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) keys: Keys,
    pub(crate) recorder: Recorder,
    pub(crate) presets: Vec<PresetElement>,
    retired: RetiredModels,
    shelf: Shelf,
    tasks: Mutex<TaskStore>,
}

impl SimState {
    pub(crate) fn new(base_url: String, speed: Speed, options: &SimOptions) -> Self {
        let clock = Clock::start();
        let shelf = Shelf::new(base_url, options);
        let slots = Slots { video: options.concurrency, image: options.image_concurrency };
        let faults = Faults::default();
        if let Some(plan) = options.faults.clone() {
            faults.follow(plan);
        }
        Self {
            faults,
            keys: Keys::demo(),
            recorder: Recorder::default(),
            presets: presets::elements(&shelf, clock.origin()),
            retired: options.retired,
            shelf,
            tasks: Mutex::new(TaskStore::new(speed, slots)),
            clock,
        }
    }

    /// One that nobody listens to.
    #[cfg(test)]
    pub(crate) fn idle() -> Self {
        let options = SimOptions::default();
        let speed = Speed::new(options.speed).expect("the default makes sense");
        Self::new(String::new(), speed, &options)
    }

    pub(crate) fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    pub(crate) fn tasks(&self) -> MutexGuard<'_, TaskStore> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Accepts a task and puts its results where they can be fetched once it has succeeded.
    pub(crate) fn submit(&self, task: NewTask, misfortune: Option<Misfortune>) -> Result<Task, Refusal> {
        self.tasks().submit(task, misfortune, &self.shelf)
    }

    /// Refuses a model that is gone, if the simulator is told to.
    pub(crate) fn check_retired(&self, model: &str, pack: Pack) -> Result<(), Refusal> {
        match self.retired {
            RetiredModels::Refuse if versions::is_retired(model, pack) => Err(Refusal::no_such_model()),
            RetiredModels::Refuse | RetiredModels::Accept => Ok(()),
        }
    }

    /// What an element is made of. One that nobody knows is taken for one made of pictures; a deleted one is refused.
    pub(crate) fn element_kind(&self, id: u64) -> Result<ElementKind, Refusal> {
        if let Some(preset) = self.presets.iter().find(|preset| preset.result.id == id) {
            return Ok(preset.order.kind);
        }
        match self.tasks().element(id, Instant::now()) {
            Some((task, _)) if task.deleted => Err(Refusal::value("element_id", id)),
            Some((_, kind)) => Ok(kind),
            None => Ok(ElementKind::MultiImage),
        }
    }
}

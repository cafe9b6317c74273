use std::collections::{BTreeMap, HashMap};

use tokio::time::Instant;

use super::life::Pace;
use super::task::{NewTask, Outcome, Task, TaskView, VideoResult};
use crate::clock::Clock;
use crate::files::Shelf;
use crate::prices::Units;
use crate::refusal::Refusal;

/// The first task id. Ids are odd and 18 digits long: most of them change when a program takes them for a floating
/// point number, so that such a mistake shows.
const FIRST_ID: u64 = 840_000_000_000_000_001;
const ID_STEP: u64 = 1_402;
/// How many tasks are remembered.
const KEEP: usize = 10_000;
/// A video's id, seen from its task's.
const VIDEO_ID_OFFSET: u64 = 1_000_000_000_000_000;

/// All tasks of the account.
#[derive(Debug)]
pub(crate) struct TaskStore {
    pace: Pace,
    /// Tasks of one model that may run at the same time.
    concurrency: usize,
    /// Tasks remembered; the oldest are forgotten first, and only when they have ended.
    keep: usize,
    next_id: u64,
    tasks: BTreeMap<u64, Task>,
    by_external_id: HashMap<String, u64>,
    /// What the tasks forgotten since have cost.
    settled: Units,
}

impl TaskStore {
    pub(crate) fn new(pace: Pace, concurrency: usize) -> Self {
        Self {
            pace,
            concurrency,
            keep: KEEP,
            next_id: FIRST_ID,
            tasks: BTreeMap::new(),
            by_external_id: HashMap::new(),
            settled: Units::ZERO,
        }
    }

    /// Accepts a task, or says why not.
    pub(crate) fn submit(&mut self, new: NewTask, files: &Shelf) -> Result<Task, Refusal> {
        let now = Instant::now();
        if let Some(id) = new.external_id.as_ref().filter(|id| self.by_external_id.contains_key(*id)) {
            return Err(Refusal::duplicate_external_id(id));
        }
        if self.running(&new.model, now) >= self.concurrency {
            return Err(Refusal::concurrency());
        }
        let id = self.next_id;
        self.next_id += ID_STEP;
        let video = deliver(id, &new, now + self.pace.total, files);
        if let Some(external_id) = &new.external_id {
            self.by_external_id.insert(external_id.clone(), id);
        }
        let task = Task { id, order: new, born: now, pace: self.pace, video };
        self.tasks.insert(id, task.clone());
        self.forget_old(now);
        Ok(task)
    }

    /// The task of a create path with this task id or external id.
    pub(crate) fn find(&self, path: &str, id: &str) -> Option<&Task> {
        let by_id = id.parse().ok().and_then(|id: u64| self.tasks.get(&id));
        let task = by_id.or_else(|| self.tasks.get(self.by_external_id.get(id)?));
        task.filter(|task| task.order.path == path)
    }

    /// A page of the tasks of a create path, newest first; pages count from 1.
    pub(crate) fn page(&self, path: &str, number: usize, size: usize) -> impl Iterator<Item = &Task> {
        let of_path = self.tasks.values().rev().filter(move |task| task.order.path == path);
        of_path.skip(number.saturating_sub(1).saturating_mul(size)).take(size)
    }

    pub(crate) fn views(&self, now: Instant, clock: &Clock) -> Vec<TaskView> {
        let view = |task: &Task| TaskView {
            id: task.id.to_string(),
            external_task_id: task.order.external_id.clone(),
            path: task.order.path.to_owned(),
            status: task.status(now),
            model_name: task.order.model.clone(),
            created_at: clock.unix_ms(task.born),
            deduction: task.cost(now).to_string(),
        };
        self.tasks.values().map(view).collect()
    }

    /// What all tasks together have cost.
    pub(crate) fn spent(&self, now: Instant) -> Units {
        [self.settled].into_iter().chain(self.tasks.values().map(|task| task.cost(now))).sum()
    }

    fn running(&self, model: &str, now: Instant) -> usize {
        self.tasks.values().filter(|task| task.order.model == model && !task.status(now).has_ended()).count()
    }

    fn forget_old(&mut self, now: Instant) {
        while self.tasks.len() > self.keep {
            let Some(oldest) = self.tasks.first_entry().filter(|entry| entry.get().status(now).has_ended()) else {
                break;
            };
            let task = oldest.remove();
            self.settled = [self.settled, task.cost(now)].into_iter().sum();
            if let Some(external_id) = &task.order.external_id {
                self.by_external_id.remove(external_id);
            }
        }
    }
}

/// Puts the files of a task where they can be fetched from its end on.
fn deliver(task_id: u64, order: &NewTask, from: Instant, shelf: &Shelf) -> VideoResult {
    let id = (task_id + VIDEO_ID_OFFSET).to_string();
    let duration = format!("{}.041", order.seconds);
    if order.outcome != Outcome::Success {
        return VideoResult { id, url: String::new(), watermark_url: String::new(), duration };
    }
    let url = shelf.put_video(format!("{id}.mp4"), from);
    let watermark_url =
        if order.watermark { shelf.put_video(format!("{id}-watermark.mp4"), from) } else { String::new() };
    VideoResult { id, url, watermark_url, duration }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use tokio::time::advance;

    use super::*;

    const PATH: &str = "/v1/videos/text2video";

    fn order(external_id: usize) -> NewTask {
        NewTask {
            path: PATH,
            model: "kling-v3".into(),
            external_id: Some(external_id.to_string()),
            outcome: Outcome::Success,
            seconds: 5,
            watermark: false,
            price: Units::whole(3),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn only_ended_tasks_are_forgotten_and_their_cost_is_not() {
        let shelf = Shelf::new(String::new(), Bytes::new());
        let mut store = TaskStore { keep: 3, ..TaskStore::new(Pace::at_speed(1.0).unwrap(), usize::MAX) };
        for number in 0..5 {
            store.submit(order(number), &shelf).unwrap();
        }
        assert_eq!(store.tasks.len(), 5, "running tasks stay");

        advance(Duration::from_secs(42)).await;
        store.submit(order(5), &shelf).unwrap();
        assert_eq!(store.tasks.len(), 3);
        assert!(store.find(PATH, "2").is_none());
        assert!(store.find(PATH, "3").is_some());
        assert_eq!(store.spent(Instant::now()), Units::whole(5 * 3), "the last one is still running");
    }

    #[tokio::test]
    async fn a_task_is_found_only_under_its_own_path() {
        let shelf = Shelf::new(String::new(), Bytes::new());
        let mut store = TaskStore::new(Pace::at_speed(1.0).unwrap(), 1);
        let id = store.submit(order(7), &shelf).unwrap().id.to_string();
        assert!(store.find(PATH, &id).is_some());
        assert!(store.find("/v1/videos/image2video", &id).is_none());
    }
}

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use tokio::time::Instant;

use super::deliver;
use super::life::{Speed, TaskStatus};
use super::product::Product;
use super::task::{NewTask, Part, Task, Unknown};
use super::{ElementKind, Surface};
use crate::account::Pack;
use crate::faults::Misfortune;
use crate::files::Shelf;
use crate::prices::Units;
use crate::refusal::Refusal;
use crate::versions;

/// The first task id. Ids are odd and 18 digits long: most of them change when a program takes them for a floating
/// point number, so that such a mistake shows.
const FIRST_ID: u64 = 840_000_000_000_000_001;
const ID_STEP: u64 = 1_402;
/// How many tasks are remembered.
const KEEP: usize = 10_000;

/// How much may be in the making at the same time, of one model.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slots {
    pub(crate) video: usize,
    pub(crate) image: usize,
}

impl Slots {
    const fn of(self, pack: Pack) -> usize {
        match pack {
            Pack::Video => self.video,
            Pack::Image => self.image,
        }
    }
}

/// Slots that somebody else's tasks take.
#[derive(Debug)]
struct Taken {
    product: String,
    slots: usize,
    until: Instant,
}

/// Whether a part of the service knows a task now.
fn known_to(part: Part) -> impl Fn(&&Task) -> bool {
    let now = Instant::now();
    move |task| task.is_known_to(part, now)
}

/// All tasks of the account.
#[derive(Debug)]
pub(crate) struct TaskStore {
    speed: Speed,
    slots: Slots,
    /// Tasks remembered; the oldest are forgotten first, and only when they have ended.
    keep: usize,
    next_id: u64,
    tasks: BTreeMap<u64, Task>,
    /// Several where the check for duplicates was behind; the newest is the last.
    by_external_id: HashMap<String, Vec<u64>>,
    others: Vec<Taken>,
    /// What the tasks forgotten since have cost.
    settled: BTreeMap<Pack, Units>,
}

impl TaskStore {
    pub(crate) fn new(speed: Speed, slots: Slots) -> Self {
        Self {
            speed,
            slots,
            keep: KEEP,
            next_id: FIRST_ID,
            tasks: BTreeMap::new(),
            by_external_id: HashMap::new(),
            others: Vec::new(),
            settled: BTreeMap::new(),
        }
    }

    /// Accepts a task, or says why not.
    pub(crate) fn submit(
        &mut self,
        new: NewTask,
        misfortune: Option<Misfortune>,
        files: &Shelf,
    ) -> Result<Task, Refusal> {
        let now = Instant::now();
        if let Some(id) = &new.external_id
            && self.with_external_id(id).any(|task| task.is_known_to(Part::Duplicates, now))
        {
            return Err(Refusal::duplicate_external_id(id));
        }
        if let Some(pack) = new.product.pack() {
            let needed = new.product.count() as usize;
            if self.taken(&new.model, pack, now).saturating_add(needed) > self.slots.of(pack) {
                return Err(Refusal::concurrency());
            }
        }
        let id = self.fresh_id();
        let mut pace = self.speed.pace(new.product.life());
        if let Some(Misfortune::StuckFor(time)) = misfortune {
            pace = pace.stuck_for(time);
        }
        let results = deliver::results(id, &new, now + pace.total, files);
        if let Some(external_id) = &new.external_id {
            self.by_external_id.entry(external_id.clone()).or_default().push(id);
        }
        let unknown = Unknown::of(misfortune, now);
        let task = Task { id, order: new, born: now, pace, results, deleted: false, unknown, failure: None };
        self.tasks.insert(id, task.clone());
        self.forget_old(now);
        Ok(task)
    }

    /// The task of a create path with this task id or external id.
    pub(crate) fn find(&self, path: &str, id: &str) -> Option<&Task> {
        let by_id = id.parse().ok().and_then(|id: u64| self.tasks.get(&id));
        let task = by_id.filter(known_to(Part::Queries)).or_else(|| self.by_external_id(id));
        task.filter(|task| task.order.path == path)
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<&Task> {
        self.tasks.get(&id.parse().ok()?).filter(known_to(Part::Queries))
    }

    /// Of several with this custom id the newest.
    pub(crate) fn by_external_id(&self, id: &str) -> Option<&Task> {
        self.with_external_id(id).filter(known_to(Part::Queries)).last()
    }

    /// All with this custom id, oldest first.
    fn with_external_id(&self, id: &str) -> impl Iterator<Item = &Task> {
        self.by_external_id.get(id).into_iter().flatten().filter_map(|id| self.tasks.get(id))
    }

    /// Lets a task fail for this reason when its time has come.
    pub(crate) fn let_fail(&mut self, id: u64, reason: String) {
        if let Some(task) = self.tasks.get_mut(&id) {
            task.failure = Some(reason);
        }
    }

    /// A page of the tasks of a create path, newest first; pages count from 1.
    pub(crate) fn page(&self, path: &str, number: usize, size: usize) -> impl Iterator<Item = &Task> {
        let of_path = self.newest().filter(move |task| task.order.path == path);
        of_path.skip(number.saturating_sub(1).saturating_mul(size)).take(size)
    }

    /// The tasks of a surface, newest first.
    pub(crate) fn of_surface(&self, surface: Surface) -> impl Iterator<Item = &Task> {
        self.newest().filter(move |task| Surface::of(task.order.path) == surface)
    }

    /// All tasks, oldest first.
    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = &Task> {
        self.tasks.values()
    }

    /// The task that made an element which exists, or existed once.
    pub(crate) fn element(&self, id: u64, now: Instant) -> Option<(&Task, ElementKind)> {
        let task = self.tasks.get(&deliver::task_of_element(id))?;
        match &task.order.product {
            Product::Element(order) if task.status(now) == TaskStatus::Succeed => Some((task, order.kind)),
            _ => None,
        }
    }

    /// Deletes an element and returns the id of the deletion; `None` when there is no such element.
    pub(crate) fn delete_element(&mut self, id: u64, now: Instant) -> Option<u64> {
        self.element(id, now).filter(|(task, _)| !task.deleted)?;
        self.tasks.get_mut(&deliver::task_of_element(id))?.deleted = true;
        Some(self.fresh_id())
    }

    /// What all tasks together have cost a pack.
    pub(crate) fn spent(&self, pack: Pack, now: Instant) -> Units {
        let settled = self.settled.get(&pack).copied();
        let of_pack = self.tasks.values().filter(|task| task.order.product.pack() == Some(pack));
        settled.into_iter().chain(of_pack.map(|task| task.cost(now))).sum()
    }

    fn newest(&self) -> impl Iterator<Item = &Task> {
        self.tasks.values().rev().filter(known_to(Part::Lists))
    }

    fn fresh_id(&mut self) -> u64 {
        let id = self.next_id;
        self.next_id += ID_STEP;
        id
    }

    fn taken(&self, model: &str, pack: Pack, now: Instant) -> usize {
        let product = versions::product(model);
        let holds = |task: &&Task| {
            task.order.product.pack() == Some(pack)
                && versions::product(&task.order.model) == product
                && !task.status(now).has_ended()
        };
        let own: usize = self.tasks.values().filter(holds).map(|task| task.order.product.count() as usize).sum();
        let others = self.others.iter().filter(|taken| taken.product == product && now < taken.until);
        others.map(|taken| taken.slots).fold(own, usize::saturating_add)
    }

    /// Takes slots of a model, in both packs, for tasks of somebody else that are never shown.
    pub(crate) fn occupy(&mut self, model: &str, slots: usize, time: Duration) {
        let now = Instant::now();
        self.others.retain(|taken| now < taken.until);
        let product = versions::product(model).to_owned();
        self.others.push(Taken { product, slots, until: now + time });
    }

    fn forget_old(&mut self, now: Instant) {
        while self.tasks.len() > self.keep {
            let Some(oldest) = self.tasks.first_entry().filter(|entry| entry.get().status(now).has_ended()) else {
                break;
            };
            let task = oldest.remove();
            if let Some(pack) = task.order.product.pack() {
                let settled = self.settled.entry(pack).or_default();
                *settled = [*settled, task.cost(now)].into_iter().sum();
            }
            if let Some(external_id) = &task.order.external_id
                && let Some(ids) = self.by_external_id.get_mut(external_id)
            {
                ids.retain(|id| *id != task.id);
                if ids.is_empty() {
                    self.by_external_id.remove(external_id);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;
    use crate::SimOptions;
    use crate::tasks::Outcome;

    const PATH: &str = "/v1/videos/text2video";

    fn order(external_id: usize) -> NewTask {
        NewTask {
            path: PATH,
            model: "kling-v3".into(),
            external_id: Some(external_id.to_string()),
            outcome: Outcome::Success,
            watermark: false,
            product: Product::Video { seconds: 5 },
            price: Units::whole(3),
        }
    }

    fn store(video: usize) -> (TaskStore, Shelf) {
        let shelf = Shelf::new(String::new(), &SimOptions::default());
        (TaskStore::new(Speed::new(1.0).unwrap(), Slots { video, image: 1 }), shelf)
    }

    #[tokio::test(start_paused = true)]
    async fn only_ended_tasks_are_forgotten_and_their_cost_is_not() {
        let (mut store, shelf) = store(usize::MAX);
        store.keep = 3;
        for number in 0..5 {
            store.submit(order(number), None, &shelf).unwrap();
        }
        assert_eq!(store.tasks.len(), 5, "running tasks stay");

        advance(Duration::from_secs(42)).await;
        store.submit(order(5), None, &shelf).unwrap();
        assert_eq!(store.tasks.len(), 3);
        assert!(store.find(PATH, "2").is_none());
        assert!(store.find(PATH, "3").is_some());
        assert_eq!(store.spent(Pack::Video, Instant::now()), Units::whole(5 * 3), "the last one is still running");
        assert_eq!(store.spent(Pack::Image, Instant::now()), Units::ZERO);
    }

    #[tokio::test]
    async fn a_task_is_found_only_under_its_own_path() {
        let (mut store, shelf) = store(1);
        let id = store.submit(order(7), None, &shelf).unwrap().id.to_string();
        assert!(store.find(PATH, &id).is_some());
        assert!(store.find("/v1/videos/image2video", &id).is_none());
    }

    #[tokio::test]
    async fn both_names_of_a_model_share_its_slots() {
        let (mut store, shelf) = store(1);
        store.submit(order(1), None, &shelf).unwrap();
        let same = NewTask { path: "/text-to-video/kling-3.0", model: "kling-3.0".into(), ..order(2) };
        assert_eq!(store.submit(same, None, &shelf).unwrap_err(), Refusal::concurrency());
    }
}

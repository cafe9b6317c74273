//! Reads the account's task lists side by side and merges them.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use kling_api::{Task, TaskPath, TaskStatus};
use kling_auth::CredentialKind;
use kling_client::{KlingError, TaskListFilter, TaskListPosition};
use tokio::time::{Instant, timeout_at};

use crate::account::Account;
use crate::kind::Kind;

/// Lists read at the same time. Kling's limit of requests is not published.
const SIDE_BY_SIDE: usize = 4;
/// The longest that one list is waited for: a page takes seconds, and lists that hang leave time for the others.
const LIST_TIME: Duration = Duration::from_secs(30);
/// Pages read of one list: 1,000 tasks.
const MOST_PAGES: usize = 10;

/// Which tasks are wanted.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    /// What they make; anything when absent.
    pub(crate) kind: Option<Kind>,
    pub(crate) status: Option<TaskStatus>,
    /// Created at this time or later, Unix milliseconds.
    pub(crate) since: i64,
    /// A part of the caller's own id.
    pub(crate) external_task_id: Option<String>,
    /// So many of them, the newest.
    pub(crate) limit: usize,
}

/// A task and the list it stands in.
#[derive(Debug, Clone)]
pub(crate) struct ListedTask {
    pub(crate) path: TaskPath,
    /// Absent where neither the list nor a result tells: `POST /tasks` mixes videos and images.
    pub(crate) kind: Option<Kind>,
    pub(crate) task: Task,
}

/// Why a list was not read to its end.
#[derive(Debug)]
pub(crate) enum Gap {
    Failed(KlingError),
    OutOfTime,
    TooLong,
}

/// What the lists hold.
#[derive(Debug, Default)]
pub(crate) struct TaskListing {
    /// The wanted tasks, newest first.
    pub(crate) tasks: Vec<ListedTask>,
    /// Whether there are more than were wanted.
    pub(crate) more: bool,
    /// The lists that were not read to the end, in the order of [`lists`].
    pub(crate) gaps: Vec<(TaskPath, Gap)>,
    /// How many lists were asked.
    pub(crate) asked: usize,
}

impl TaskListing {
    /// Whether no list answered.
    pub(crate) fn is_nothing(&self) -> bool {
        let unanswered = self.gaps.iter().filter(|(_, gap)| !matches!(gap, Gap::TooLong));
        self.tasks.is_empty() && unanswered.count() == self.asked
    }
}

/// The lists in which tasks of a kind may stand. `POST /tasks` takes API keys only and has no elements.
pub(crate) fn lists(kind: Option<Kind>, credentials: CredentialKind) -> Vec<TaskPath> {
    let of_kind = |path: &TaskPath| kind.is_none_or(|kind| Kind::of(path) == kind);
    let mixed = (credentials != CredentialKind::KeyPair && kind != Some(Kind::Element)).then_some(TaskPath::NEW_TASKS);
    TaskPath::LEGACY.into_iter().filter(of_kind).chain(mixed).collect()
}

/// Reads the lists until `by`. A list that fails does not end the others.
pub(crate) async fn read(account: &Account, search: &Search, by: Instant) -> TaskListing {
    let paths = lists(search.kind, account.client.credential_kind());
    let asked = paths.len();
    let read = async |(place, path)| (place, read_one(account, search, path, by).await);
    // A list that hangs holds up none of those behind it, as it would where answers are taken in order.
    let lists = stream::iter(paths.into_iter().enumerate()).map(read).buffer_unordered(SIDE_BY_SIDE);
    let mut parts: Vec<(usize, Part)> = lists.collect().await;
    parts.sort_by_key(|(place, _)| *place);
    merge(parts.into_iter().map(|(_, part)| part), search.limit, asked)
}

/// What one list gave.
struct Part {
    path: TaskPath,
    tasks: Vec<ListedTask>,
    more: bool,
    gap: Option<Gap>,
}

async fn read_one(account: &Account, search: &Search, path: TaskPath, by: Instant) -> Part {
    let by = by.min(Instant::now() + LIST_TIME);
    let filter = TaskListFilter {
        since: Some(search.since),
        status: search.status.clone(),
        product_types: product_types(search.kind),
    };
    let mut part = Part { path, tasks: Vec::new(), more: false, gap: None };
    let mut at: Option<TaskListPosition> = None;
    for _ in 0..MOST_PAGES {
        let question = || account.client.task_list_page(&part.path, &filter, at.as_ref());
        let page = match timeout_at(by, account.ask(by, question)).await {
            Ok(Ok(answer)) => answer.data,
            Ok(Err(error)) => {
                part.gap = Some(Gap::Failed(error));
                return part;
            }
            Err(_) => {
                part.gap = Some(Gap::OutOfTime);
                return part;
            }
        };
        let wanted = page.tasks.into_iter().filter(|task| has_id(task, search.external_task_id.as_deref()));
        part.tasks.extend(wanted.map(|task| ListedTask {
            kind: kind_of(&part.path, &task, search.kind),
            path: part.path.clone(),
            task,
        }));
        keep_newest(&mut part.tasks, search.limit, &mut part.more);
        if page.newest_first && part.tasks.len() >= search.limit {
            part.more |= page.next.is_some();
            return part;
        }
        match page.next {
            Some(next) => at = Some(next),
            None => return part,
        }
    }
    part.gap = Some(Gap::TooLong);
    part
}

/// The product types of `POST /tasks` that a kind stands for (vendor documentation 2026-09-20).
fn product_types(kind: Option<Kind>) -> &'static [&'static str] {
    match kind {
        Some(Kind::Video) => &["video"],
        Some(Kind::Image) => &["image", "try_on"],
        Some(Kind::Element) | None => &[],
    }
}

fn has_id(task: &Task, part: Option<&str>) -> bool {
    part.is_none_or(|part| task.external_task_id().is_some_and(|id| id.contains(part)))
}

/// What a task makes: as its list says, or as was asked for, or as its result shows.
fn kind_of(path: &TaskPath, task: &Task, asked: Option<Kind>) -> Option<Kind> {
    if *path != TaskPath::NEW_TASKS {
        return Some(Kind::of(path));
    }
    asked.or_else(|| match task {
        task if !task.videos().is_empty() => Some(Kind::Video),
        task if !task.images().is_empty() => Some(Kind::Image),
        task if !task.elements().is_empty() => Some(Kind::Element),
        _ => None,
    })
}

/// Sorts from new to old, tasks without a time last, and drops what is beyond the limit.
fn keep_newest(tasks: &mut Vec<ListedTask>, limit: usize, more: &mut bool) {
    tasks.sort_by_key(|listed| std::cmp::Reverse(listed.task.created_at));
    *more |= tasks.len() > limit;
    tasks.truncate(limit);
}

/// `parts` in the order of the lists: a task that stands in two keeps the path that made it.
fn merge(parts: impl IntoIterator<Item = Part>, limit: usize, asked: usize) -> TaskListing {
    let mut listing = TaskListing { asked, ..TaskListing::default() };
    let mut seen = HashSet::new();
    for Part { path, tasks, more, gap } in parts {
        listing.more |= more;
        listing.gaps.extend(gap.map(|gap| (path, gap)));
        // `/tasks` was seen to know tasks of `/v1` too (live, 2026-09-20), and pages move while they are read.
        listing.tasks.extend(tasks.into_iter().filter(|listed| seen.insert(listed.task.task_id.clone())));
    }
    keep_newest(&mut listing.tasks, limit, &mut listing.more);
    listing
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn listed(path: TaskPath, fields: Value) -> ListedTask {
        let task: Task = serde_json::from_value(fields).unwrap();
        ListedTask { kind: kind_of(&path, &task, None), path, task }
    }

    fn task(path: TaskPath, id: u32, created_at: Option<i64>) -> ListedTask {
        listed(path, json!({"task_id": id, "task_status": "succeed", "created_at": created_at}))
    }

    fn part(path: TaskPath, tasks: Vec<ListedTask>) -> Part {
        Part { path, tasks, more: false, gap: None }
    }

    fn ids(listing: &TaskListing) -> Vec<&str> {
        listing.tasks.iter().map(|listed| listed.task.task_id.as_str()).collect()
    }

    #[test]
    fn lists_become_one_from_new_to_old() {
        let videos = part(
            TaskPath::TEXT2VIDEO,
            vec![
                task(TaskPath::TEXT2VIDEO, 4, Some(40)),
                task(TaskPath::TEXT2VIDEO, 1, Some(10)),
                task(TaskPath::TEXT2VIDEO, 9, None),
            ],
        );
        let images = part(TaskPath::OMNI_IMAGE, vec![task(TaskPath::OMNI_IMAGE, 3, Some(30))]);
        let listing = merge([videos, images], 10, 2);
        assert_eq!((ids(&listing), listing.more), (vec!["4", "3", "1", "9"], false));
    }

    #[test]
    fn a_task_in_two_lists_is_one_with_the_path_that_made_it() {
        let own = part(TaskPath::OMNI_IMAGE, vec![task(TaskPath::OMNI_IMAGE, 3, Some(30))]);
        let mixed = part(
            TaskPath::NEW_TASKS,
            vec![task(TaskPath::NEW_TASKS, 5, Some(50)), task(TaskPath::NEW_TASKS, 3, Some(30))],
        );
        let listing = merge([own, mixed], 10, 2);
        assert_eq!(ids(&listing), ["5", "3"]);
        assert_eq!(listing.tasks[1].path, TaskPath::OMNI_IMAGE);
    }

    #[test]
    fn only_the_newest_are_kept_and_that_there_are_more_is_known() {
        let tasks = (0..5).map(|n| task(TaskPath::TEXT2VIDEO, n, Some(n.into()))).collect();
        let listing = merge([part(TaskPath::TEXT2VIDEO, tasks)], 3, 1);
        assert_eq!((ids(&listing), listing.more), (vec!["4", "3", "2"], true));
    }

    #[test]
    fn what_a_task_of_a_mixed_list_makes_is_told_by_its_result_or_not_at_all() {
        let of = |result: Value| {
            let fields = json!({"task_id": "1", "task_status": "succeed", "task_result": result});
            listed(TaskPath::NEW_TASKS, fields).kind
        };
        assert_eq!(of(json!({"videos": [{"url": "https://cdn.example.test/v.mp4"}]})), Some(Kind::Video));
        assert_eq!(of(json!({"images": [{"index": 0, "url": "https://cdn.example.test/i.png"}]})), Some(Kind::Image));
        assert_eq!(of(json!({"elements": [{"element_id": "1"}]})), Some(Kind::Element));
        assert_eq!(of(json!({})), None);
    }

    #[test]
    fn each_kind_has_its_lists_and_every_list_its_kind() {
        let count = |kind, credentials| lists(kind, credentials).len();
        assert_eq!(count(None, CredentialKind::ApiKey), TaskPath::LEGACY.len() + 1);
        assert_eq!(count(None, CredentialKind::KeyPair), TaskPath::LEGACY.len());
        let of_kinds = [Kind::Video, Kind::Image, Kind::Element].map(|kind| count(Some(kind), CredentialKind::KeyPair));
        assert_eq!(of_kinds.iter().sum::<usize>(), TaskPath::LEGACY.len());
        assert_eq!(lists(Some(Kind::Element), CredentialKind::ApiKey), [TaskPath::CUSTOM_ELEMENTS]);
    }
}

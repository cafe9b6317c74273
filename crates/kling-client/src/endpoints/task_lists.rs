//! The account's tasks, list by list: every create path under `/v1` has a list of its own, and `POST /tasks` is the one
//! of all paths without a version.

use kling_api::{NewTasksPage, Surface, Task, TaskFilter, TaskPath, TaskStatus};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::ListPage;
use crate::call::Call;
use crate::{Answer, BadAnswer, KlingClient, KlingError};

/// Tasks on a page. 500 are allowed; 100 tasks of nine images with long signed links each are below a mebibyte.
const PAGE_SIZE: u16 = 100;
/// The last page that may be asked for (rule C6).
const LAST_PAGE: u16 = 1000;

/// Which tasks of a list are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskListFilter {
    /// Created at this time or later, Unix milliseconds; any time when absent.
    pub since: Option<i64>,
    /// Of this status; any when absent.
    pub status: Option<TaskStatus>,
    /// Of these product types (`video`, `image`, `try_on`), all when empty. Only `POST /tasks` mixes types; other lists
    /// ignore this.
    pub product_types: &'static [&'static str],
}

impl TaskListFilter {
    /// Whether a task is wanted. One without a time may be: nothing that was paid for is left out for a missing field.
    fn wants(&self, task: &Task) -> bool {
        let in_time = self.since.is_none_or(|since| task.created_at.is_none_or(|created| created >= since));
        in_time && self.status.as_ref().is_none_or(|status| *status == task.task_status)
    }
}

/// Where a page of a list begins, as the page before it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskListPosition(Position);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Position {
    Number(u16),
    Cursor(String),
}

/// The wanted tasks of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskListPage {
    /// The tasks, in Kling's order and in the shape of `/v1`.
    pub tasks: Vec<Task>,
    /// Where the next page begins; `None` when there is none, or none with a wanted task.
    pub next: Option<TaskListPosition>,
    /// Whether the page runs from new to old: later pages hold nothing newer then.
    ///
    /// Assumption: all of Kling's lists do (the documentation says nothing of their order). Where a page does not, its
    /// list is read to its end.
    pub newest_first: bool,
}

impl TaskListPage {
    fn new(all: Vec<Task>, next: Option<Position>, filter: &TaskListFilter) -> Self {
        let (first, last) = {
            let mut times = all.iter().filter_map(|task| task.created_at);
            let first = times.next();
            (first, times.next_back().or(first))
        };
        let newest_first = first >= last;
        let past = newest_first && filter.since.is_some_and(|since| last.is_some_and(|last| last < since));
        let next = next.filter(|_| !past).map(TaskListPosition);
        Self { tasks: all.into_iter().filter(|task| filter.wants(task)).collect(), next, newest_first }
    }
}

/// An item of a list: a task, or something else (the list of elements is documented with either).
#[derive(Deserialize)]
#[serde(untagged)]
enum Item {
    Task(Box<Task>),
    Other(IgnoredAny),
}

impl KlingClient {
    /// One page of the list that `path` belongs to: of the path itself under `/v1`, of all others together
    /// ([`TaskPath::NEW_TASKS`], API keys only). Free. The first page is that at no position.
    ///
    /// Items that are no tasks are left out.
    ///
    /// # Errors
    /// [`BadAnswer::UnexpectedShape`] when a page has items and none is a task.
    pub async fn task_list_page(
        &self,
        path: &TaskPath,
        filter: &TaskListFilter,
        at: Option<&TaskListPosition>,
    ) -> Result<Answer<TaskListPage>, KlingError> {
        match path.surface() {
            Surface::New => self.page_by_cursor(filter, at).await,
            _ => self.page_by_number(path, filter, at).await,
        }
    }

    async fn page_by_number(
        &self,
        path: &TaskPath,
        filter: &TaskListFilter,
        at: Option<&TaskListPosition>,
    ) -> Result<Answer<TaskListPage>, KlingError> {
        let number = match at {
            Some(TaskListPosition(Position::Number(number))) => *number,
            _ => 1,
        };
        let page = ListPage { number, size: PAGE_SIZE };
        let answer: Answer<Vec<Item>> = self.send(Call::get_with_query(path.as_str(), &page)).await?;
        let items = answer.data.len();
        let task = |item| match item {
            Item::Task(task) => Some(*task),
            Item::Other(_) => None,
        };
        let tasks: Vec<Task> = answer.data.into_iter().filter_map(task).collect();
        if items > 0 && tasks.is_empty() {
            return Err(KlingError::BadAnswer { status: 200, what: BadAnswer::UnexpectedShape, retry_after: None });
        }
        let full = items >= usize::from(PAGE_SIZE) && number < LAST_PAGE;
        let next = full.then(|| Position::Number(number + 1));
        let data = TaskListPage::new(tasks, next, filter);
        Ok(Answer { data, message: answer.message, request_id: answer.request_id })
    }

    async fn page_by_cursor(
        &self,
        filter: &TaskListFilter,
        at: Option<&TaskListPosition>,
    ) -> Result<Answer<TaskListPage>, KlingError> {
        let cursor = match at {
            Some(TaskListPosition(Position::Cursor(cursor))) => Some(cursor.clone()),
            _ => None,
        };
        let mut filters = Vec::new();
        if let Some(status) = &filter.status {
            filters.push(TaskFilter::statuses([status]));
        }
        if !filter.product_types.is_empty() {
            filters.push(TaskFilter::product_types(filter.product_types.iter().copied()));
        }
        // Beside a cursor the time is ignored, filters should stay the same (vendor documentation 2026-09-20).
        let start_time = filter.since.filter(|_| cursor.is_none());
        let limit = Some(u32::from(PAGE_SIZE));
        let page = NewTasksPage { start_time, end_time: None, cursor: cursor.clone(), limit, filters };
        let answer = self.list_path_tasks(&page).await?;
        Ok(answer.map(|page| {
            let next =
                page.next_cursor.filter(|next| page.has_more && !next.is_empty() && cursor.as_ref() != Some(next));
            let tasks = page.result.into_iter().map(kling_api::PathTask::into_legacy).collect();
            TaskListPage::new(tasks, next.map(Position::Cursor), filter)
        }))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tasks(times: &[Option<i64>]) -> Vec<Task> {
        let task = |(number, time): (usize, &Option<i64>)| {
            let task = json!({"task_id": number.to_string(), "task_status": "succeed", "created_at": time});
            serde_json::from_value(task).unwrap()
        };
        times.iter().enumerate().map(task).collect()
    }

    fn page(times: &[Option<i64>], since: i64) -> (usize, bool, bool) {
        let filter = TaskListFilter { since: Some(since), ..TaskListFilter::default() };
        let page = TaskListPage::new(tasks(times), Some(Position::Number(2)), &filter);
        (page.tasks.len(), page.next.is_some(), page.newest_first)
    }

    #[test]
    fn a_list_from_new_to_old_ends_where_the_time_begins() {
        assert_eq!(page(&[Some(9), Some(8), Some(7)], 5), (3, true, true));
        assert_eq!(page(&[Some(9), Some(6), Some(3)], 5), (2, false, true));
        assert_eq!(page(&[Some(3)], 5), (0, false, true));
    }

    #[test]
    fn a_list_in_another_order_is_read_on() {
        assert_eq!(page(&[Some(3), Some(4), Some(6)], 5), (1, true, false));
        assert_eq!(page(&[Some(1), Some(2)], 5), (0, true, false));
    }

    #[test]
    fn tasks_without_a_time_are_never_left_out() {
        assert_eq!(page(&[None, Some(9), None], 5), (3, true, true));
        assert_eq!(page(&[None, None], 5), (2, true, true));
        assert_eq!(page(&[], 5), (0, true, true));
    }
}

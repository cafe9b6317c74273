//! What every task path of the legacy surface answers alike.

use kling_api::{OneOrMany, Problem, Task, TaskPath, Violation};
use serde::Serialize;

use crate::call::Call;
use crate::{Answer, BadAnswer, KlingClient, KlingError};

/// By which id a task is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sought<'a> {
    /// Kling's own.
    Id(&'a str),
    /// The caller's own, its `external_task_id`.
    ExternalId(&'a str),
    /// One or the other: people fill in either.
    AnyId(&'a str),
}

impl<'a> Sought<'a> {
    /// The id's text.
    pub fn as_str(self) -> &'a str {
        match self {
            Self::Id(id) | Self::ExternalId(id) | Self::AnyId(id) => id,
        }
    }

    /// Whether a task is the one that is looked for. A path or a list of ids can be read in more ways than one, so what
    /// is found must name the id itself.
    pub fn is(self, task: &Task) -> bool {
        let (id, external_id) = (task.task_id.as_str(), task.external_task_id());
        match self {
            Self::Id(sought) => id == sought,
            Self::ExternalId(sought) => external_id == Some(sought),
            Self::AnyId(sought) => id == sought || external_id == Some(sought),
        }
    }
}

/// A page of a legacy list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ListPage {
    /// 1 to 1000.
    #[serde(rename = "pageNum")]
    pub number: u16,
    /// 1 to 500.
    #[serde(rename = "pageSize")]
    pub size: u16,
}

impl Default for ListPage {
    /// The first 30, Kling's own default.
    fn default() -> Self {
        Self { number: 1, size: 30 }
    }
}

impl ListPage {
    /// Holds the page against the documented ranges (rule C6).
    ///
    /// # Errors
    /// The number or size that lies outside, under the names `page` and `page_size`.
    pub fn check(self) -> Result<Self, Violation> {
        for (field, found, most) in [("page", self.number, 1000), ("page_size", self.size, 500)] {
            if !(1..=most).contains(&found) {
                let (found, most) = (f64::from(found), f64::from(most));
                return Err(Violation { field, problem: Problem::OutOfRange { found, least: 1.0, most } });
            }
        }
        Ok(self)
    }
}

impl KlingClient {
    /// `GET <path>/{id}`: one task. Free, and takes no slot.
    ///
    /// # Errors
    /// [`KlingError::BadTaskId`] for an id that would be read as something else, and [`BadAnswer::OtherTask`] when the
    /// answer is about another task.
    pub async fn get_task(&self, path: &TaskPath, sought: Sought<'_>) -> Result<Answer<Task>, KlingError> {
        let answer: Answer<OneOrMany<Task>> = self.send(Call::get(path.as_str(), &[sought.as_str()])).await?;
        let bad = |what| KlingError::BadAnswer { status: 200, what, retry_after: None };
        let Answer { data, message, request_id } = answer;
        let data = data.into_one().ok_or_else(|| bad(BadAnswer::UnexpectedShape))?;
        if !sought.is(&data) {
            return Err(bad(BadAnswer::OtherTask));
        }
        Ok(Answer { data, message, request_id })
    }

    /// As [`get_task`](Self::get_task), with `None` for a task that does not exist.
    ///
    /// # Errors
    /// As for [`get_task`](Self::get_task).
    pub async fn find_task(&self, path: &TaskPath, sought: Sought<'_>) -> Result<Option<Answer<Task>>, KlingError> {
        match self.get_task(path, sought).await {
            Ok(answer) => Ok(Some(answer)),
            Err(KlingError::Refused(refusal)) if refusal.is_task_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// `GET <path>?pageNum=&pageSize=`: the account's tasks of one path.
    pub async fn list_tasks(&self, path: &TaskPath, page: ListPage) -> Result<Answer<Vec<Task>>, KlingError> {
        self.send(Call::get_with_query(path.as_str(), &page)).await
    }
}

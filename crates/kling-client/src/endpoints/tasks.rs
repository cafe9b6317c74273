//! What every task path of the legacy surface answers alike.

use kling_api::{OneOrMany, Problem, Task, TaskPath, Violation};
use serde::Serialize;

use crate::call::Call;
use crate::{Answer, BadAnswer, KlingClient, KlingError};

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
    /// `GET <path>/{id}`: one task, by Kling's id or by the caller's own. Free, and takes no slot.
    pub async fn get_task(&self, path: &TaskPath, id: &str) -> Result<Answer<Task>, KlingError> {
        let answer: Answer<OneOrMany<Task>> = self.send(Call::get(path.as_str(), &[id])).await?;
        let Answer { data, message, request_id } = answer;
        let data = data.into_one().ok_or(KlingError::BadAnswer {
            status: 200,
            what: BadAnswer::UnexpectedShape,
            retry_after: None,
        })?;
        Ok(Answer { data, message, request_id })
    }

    /// As [`get_task`](Self::get_task), with `None` for a task that does not exist.
    pub async fn find_task(&self, path: &TaskPath, id: &str) -> Result<Option<Answer<Task>>, KlingError> {
        match self.get_task(path, id).await {
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

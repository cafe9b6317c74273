//! How tasks of the new surface are asked for.

use serde::Serialize;

use crate::TaskStatus;
use crate::rules::{self, Checked, Violation};

/// Where tasks of the new surface are asked for, whatever path made them: `GET` by ids, `POST` for pages.
pub const NEW_TASKS_PATH: &str = "/tasks";

/// The query of `GET /tasks`: Kling's ids or the caller's own, never both (vendor documentation 2026-09-20). Ids that
/// Kling does not know are left out of the answer. How many are allowed at once is not documented.
///
/// The list is separated by commas, so an id of the caller's own with a comma in it cannot be asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewTasks {
    #[serde(skip_serializing_if = "Option::is_none")]
    task_ids: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_task_ids: Option<String>,
}

impl NewTasks {
    /// By Kling's ids.
    pub fn by_ids<I: IntoIterator<Item: AsRef<str>>>(ids: I) -> Self {
        Self { task_ids: Some(joined(ids)), external_task_ids: None }
    }

    /// By the caller's own ids.
    pub fn by_external_ids<I: IntoIterator<Item: AsRef<str>>>(ids: I) -> Self {
        Self { task_ids: None, external_task_ids: Some(joined(ids)) }
    }
}

fn joined<I: IntoIterator<Item: AsRef<str>>>(ids: I) -> String {
    ids.into_iter().fold(String::new(), |mut list, id| {
        if !list.is_empty() {
            list.push(',');
        }
        list.push_str(id.as_ref());
        list
    })
}

/// The body of `POST /tasks`: a page of the account's tasks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct NewTasksPage {
    /// Unix milliseconds; 30 days before `end_time` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<i64>,
    /// Unix milliseconds; now when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<i64>,
    /// The `next_cursor` of the page before; the times are ignored then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Tasks on the page, 1 to 500; 100 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Which tasks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<TaskFilter>,
}

/// Picks tasks by a property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskFilter {
    /// `status` or `product_type`.
    pub key: String,
    /// `submitted`, `processing`, `succeeded`, `failed`; or `video`, `image`, `try_on`.
    pub values: Vec<String>,
}

impl TaskFilter {
    /// Tasks of these statuses, in the words of this surface.
    pub fn statuses<'a>(statuses: impl IntoIterator<Item = &'a TaskStatus>) -> Self {
        let word = |status: &TaskStatus| match status {
            TaskStatus::Succeed => "succeeded".to_owned(),
            other => other.as_str().to_owned(),
        };
        Self { key: "status".to_owned(), values: statuses.into_iter().map(word).collect() }
    }

    /// Tasks of these product types: `video`, `image`, `try_on`.
    pub fn product_types<'a>(types: impl IntoIterator<Item = &'a str>) -> Self {
        Self { key: "product_type".to_owned(), values: types.into_iter().map(str::to_owned).collect() }
    }
}

impl NewTasksPage {
    /// C8: applies the rules.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn check(self) -> Result<Checked<Self>, Violation> {
        rules::c8_task_page(&self)?;
        Ok(Checked::assume(self))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn c7_exactly_one_list_of_ids_is_asked_for() {
        assert_eq!(
            serde_json::to_value(NewTasks::by_ids(["930000000000000001", "930000000000000002"])).unwrap(),
            json!({"task_ids": "930000000000000001,930000000000000002"})
        );
        assert_eq!(
            serde_json::to_value(NewTasks::by_external_ids(["job-1"])).unwrap(),
            json!({"external_task_ids": "job-1"})
        );
    }

    #[test]
    fn filters_use_the_words_of_this_surface() {
        let filters = [
            TaskFilter::statuses(&[TaskStatus::Succeed, TaskStatus::Failed]),
            TaskFilter::product_types(["image", "try_on"]),
        ];
        assert_eq!(
            serde_json::to_value(filters).unwrap(),
            json!([
                {"key": "status", "values": ["succeeded", "failed"]},
                {"key": "product_type", "values": ["image", "try_on"]},
            ])
        );
    }

    #[test]
    fn c8_a_page_is_1_to_500_tasks_of_a_time_that_begins_before_it_ends() {
        let page = NewTasksPage { start_time: Some(1), end_time: Some(2), limit: Some(500), ..NewTasksPage::default() };
        assert_eq!(
            serde_json::to_value(&*page.clone().check().unwrap()).unwrap(),
            json!({"start_time": 1, "end_time": 2, "limit": 500})
        );
        for limit in [0, 501] {
            let broken = NewTasksPage { limit: Some(limit), ..page.clone() }.check().unwrap_err();
            assert_eq!(broken.to_string(), format!("limit is {limit}: 1 to 500 is allowed"));
        }
        let backwards = NewTasksPage { start_time: Some(2), ..page };
        assert_eq!(backwards.clone().check().unwrap_err().to_string(), "start_time must be less than end_time");
        assert!(NewTasksPage { cursor: Some("930000000000000001".into()), ..backwards }.check().is_ok());
    }
}

//! The new surface: the model in the path, one `/tasks` for every question. API keys only.

use kling_api::{
    Checked, NEW_TASKS_PATH, NewTasks, NewTasksPage, PathRequest, PathTask, PathTaskPage, Task, check_task_id,
};

use super::Sought;
use crate::call::Call;
use crate::{Answer, BadAnswer, KlingClient, KlingError};

impl KlingClient {
    /// `POST /<product>/<model>`: creates a task and takes a slot. Costs units; never repeated here.
    ///
    /// # Errors
    /// [`KlingError::may_have_arrived`] tells whether a task may exist all the same.
    pub async fn create_path_task(&self, request: &Checked<PathRequest>) -> Result<Answer<PathTask>, KlingError> {
        self.send(Call::post(request.path.as_str(), &request.body)).await
    }

    /// `GET /tasks`: tasks by Kling's ids or by the caller's own. Unknown ids are left out of the answer.
    pub async fn path_tasks(&self, wanted: &NewTasks) -> Result<Answer<Vec<PathTask>>, KlingError> {
        self.send(Call::get_with_query(NEW_TASKS_PATH, wanted)).await
    }

    /// `POST /tasks`: the account's tasks of the new surface, page by page.
    pub async fn list_path_tasks(&self, page: &NewTasksPage) -> Result<Answer<PathTaskPage>, KlingError> {
        self.send(Call::post(NEW_TASKS_PATH, page)).await
    }

    /// One task of the new surface in the legacy shape; `None` for a task that does not exist. The caller's own ids are
    /// never asked for as Kling's.
    ///
    /// # Errors
    /// [`KlingError::BadTaskId`] for an id that would be read as something else, and [`BadAnswer::OtherTask`] when the
    /// answer is about other tasks.
    pub async fn find_path_task(&self, sought: Sought<'_>) -> Result<Option<Answer<Task>>, KlingError> {
        let id = sought.as_str();
        check_task_id(id)?;
        let (by_id, by_external_id) = (NewTasks::by_ids([id]), NewTasks::by_external_ids([id]));
        let queries = match sought {
            Sought::Id(_) => vec![by_id],
            Sought::ExternalId(_) => vec![by_external_id],
            Sought::AnyId(_) => vec![by_id, by_external_id],
        };
        let mut others = false;
        for wanted in queries {
            let Answer { data, message, request_id } = self.path_tasks(&wanted).await?;
            others |= !data.is_empty();
            if let Some(task) = data.into_iter().map(PathTask::into_legacy).find(|task| sought.is(task)) {
                return Ok(Some(Answer { data: task, message, request_id }));
            }
        }
        if others {
            return Err(KlingError::BadAnswer { status: 200, what: BadAnswer::OtherTask, retry_after: None });
        }
        Ok(None)
    }
}

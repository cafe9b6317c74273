//! The new surface: the model in the path, one `/tasks` for every question. API keys only.

use kling_api::{Checked, NEW_TASKS_PATH, NewTasks, NewTasksPage, PathRequest, PathTask, PathTaskPage, Task};

use crate::call::Call;
use crate::{Answer, KlingClient, KlingError};

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

    /// One task of the new surface in the legacy shape, by Kling's id or, where that finds none, by the caller's own;
    /// `None` for a task that does not exist.
    pub async fn find_path_task(&self, id: &str) -> Result<Option<Answer<Task>>, KlingError> {
        for wanted in [NewTasks::by_ids([id]), NewTasks::by_external_ids([id])] {
            let Answer { data, message, request_id } = self.path_tasks(&wanted).await?;
            if let Some(task) = data.into_iter().next() {
                return Ok(Some(Answer { data: task.into_legacy(), message, request_id }));
            }
        }
        Ok(None)
    }
}

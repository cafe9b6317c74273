//! `/v1/videos/text2video`.

use kling_api::{Checked, Task, TaskPath, Text2VideoRequest};

use super::ListPage;
use crate::call::Call;
use crate::{Answer, KlingClient, KlingError};

impl KlingClient {
    /// `POST /v1/videos/text2video`: creates a task and takes a concurrency slot. Costs units, so it is never repeated
    /// here; give the request an `external_task_id` to find the task if the answer is lost.
    ///
    /// # Errors
    /// [`KlingError::may_have_arrived`] tells whether a task may exist all the same.
    pub async fn create_text2video(&self, request: &Checked<Text2VideoRequest>) -> Result<Answer<Task>, KlingError> {
        self.send(Call::post(TaskPath::TEXT2VIDEO.as_str(), &**request)).await
    }

    /// `GET /v1/videos/text2video`: the account's tasks, newest first.
    pub async fn list_text2video(&self, page: ListPage) -> Result<Answer<Vec<Task>>, KlingError> {
        self.list_tasks(&TaskPath::TEXT2VIDEO, page).await
    }
}

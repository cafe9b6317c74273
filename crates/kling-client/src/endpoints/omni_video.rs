//! `/v1/videos/omni-video`.

use kling_api::{Checked, OmniVideoRequest, Task, TaskPath};

use crate::call::Call;
use crate::{Answer, KlingClient, KlingError};

impl KlingClient {
    /// `POST /v1/videos/omni-video`: a video from pictures, elements and videos. Costs units; never repeated here.
    ///
    /// # Errors
    /// [`KlingError::may_have_arrived`] tells whether a task may exist all the same.
    pub async fn create_omni_video(&self, request: &Checked<OmniVideoRequest>) -> Result<Answer<Task>, KlingError> {
        self.send(Call::post(TaskPath::OMNI_VIDEO.as_str(), &**request)).await
    }
}

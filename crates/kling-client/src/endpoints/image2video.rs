//! `/v1/videos/image2video`.

use kling_api::{Checked, Image2VideoRequest, Task, TaskPath};

use crate::call::Call;
use crate::{Answer, KlingClient, KlingError};

impl KlingClient {
    /// `POST /v1/videos/image2video`: a video from pictures. Costs units; never repeated here.
    ///
    /// # Errors
    /// [`KlingError::may_have_arrived`] tells whether a task may exist all the same.
    pub async fn create_image2video(&self, request: &Checked<Image2VideoRequest>) -> Result<Answer<Task>, KlingError> {
        self.send(Call::post(TaskPath::IMAGE2VIDEO.as_str(), &**request)).await
    }
}

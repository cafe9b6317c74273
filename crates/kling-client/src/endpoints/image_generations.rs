//! `/v1/images/generations`.

use kling_api::{Checked, ImageGenerationRequest, Task, TaskPath};

use crate::call::Call;
use crate::{Answer, KlingClient, KlingError};

impl KlingClient {
    /// `POST /v1/images/generations`: pictures from a prompt. Costs units and takes `n` slots; never repeated here.
    ///
    /// # Errors
    /// [`KlingError::may_have_arrived`] tells whether a task may exist all the same.
    pub async fn create_image_generation(
        &self,
        request: &Checked<ImageGenerationRequest>,
    ) -> Result<Answer<Task>, KlingError> {
        self.send(Call::post(TaskPath::IMAGE_GENERATIONS.as_str(), &**request)).await
    }
}

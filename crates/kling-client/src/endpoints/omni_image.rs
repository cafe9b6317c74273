//! `/v1/images/omni-image`.

use kling_api::{Checked, OmniImageRequest, Task, TaskPath};

use crate::call::Call;
use crate::{Answer, KlingClient, KlingError};

impl KlingClient {
    /// `POST /v1/images/omni-image`: pictures from pictures and elements, also as a series. Costs units; never repeated here.
    ///
    /// # Errors
    /// [`KlingError::may_have_arrived`] tells whether a task may exist all the same.
    pub async fn create_omni_image(&self, request: &Checked<OmniImageRequest>) -> Result<Answer<Task>, KlingError> {
        self.send(Call::post(TaskPath::OMNI_IMAGE.as_str(), &**request)).await
    }
}

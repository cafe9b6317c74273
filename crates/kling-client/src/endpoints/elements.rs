//! `/v1/general/...elements`: the library of subjects.

use kling_api::{Checked, DeleteElementRequest, Element, ElementListItem, ElementRequest, Task, TaskPath};

use super::ListPage;
use crate::call::Call;
use crate::{Answer, KlingClient, KlingError};

impl KlingClient {
    /// `POST /v1/general/advanced-custom-elements`: begins to make an element; its id is in the finished task.
    ///
    /// # Errors
    /// [`KlingError::may_have_arrived`] tells whether a task may exist all the same.
    pub async fn create_element(&self, request: &Checked<ElementRequest>) -> Result<Answer<Task>, KlingError> {
        self.send(Call::post(TaskPath::CUSTOM_ELEMENTS.as_str(), &**request)).await
    }

    /// `GET /v1/general/advanced-custom-elements`: the account's own elements.
    pub async fn list_elements(&self, page: ListPage) -> Result<Answer<Vec<Element>>, KlingError> {
        self.list_library(&TaskPath::CUSTOM_ELEMENTS, page).await
    }

    /// `GET /v1/general/advanced-presets-elements`: Kling's own elements.
    pub async fn list_preset_elements(&self, page: ListPage) -> Result<Answer<Vec<Element>>, KlingError> {
        self.list_library(&TaskPath::PRESET_ELEMENTS, page).await
    }

    /// `POST /v1/general/delete-elements`: removes one of the account's own elements. Asking twice does no harm.
    pub async fn delete_element(&self, request: &DeleteElementRequest) -> Result<Answer<Task>, KlingError> {
        self.send(Call::post(TaskPath::DELETE_ELEMENTS.as_str(), request)).await
    }

    async fn list_library(&self, path: &TaskPath, page: ListPage) -> Result<Answer<Vec<Element>>, KlingError> {
        let items: Answer<Vec<ElementListItem>> = self.send(Call::get_with_query(path.as_str(), &page)).await?;
        Ok(items.map(|items| items.into_iter().flat_map(ElementListItem::into_elements).collect()))
    }
}

//! `element_delete`: removes one of the account's own elements.

use std::sync::Arc;

use dify_plugin::{Error, MessageSink, Tool, ToolCall, async_trait};
use kling_api::{DeleteElementRequest, Id};

use crate::account::Accounts;
use crate::declaration::{Parameter, ToolTable, text};
use crate::failure;
use crate::opening::Opening;
use crate::texts;

const OWN: &[Parameter] = &[text("element_id")];

pub(crate) const TABLE: ToolTable =
    ToolTable { name: "element_delete", parameters: &[OWN], outputs: &["task_id", "task_status", "element_id"] };

pub(crate) struct ElementDelete(pub(crate) Arc<Accounts>);

#[async_trait]
impl Tool for ElementDelete {
    fn name(&self) -> &'static str {
        TABLE.name
    }

    async fn invoke(&self, call: ToolCall, out: MessageSink) -> Result<(), Error> {
        let opening = Opening::read(&self.0, TABLE, &call)?;
        let language = opening.language();
        let id = opening.parameters.one_id("element_id", "element_id")?.unwrap_or_default();
        let request = DeleteElementRequest { element_id: Id::new(id.clone()) };
        let request = request.check().map_err(|broken| opening.refuse(&broken))?;
        // Asking twice does no harm.
        let account = opening.account();
        let answer = account.ask(opening.ask_by(), || account.client.delete_element(&request)).await;
        let answer = answer.map_err(|error| failure::of_call(language, &error))?;
        out.variable("task_id", answer.data.task_id.as_str()).await?;
        out.variable("task_status", answer.data.task_status.as_str()).await?;
        out.variable("element_id", id.clone()).await?;
        let envelope = serde_json::to_value(answer.into_envelope())
            .map_err(|_| Error::Internal("the answer could not be written as JSON".to_owned()))?;
        out.json_suppressed(envelope).await?;
        out.text(opening.closing(texts::element_deleted(language, &id))).await
    }
}

//! `element_list`: the account's own elements, or Kling's.

use std::sync::Arc;

use dify_plugin::{Error, MessageSink, Tool, ToolCall, async_trait};
use kling_client::ListPage;
use serde_json::{Value, json};

use crate::account::Accounts;
use crate::declaration::{Parameter, ToolTable, choice_or, number_or};
use crate::failure;
use crate::opening::Opening;
use crate::texts;

const OWN: &[Parameter] =
    &[choice_or("source", "own", &["own", "preset"]), number_or("page", "1"), number_or("page_size", "30")];

pub(crate) const TABLE: ToolTable =
    ToolTable { name: "element_list", parameters: &[OWN], outputs: &["elements", "count"] };

pub(crate) struct ElementList(pub(crate) Arc<Accounts>);

#[async_trait]
impl Tool for ElementList {
    fn name(&self) -> &'static str {
        TABLE.name
    }

    async fn invoke(&self, call: ToolCall, out: MessageSink) -> Result<(), Error> {
        let opening = Opening::read(&self.0, TABLE, &call)?;
        let language = opening.language();
        let page = ListPage {
            number: opening.parameters.count("page")?.unwrap_or(1),
            size: opening.parameters.count("page_size")?.unwrap_or(30),
        };
        let page = page.check().map_err(|broken| opening.refuse(&broken))?;
        let preset = opening.parameters.word("source")?.as_deref() == Some("preset");
        let account = opening.account();
        let question = async || {
            if preset {
                account.client.list_preset_elements(page).await
            } else {
                account.client.list_elements(page).await
            }
        };
        let answer = account.ask(opening.ask_by(), question).await;
        let answer = answer.map_err(|error| failure::of_call(language, &error))?;
        let elements: Vec<Value> =
            answer.data.iter().filter_map(|element| serde_json::to_value(element).ok()).collect();
        out.variable("elements", json!(elements)).await?;
        out.variable("count", elements.len()).await?;
        out.json_suppressed(json!({
            "code": 0, "message": answer.message, "request_id": answer.request_id, "data": { "elements": elements },
        }))
        .await?;
        out.text(opening.closing(texts::element_list(language, &answer.data))).await
    }
}

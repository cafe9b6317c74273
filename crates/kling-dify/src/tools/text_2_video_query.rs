//! `text_2_video_query`: a task that was created before, by id, own id or handle.

use std::sync::Arc;

use dify_plugin::{Error, MessageSink, Tool, ToolCall, async_trait};
use kling_api::{Handle, Surface, TaskPath};
use serde_json::Value;

use crate::account::Accounts;
use crate::run::Opening;
use crate::texts;

pub(crate) struct Text2VideoQuery(pub(crate) Arc<Accounts>);

#[async_trait]
impl Tool for Text2VideoQuery {
    fn name(&self) -> &'static str {
        "text_2_video_query"
    }

    async fn invoke(&self, call: ToolCall, out: MessageSink) -> Result<(), Error> {
        let opening = Opening::read(&self.0, &call, false)?;
        let (path, id) = target(&opening)?;
        opening.begin(&self.0, out, self.name(), Value::Null).await?.query(path, &id).await
    }
}

/// Which task is meant. A handle knows its own path; an id is one of this tool's.
fn target(opening: &Opening<'_>) -> Result<(TaskPath, String), Error> {
    let (parameters, ours) = (&opening.parameters, opening.region());
    let language = parameters.language();
    let refuse = |text| Err(Error::BadRequest(text));
    let given = match parameters.word("task_id")? {
        Some(id) => Some(id),
        None => parameters.word("external_task_id")?,
    };
    let Some(given) = given else { return refuse(texts::no_task_named(language)) };
    if !Handle::looks_like(&given) {
        return Ok((TaskPath::TEXT2VIDEO, given));
    }
    match given.parse::<Handle>() {
        Err(error) => refuse(texts::handle_unusable(language, &error)),
        Ok(handle) if handle.region() != ours => refuse(texts::handle_of_other_region(language, handle.region(), ours)),
        Ok(handle) if handle.surface() != Surface::Legacy => refuse(texts::handle_of_other_surface(language)),
        Ok(handle) => Ok((handle.path().clone(), handle.id().to_string())),
    }
}

//! The tools that ask for a task: a row each.

use std::sync::Arc;

use dify_plugin::{Error, MessageSink, Tool, ToolCall, async_trait};
use kling_api::TaskPath;
use serde_json::Value;

use crate::account::Accounts;
use crate::declaration::{
    ASK, ELEMENT_OUTPUTS, IMAGE_FILE, MEDIA_OUTPUTS, Parameter, TASK, ToolTable, VIDEO_FILE, text,
};
use crate::find::target;
use crate::opening::Opening;

/// A tool that asks for a task.
pub(crate) struct Query {
    pub(crate) table: ToolTable,
    /// Parameters that may name the task, the first filled in counts.
    names: &'static [&'static str],
    /// Where a mere id is looked for, before the new surface.
    paths: &'static [TaskPath],
}

const IDS: &[&str] = &["task_id", "external_task_id"];
const ALL_OUTPUTS: &[&str] = &[
    "external_task_id",
    "task_id",
    "task_status",
    "handle",
    "url",
    "urls",
    "expires_at",
    "watermark_urls",
    "estimated_units",
    "units",
    "element_id",
];
const HANDLE: &[Parameter] = &[text("handle")];

const fn of(
    name: &'static str,
    file: &'static [&'static [Parameter]],
    outputs: &'static [&'static str],
    paths: &'static [TaskPath],
) -> Query {
    Query { table: ToolTable { name, parameters: file, outputs }, names: IDS, paths }
}

const VIDEO: &[&[Parameter]] = &[TASK, VIDEO_FILE, ASK];
const IMAGE: &[&[Parameter]] = &[TASK, IMAGE_FILE, ASK];

pub(crate) static QUERIES: &[Query] = &[
    of("text_2_video_query", VIDEO, MEDIA_OUTPUTS, &[TaskPath::TEXT2VIDEO]),
    of("image_2_video_query", VIDEO, MEDIA_OUTPUTS, &[TaskPath::IMAGE2VIDEO]),
    of("omni_video_query", VIDEO, MEDIA_OUTPUTS, &[TaskPath::OMNI_VIDEO]),
    of("image_generation_query", IMAGE, MEDIA_OUTPUTS, &[TaskPath::IMAGE_GENERATIONS]),
    of("omni_image_query", IMAGE, MEDIA_OUTPUTS, &[TaskPath::OMNI_IMAGE]),
    of("element_query", &[TASK, ASK], ELEMENT_OUTPUTS, &[TaskPath::CUSTOM_ELEMENTS]),
    Query {
        table: ToolTable {
            name: "task_query",
            parameters: &[HANDLE, TASK, VIDEO_FILE, IMAGE_FILE, ASK],
            outputs: ALL_OUTPUTS,
        },
        names: &["handle", "task_id", "external_task_id"],
        paths: &TaskPath::LEGACY,
    },
];

/// The tool of a row.
pub(crate) struct Asks {
    query: &'static Query,
    accounts: Arc<Accounts>,
}

impl Asks {
    pub(crate) fn new(query: &'static Query, accounts: Arc<Accounts>) -> Self {
        Self { query, accounts }
    }
}

#[async_trait]
impl Tool for Asks {
    fn name(&self) -> &'static str {
        self.query.table.name
    }

    async fn invoke(&self, call: ToolCall, out: MessageSink) -> Result<(), Error> {
        let Query { table, names, paths } = self.query;
        let opening = Opening::read(&self.accounts, *table, &call)?;
        let target = target(&opening, names, paths)?;
        opening.begin(out, Value::Null).await?.query(&target).await
    }
}

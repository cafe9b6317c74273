//! `task_list`: the account's tasks, newest first, so that anything paid can be found again. Free.

use std::sync::Arc;
use std::time::Duration;

use dify_plugin::{Error, MessageSink, Tool, ToolCall, async_trait};
use jiff::Timestamp;
use kling_api::{Handle, Problem, Region, TaskStatus, Violation};
use kling_auth::CredentialKind;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::account::Accounts;
use crate::answer::rfc3339;
use crate::declaration::{Parameter, ToolTable, choice_or, number_or, text};
use crate::failure;
use crate::kind::Kind;
use crate::opening::Opening;
use crate::task_list::{self, Gap, ListedTask, Search, TaskListing};
use crate::texts::{self, ListedLine, ListingTexts};

const KINDS: &[&str] = &["all", "video", "image", "element"];
const STATUSES: &[&str] = &["any", "submitted", "processing", "succeed", "failed"];
const LEAST_HOURS: f64 = 0.1;
/// A year. Results live 30 days, tasks may be listed for longer.
const MOST_HOURS: f64 = 8760.0;
const MOST_TASKS: usize = 100;
/// Tasks with a line in the closing text; the rest is in the JSON.
const SHOWN: usize = 20;
/// The same where a model reads it, and keeps it for the rest of the conversation.
const SHOWN_TO_AGENTS: usize = 5;
/// The longest that all lists together are waited for.
const LISTING_TIME: Duration = Duration::from_secs(60);

const OWN: &[Parameter] = &[
    choice_or("kind", "all", KINDS),
    choice_or("task_status", "any", STATUSES),
    number_or("within_hours", "24"),
    text("external_task_id"),
    number_or("limit", "20"),
];

pub(crate) const TABLE: ToolTable = ToolTable {
    name: "task_list",
    parameters: &[OWN],
    outputs: &["tasks", "count", "handle", "handles", "task_ids", "unavailable"],
};

pub(crate) struct TaskList(pub(crate) Arc<Accounts>);

#[async_trait]
impl Tool for TaskList {
    fn name(&self) -> &'static str {
        TABLE.name
    }

    async fn invoke(&self, call: ToolCall, out: MessageSink) -> Result<(), Error> {
        let opening = Opening::read(&self.0, TABLE, &call)?;
        let language = opening.language();
        let hours = hours(&opening)?;
        let search = search(&opening, hours)?;
        let by = opening.ask_by().min(Instant::now() + LISTING_TIME);
        let listing = task_list::read(opening.account(), &search, by).await;
        let region = opening.region();
        if listing.is_nothing() {
            return Err(nothing_listed(&opening, &listing));
        }
        answer(&out, &listing, region).await?;
        let shown = if opening.caller().is_agent() { SHOWN_TO_AGENTS } else { SHOWN };
        let text = texts::task_list(
            language,
            &ListingTexts {
                shown,
                region,
                hours,
                lines: listing.tasks.iter().map(|listed| line(listed, region)).collect(),
                more: listing.more,
                gaps: &listing.gaps,
                needs_api_key: opening.credential_kind() == CredentialKind::KeyPair
                    && search.kind != Some(Kind::Element),
            },
        );
        out.text(opening.closing(text)).await
    }
}

/// Reads the parameters. An unknown word is refused: taken for "any", it would show tasks that were not asked for.
fn search(opening: &Opening<'_>, hours: f64) -> Result<Search, Error> {
    let choice = |name, allowed: &[&str]| {
        let word = opening.parameters.word(name)?.unwrap_or_default().to_ascii_lowercase();
        let word = if word == "succeeded" { "succeed".to_owned() } else { word };
        if allowed.contains(&word.as_str()) {
            return Ok(word);
        }
        let problem = Problem::NotOneOf { allowed: allowed.join(", ") };
        Err(opening.refuse(&Violation { field: name, problem }))
    };
    let kind = match choice("kind", KINDS)?.as_str() {
        "video" => Some(Kind::Video),
        "image" => Some(Kind::Image),
        "element" => Some(Kind::Element),
        _ => None,
    };
    let status = Some(choice("task_status", STATUSES)?).filter(|word| word != "any");
    let limit: usize = opening.parameters.count("limit")?.unwrap_or(MOST_TASKS);
    #[expect(clippy::cast_precision_loss, reason = "only a number that was typed is shown by it")]
    if !(1..=MOST_TASKS).contains(&limit) {
        return Err(out_of_range(opening, "limit", limit as f64, 1.0, MOST_TASKS as f64));
    }
    #[expect(clippy::cast_possible_truncation, reason = "at most a year in milliseconds")]
    let millis = (hours * 3_600_000.0) as i64;
    Ok(Search {
        kind,
        status: status.map(|word| TaskStatus::parse(&word)),
        since: Timestamp::now().as_millisecond() - millis,
        external_task_id: opening.parameters.word("external_task_id")?,
        limit,
    })
}

fn hours(opening: &Opening<'_>) -> Result<f64, Error> {
    let hours = opening.parameters.number("within_hours")?.unwrap_or(MOST_HOURS);
    if (LEAST_HOURS..=MOST_HOURS).contains(&hours) {
        return Ok(hours);
    }
    Err(out_of_range(opening, "within_hours", hours, LEAST_HOURS, MOST_HOURS))
}

fn out_of_range(opening: &Opening<'_>, field: &'static str, found: f64, least: f64, most: f64) -> Error {
    opening.refuse(&Violation { field, problem: Problem::OutOfRange { found, least, most } })
}

/// No list answered: a failure, and that of the first list, since one key asks them all.
fn nothing_listed(opening: &Opening<'_>, listing: &TaskListing) -> Error {
    let language = opening.language();
    let failed = listing.gaps.iter().find_map(|(_, gap)| match gap {
        Gap::Failed(error) => Some(failure::of_call(language, error)),
        Gap::OutOfTime | Gap::TooLong => None,
    });
    failed.unwrap_or_else(|| Error::Connection(texts::no_list_in_time(language)))
}

/// The variables and the JSON message, which is kept from an agent's model: the closing text says the same shorter.
async fn answer(out: &MessageSink, listing: &TaskListing, region: Region) -> Result<(), Error> {
    let tasks = &listing.tasks;
    let handles: Vec<String> = tasks.iter().map(|listed| handle(listed, region).to_string()).collect();
    let unavailable: Vec<&str> = listing.gaps.iter().map(|(path, _)| path.as_str()).collect();
    out.variable("tasks", tasks.iter().map(|listed| summary(listed, region)).collect::<Value>()).await?;
    out.variable("count", tasks.len()).await?;
    out.variable("handle", handles.first().cloned().unwrap_or_default()).await?;
    out.variable("handles", json!(handles)).await?;
    out.variable("task_ids", tasks.iter().map(|listed| listed.task.task_id.as_str()).collect::<Value>()).await?;
    out.variable("unavailable", json!(unavailable)).await?;
    let whole: Vec<Value> = tasks.iter().filter_map(|listed| whole(listed, region)).collect();
    out.json_suppressed(json!({
        "code": 0, "message": "SUCCEED", "request_id": null,
        "data": { "tasks": whole, "more": listing.more, "unavailable": unavailable },
    }))
    .await
}

fn handle(listed: &ListedTask, region: Region) -> Handle {
    let ListedTask { path, task, .. } = listed;
    Handle::new(path.surface(), region, path.clone(), task.task_id.clone())
}

/// The task as Kling listed it, with what it takes to go on with it.
fn whole(listed: &ListedTask, region: Region) -> Option<Value> {
    let mut task = serde_json::to_value(&listed.task).ok()?;
    let fields = task.as_object_mut()?;
    fields.insert("handle".to_owned(), handle(listed, region).to_string().into());
    fields.insert("kind".to_owned(), kind(listed).into());
    fields.insert("path".to_owned(), listed.path.as_str().into());
    Some(task)
}

/// The task without its result.
fn summary(listed: &ListedTask, region: Region) -> Value {
    let task = &listed.task;
    json!({
        "task_id": task.task_id,
        "external_task_id": task.external_task_id().unwrap_or_default(),
        "kind": kind(listed),
        "task_status": task.task_status,
        "created_at": task.created_at.and_then(rfc3339).unwrap_or_default(),
        "handle": handle(listed, region).to_string(),
    })
}

fn kind(listed: &ListedTask) -> &'static str {
    match listed.kind {
        Some(Kind::Video) => "video",
        Some(Kind::Image) => "image",
        Some(Kind::Element) => "element",
        None => "unknown",
    }
}

fn line(listed: &ListedTask, region: Region) -> ListedLine<'_> {
    let task = &listed.task;
    ListedLine {
        time: task.created_at.and_then(rfc3339),
        path: &listed.path,
        kind: listed.kind,
        status: task.task_status.as_str(),
        external_task_id: task.external_task_id(),
        handle: handle(listed, region),
    }
}

#[cfg(test)]
mod tests {
    use kling_api::TaskPath;

    use super::*;

    #[test]
    fn every_list_of_a_task_is_one_its_handle_leads_to() {
        for path in task_list::lists(None, CredentialKind::ApiKey) {
            let task = serde_json::from_value(json!({"task_id": 7, "task_status": "submitted"})).unwrap();
            let listed = ListedTask { path: path.clone(), kind: None, task };
            let read: Handle = handle(&listed, Region::Singapore).to_string().parse().unwrap();
            assert_eq!((read.path(), read.surface(), read.id().as_str()), (&path, path.surface(), "7"));
            let whole = whole(&listed, Region::Singapore).unwrap();
            assert_eq!((&whole["task_id"], &whole["path"]), (&json!("7"), &json!(path.as_str())));
        }
        assert!(task_list::lists(None, CredentialKind::ApiKey).contains(&TaskPath::NEW_TASKS));
    }
}

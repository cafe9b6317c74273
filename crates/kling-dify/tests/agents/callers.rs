//! Each caller gets the messages that it can do something with, in this order and no others.

use std::time::Duration;

use dify_plugin::host::Event;
use kling_sim::{Fault, Reply, RequestKind, Requests};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::support::{Who, credentials, english, host, map, messages, simulator, text, variable};

const VIDEO: &str = "text_2_video_create";
const IMAGE: &str = "image_generation_create";
const AGENTS: [Who; 4] = [Who::AgentChat, Who::AgentNode, Who::NewAgent, Who::OlderAgent];

/// The types of messages; the same ones in a row once.
fn types(messages: &[Event]) -> Vec<String> {
    let mut types: Vec<String> = messages
        .iter()
        .map(|event| match event {
            Event::Text(_) => "text".to_owned(),
            Event::Json { suppress_output: true, .. } => "json, suppressed".to_owned(),
            Event::Variable { name, .. } => name.clone(),
            Event::Log(_) => "log".to_owned(),
            Event::BlobChunk(_) => "blob".to_owned(),
            Event::Error(failure) => failure.error_type.clone(),
            Event::End => "end".to_owned(),
            other => format!("{other:?}"),
        })
        .collect();
    types.dedup();
    types
}

const TOLD_AT_ONCE: &[&str] = &["external_task_id", "task_id", "handle", "task_status"];
const TOLD_AT_THE_END: &[&str] =
    &["task_status", "url", "urls", "expires_at", "watermark_urls", "estimated_units", "units", "json, suppressed"];

/// Without logs, which are said elsewhere, and with a status that is told twice in a row once.
fn expected(middle: &[&str]) -> Vec<String> {
    let mut types: Vec<String> =
        [TOLD_AT_ONCE, TOLD_AT_THE_END, middle, &["text", "end"]].concat().into_iter().map(str::to_owned).collect();
    types.dedup();
    types
}

fn without_logs(messages: &[Event]) -> Vec<Event> {
    messages.iter().filter(|event| !matches!(event, Event::Log(_))).cloned().collect()
}

#[tokio::test(start_paused = true)]
async fn a_workflow_gets_log_json_file_and_text() {
    let sim = simulator(1.0).await;
    for who in [Who::Workflow, Who::Chatflow] {
        for tool in [VIDEO, IMAGE] {
            let call = who.call(tool, english(&sim), map(json!({"prompt": "a paper boat"})));
            let messages = messages(&host(), call).await;
            let types = types(&messages);
            assert_eq!((types.first().unwrap().as_str(), types.iter().any(|kind| kind == "log")), ("log", true));
            assert_eq!(self::types(&without_logs(&messages)), expected(&["blob"]), "{who:?}, {tool}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_agent_gets_variables_and_one_text_for_a_video() {
    let sim = simulator(1.0).await;
    for who in AGENTS {
        let parameters = json!({"prompt": "a paper boat", "download_video": "true"});
        let messages = messages(&host(), who.call(VIDEO, english(&sim), map(parameters))).await;
        assert_eq!(types(&messages), expected(&[]), "{who:?}");
        let (url, handle) = (variable(&messages, "url").unwrap(), variable(&messages, "handle").unwrap());
        let text = text(&messages);
        assert!(text.lines().any(|line| line == url) && text.contains(handle.as_str().unwrap()), "{text}");
    }
}

/// Images are known to work in an agent-chat app; a new agent writes their bytes into its model's context, and an agent
/// node cannot be told from it.
#[tokio::test(start_paused = true)]
async fn an_image_goes_only_where_it_is_known_to_work() {
    let sim = simulator(1.0).await;
    for (who, file) in
        [(Who::AgentChat, true), (Who::OlderAgent, true), (Who::AgentNode, false), (Who::NewAgent, false)]
    {
        let messages = messages(&host(), who.call(IMAGE, english(&sim), map(json!({"prompt": "a puppy"})))).await;
        let middle: &[&str] = if file { &["blob"] } else { &[] };
        assert_eq!(types(&messages), expected(middle), "{who:?}");
        let (text, url) = (text(&messages), variable(&messages, "url").unwrap());
        assert!(text.lines().any(|line| line == url), "{text}");
        assert_eq!(text.contains("The user has the file too"), file, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn tools_that_answer_at_once_keep_their_json_from_models() {
    let sim = simulator(1.0).await;
    for who in [Who::Workflow, Who::AgentChat, Who::AgentNode] {
        for (tool, outputs) in [
            ("account_balance", &["remaining_units", "packs", "next_expiry"][..]),
            ("element_list", &["elements", "count"]),
            ("task_list", &["tasks", "count", "handle", "handles", "task_ids", "unavailable"]),
        ] {
            let messages = messages(&host(), who.call(tool, english(&sim), map(json!({})))).await;
            assert_eq!(types(&messages), [outputs, &["json, suppressed", "text", "end"]].concat(), "{who:?}, {tool}");
        }
    }
}

/// Dify cuts an agent's connection after 240 s.
#[tokio::test(start_paused = true)]
async fn an_agent_hears_of_its_handle_before_its_connection_is_cut() {
    for who in AGENTS {
        // An account has five slots.
        let sim = simulator(0.01).await;
        for language in ["en_US", "zh_Hans"] {
            let credentials = credentials(&sim, kling_sim::DEMO_API_KEY, language);
            let parameters = json!({"prompt": format!("a snail, {who:?}, {language}"), "max_wait_seconds": 480});
            let started = Instant::now();
            let messages = messages(&host(), who.call(VIDEO, credentials, map(parameters))).await;
            let waited = started.elapsed();
            assert!(waited >= Duration::from_secs(200) && waited < Duration::from_secs(226), "{who:?}: {waited:?}");
            let (text, handle) = (text(&messages), variable(&messages, "handle").unwrap());
            assert!(text.lines().any(|line| line == handle) && text.contains("task_query"), "{text}");
        }
    }
    let (sim, started) = (simulator(0.01).await, Instant::now());
    messages(&host(), Who::Workflow.call(VIDEO, english(&sim), map(json!({"prompt": "a snail"})))).await;
    assert!(started.elapsed() > Duration::from_secs(470), "a workflow waits on");
}

/// No agent is told to create again what exists, and none loses the handle to a sentence of Dify's own.
#[tokio::test(start_paused = true)]
async fn a_failure_after_the_submit_leads_an_agent_to_its_task() {
    let sim = simulator(1.0).await;
    for who in AGENTS {
        sim.faults().push_on(Requests::of(RequestKind::Query), Fault::NotProcessed(Reply::code(1002)));
        let parameters = json!({"prompt": format!("a boat of {who:?}")});
        let messages = messages(&host(), who.call(VIDEO, english(&sim), map(parameters))).await;
        let Some(Event::Error(failure)) = messages.iter().find(|event| matches!(event, Event::Error(_))) else {
            panic!("{who:?}: {messages:?}")
        };
        let handle = variable(&messages, "handle").unwrap();
        assert!(failure.message.contains(handle.as_str().unwrap()), "{failure}");
        assert!(failure.message.contains("do not create it again"), "{failure}");
        assert!(!failure.error_type.contains("Authorization"), "a new agent hides the text of those: {failure}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_task_has_no_handle_for_a_model_to_follow() {
    let sim = simulator(1.0).await;
    for who in AGENTS {
        let parameters = json!({"prompt": "[fail] a boat"});
        let messages = messages(&host(), who.call(VIDEO, english(&sim), map(parameters))).await;
        let Some(Event::Error(failure)) = messages.iter().find(|event| matches!(event, Event::Error(_))) else {
            panic!("{who:?}: {messages:?}")
        };
        assert!(failure.message.contains("risk control") && !failure.message.contains("kling1_"), "{failure}");
        assert_eq!(variable(&messages, "task_status"), Some(Value::from("failed")));
    }
}

/// What a workflow reads in its log, an agent's user hears from the model.
#[tokio::test(start_paused = true)]
async fn what_the_user_must_hear_is_told_by_the_text() {
    let sim = simulator(1.0).await;
    let parameters = json!({"prompt": "a boat", "model_name": "kling-v1", "wait_for_result": "false"});
    for who in AGENTS {
        let messages = messages(&host(), who.call(VIDEO, english(&sim), map(parameters.clone()))).await;
        let text = text(&messages);
        assert!(text.contains("kling-v1 is reported as retired since 2026-09-15; use kling-v3"), "{text}");
    }
}

/// A model fills no file parameter: it is told the one that it can fill.
#[tokio::test(start_paused = true)]
async fn a_missing_picture_is_called_by_the_name_that_a_model_can_fill() {
    let sim = simulator(1.0).await;
    for (who, name) in [(Who::AgentChat, "`image_url`"), (Who::NewAgent, "`image_url`"), (Who::Workflow, "`image`")] {
        let call = who.call("image_2_video_create", english(&sim), map(json!({"prompt": "it yawns"})));
        let messages = messages(&host(), call).await;
        let Some(Event::Error(failure)) = messages.iter().find(|event| matches!(event, Event::Error(_))) else {
            panic!("{who:?}: {messages:?}")
        };
        assert!(failure.message.starts_with(name), "{failure}");
    }
    assert_eq!(sim.requests().len(), 0);
}

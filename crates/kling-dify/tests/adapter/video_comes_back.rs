//! One step in, the file out: with either kind of key, at once or later, from here or from another process.

use dify_plugin::host::{Event, ToolInvocation};
use kling_dify::{Environment, PROVIDER};
use kling_sim::SAMPLE_MP4;
use serde_json::{Value, json};

use crate::support::{CREATE, QUERY, api_key, call, host, key_pair, simulator, variable};

#[tokio::test(start_paused = true)]
async fn a_prompt_becomes_a_file_with_either_kind_of_key() {
    let sim = simulator().await;
    let host = host(Environment::default());
    for credentials in [api_key(&sim.url()), key_pair(&sim.url())] {
        let outcome = call(&host, CREATE, &credentials, json!({"prompt": "a paper boat"})).await;
        assert_eq!(outcome.error, None);
        let [blob] = &outcome.blobs[..] else { panic!("one file, not {}", outcome.blobs.len()) };
        assert!(blob.bytes == SAMPLE_MP4);
        let id = variable(&outcome, "task_id");
        assert_eq!(blob.filename.as_deref(), Some(format!("{id}_1.mp4").as_str()));
        assert_eq!(blob.mime_type.as_deref(), Some("video/mp4"));
        assert_eq!(variable(&outcome, "task_status"), "succeed");
        let url = variable(&outcome, "url");
        assert_eq!(outcome.variables["urls"], json!([url]));
        assert!(variable(&outcome, "expires_at").ends_with('Z'));
        let [envelope] = &outcome.jsons[..] else { panic!("one JSON message, not {}", outcome.jsons.len()) };
        assert_eq!((&envelope["code"], &envelope["message"]), (&json!(0), &json!("SUCCEED")));
        assert_eq!(envelope["data"]["task_id"], id);
        assert_eq!(envelope["data"]["task_result"]["videos"][0]["url"], url);
        let [text] = &outcome.texts[..] else { panic!("one text, not {}", outcome.texts.len()) };
        assert!(text.contains(url) && text.contains("Cost: 3 units"), "{text}");
    }
    assert_eq!(sim.tasks().len(), 2);
}

/// The handle is out before anything that can fail comes after it.
#[tokio::test(start_paused = true)]
async fn messages_come_in_the_promised_order() {
    let sim = simulator().await;
    let host = host(Environment::default());
    let mut invocation = ToolInvocation::new(PROVIDER, CREATE).parameter("prompt", "a paper boat");
    invocation.credentials = api_key(&sim.url());
    let mut events = host.invoke(invocation).await;
    let mut order: Vec<String> = Vec::new();
    while let Some(event) = events.next().await {
        let kind = match event {
            Event::Text(_) => "text".to_owned(),
            Event::Json { .. } => "json".to_owned(),
            Event::Variable { name, .. } => format!("variable {name}"),
            Event::Log(record) => {
                let label = record.label.split("dify-").next().unwrap_or_default();
                format!("log {} {label}", record.status)
            }
            Event::BlobChunk(chunk) if chunk.end => "blob end".to_owned(),
            Event::BlobChunk(_) => "blob".to_owned(),
            other => format!("{other:?}"),
        };
        if order.last() != Some(&kind) {
            order.push(kind);
        }
    }
    insta::assert_snapshot!(order.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn without_waiting_the_handle_leads_to_the_file_from_another_process() {
    let sim = simulator().await;
    let credentials = api_key(&sim.url());
    let created = call(
        &host(Environment::default()),
        CREATE,
        &credentials,
        json!({"prompt": "a paper boat", "wait_for_result": "false", "external_task_id": "order-1"}),
    )
    .await;
    assert_eq!(created.error, None);
    assert_eq!((variable(&created, "task_status"), variable(&created, "url")), ("submitted", ""));
    assert_eq!(created.variables["urls"], json!([]));
    let handle = variable(&created, "handle").to_owned();
    assert!(created.text().contains(&handle), "{}", created.text());

    let other_process = host(Environment::default());
    let id = variable(&created, "task_id").to_owned();
    for named in [json!({"task_id": handle}), json!({"task_id": id}), json!({"external_task_id": "order-1"})] {
        let mut parameters = named;
        parameters["wait_for_result"] = Value::from("true");
        let outcome = call(&other_process, QUERY, &credentials, parameters).await;
        assert_eq!(outcome.error, None);
        assert!(outcome.blobs[0].bytes == SAMPLE_MP4);
        assert_eq!(variable(&outcome, "handle"), handle);
    }
    assert_eq!(sim.tasks().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_query_that_does_not_wait_tells_the_state_at_once() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    let parameters = json!({"prompt": "a boat", "wait_for_result": false});
    let created = call(&host, CREATE, &credentials, parameters).await;
    let before = tokio::time::Instant::now();
    let outcome = call(&host, QUERY, &credentials, json!({"task_id": variable(&created, "task_id")})).await;
    assert_eq!((outcome.error.as_ref(), outcome.blobs.len()), (None, 0));
    assert!(matches!(variable(&outcome, "task_status"), "submitted" | "processing"));
    assert!(before.elapsed() < std::time::Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn links_only_where_the_file_is_not_wanted() {
    let sim = simulator().await;
    let parameters = json!({"prompt": "a paper boat", "download_video": "false"});
    let outcome = call(&host(Environment::default()), CREATE, &api_key(&sim.url()), parameters).await;
    assert_eq!(outcome.error, None);
    assert_eq!(outcome.blobs, []);
    assert!(outcome.text().contains(variable(&outcome, "url")));
    assert!(sim.requests().iter().all(|request| !request.path.starts_with("/files/")));
}

#[tokio::test(start_paused = true)]
async fn chinese_is_spoken_where_it_is_set() {
    let sim = simulator().await;
    let mut credentials = api_key(&sim.url());
    credentials.insert("language".into(), "auto".into());
    let outcome = call(&host(Environment::default()), CREATE, &credentials, json!({"prompt": "一只纸船"})).await;
    assert!(outcome.text().starts_with("视频已生成（5.041 秒）。\nhttp"), "{}", outcome.text());
    assert!(outcome.text().lines().any(|line| line == variable(&outcome, "url")), "{}", outcome.text());
}

/// A table row is no refusal: Kling has the last word.
#[tokio::test(start_paused = true)]
async fn a_retired_model_is_named_in_the_log_and_sent_all_the_same() {
    let sim = simulator().await;
    let parameters = json!({"prompt": "a boat", "model_name": "kling-v1", "wait_for_result": "false"});
    let outcome = call(&host(Environment::default()), CREATE, &api_key(&sim.url()), parameters).await;
    assert_eq!(outcome.error, None);
    assert!(outcome.logs.iter().any(|log| log.label.contains("retired since 2026-09-15; use kling-v3")));
    assert_eq!(sim.tasks()[0].model_name, "kling-v1");
}

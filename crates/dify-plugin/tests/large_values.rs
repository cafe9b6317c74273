//! JSON that takes far more memory than its text is refused, large parameters are not held for longer than the tool holds
//! them, and neither keeps other sessions waiting. (Promise 7: one session cannot hurt another; promise 9: bounded memory.)

mod support;

use std::time::Duration;

use dify_plugin::host::{Event, Host, ToolInvocation};
use serde_json::{Value, json};
use tokio::time::Instant;

/// Some 18 MB that would take more than a gibibyte.
fn many_values() -> String {
    format!("[{}0]", "{\"\":0},".repeat(2_500_000))
}

#[tokio::test]
async fn a_request_of_too_many_values_is_refused_and_no_other() {
    let host = Host::in_memory(support::echo());
    for around in [("", ""), ("{\"a\":", "}"), ("[[[", "]]]")] {
        let events = host.listen("large");
        let line = support::request("large", &json!({"text": "LARGE"}));
        let values = format!("{}{}{}", around.0, many_values(), around.1);
        host.send_line(&line.replace("\"LARGE\"", &values)).await;
        let error = support::finish(events).await.error.unwrap();
        assert_eq!(error.error_type, "InvokeBadRequestError");
        assert!(error.message.contains("too many JSON values") && error.message.len() < 200, "{}", error.message);
    }
    support::assert_alive(&host).await;
}

#[tokio::test]
async fn as_a_text_they_are_a_text_until_somebody_reads_them_and_then_refused() {
    let host = Host::in_memory(support::plugin(async |call, out| {
        let length = call.text("text")?.unwrap_or_default().len();
        let read = call.list("text").map_err(|error| error.to_string());
        out.text(format!("{length} {read:?}")).await
    }));
    let values = many_values();
    let length = values.len();
    let outcome = support::finish(host.invoke(support::call().parameter("text", values)).await).await;
    assert_eq!(outcome.text(), format!("{length} Err(\"the parameter `text` must be a list\")"));
}

#[tokio::test]
async fn an_answer_of_too_many_values_fails_its_call_at_once() {
    let host = Host::in_memory(support::plugin(async |call, out| {
        if let Some(text) = call.parameters.get("text").and_then(Value::as_str) {
            return out.text(text).await;
        }
        let value: Value = call.dify.invoke("storage", &json!({})).await?;
        out.text(value.to_string()).await
    }));
    let start = Instant::now();
    let mut events = host.invoke(support::call()).await;
    let Some(Event::Call(call)) = events.next().await else { panic!("no call") };
    let answer = json!({
        "session_id": call.session_id,
        "event": "backwards_response",
        "data": {"backwards_request_id": call.id, "event": "response", "message": "", "data": "LARGE"},
    });
    host.send_line(&answer.to_string().replace("\"LARGE\"", &many_values())).await;
    let error = support::finish(events).await.error.unwrap();
    assert!(error.message.contains("too many JSON values"), "{}", error.message);
    assert!(start.elapsed() < Duration::from_secs(60), "it waited for the end of its patience");
    support::assert_alive(&host).await;
}

/// On one thread, so that whatever blocks it blocks everybody.
#[tokio::test(flavor = "current_thread")]
async fn a_long_line_is_read_apart_from_the_others() {
    // Escapes are what takes a reader the longest.
    let text = "x\\n".repeat(8_000_000);
    let line = support::request("long", &json!({"text": "LONG"})).replace("LONG", &text);
    let start = Instant::now();
    let read: Value = serde_json::from_str(&line).unwrap();
    let alone = start.elapsed();
    drop(read);

    let host = Host::in_memory(support::plugin(async |call, out| out.text(call.parameters.len().to_string()).await));
    let events = host.listen("long");
    host.send_line(&line).await;
    let (mut finishing, mut longest) = (Box::pin(support::finish(events)), Duration::ZERO);
    let outcome = loop {
        let begin = Instant::now();
        tokio::select! {
            biased;
            outcome = &mut finishing => break outcome,
            () = tokio::task::yield_now() => longest = longest.max(begin.elapsed()),
        }
    };
    assert_eq!(outcome.text(), "1");
    assert!(longest < alone / 2, "nothing else ran for {longest:?}; reading the line takes {alone:?}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_the_tool_has_dropped_is_held_by_nobody() {
    const MIB: u64 = 1024 * 1024;
    let mut command = std::process::Command::new(support::example("echo"));
    // What is freed is then seen from outside, as in the package.
    command.env("GLIBC_TUNABLES", "glibc.malloc.mmap_threshold=131072:glibc.malloc.trim_threshold=131072");
    let host = Host::spawn(command).unwrap();
    let echo = || ToolInvocation::new("probe", "echo");
    support::finish(host.invoke(echo().parameter("text", "begun")).await).await;
    let process = host.process_id().unwrap();
    let before = support::memory::resident(process);
    let mut waiting = Vec::new();
    for _ in 0..4 {
        let ballast = "x".repeat(18 * 1024 * 1024);
        let mut events = host
            .invoke(echo().parameter("ballast", ballast).parameter("text", "has it").parameter("seconds", 60))
            .await;
        assert!(matches!(events.next().await, Some(Event::Text(text)) if text == "has it"));
        waiting.push(events);
    }
    let held = support::memory::resident(process).saturating_sub(before);
    assert!(held < 12 * MIB, "{held} bytes are held for four calls that wait");
    let peak = support::memory::peak(process);
    assert!(peak > before + 18 * MIB, "nothing was measured: {peak}");
}

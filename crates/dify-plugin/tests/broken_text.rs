//! Bytes that are no text, and escapes that are none: wherever they stand, the next session is served, and what goes out
//! is whole. (Promise 7: one session cannot hurt another.)

mod support;

use dify_plugin::Plugin;
use dify_plugin::connection::HostSide;
use dify_plugin::host::{BackwardsCall, Event, Host};
use serde_json::{Value, json};
use tokio::time::Instant;

/// No UTF-8: not at all, cut off, too long, half of a pair, beyond the last character.
const NO_TEXT: [&[u8]; 6] = [b"\xff", b"\x80", b"\xe2\x82", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"];

/// The line, with these bytes where it says `HERE`.
fn with(line: &str, bytes: &[u8]) -> Vec<u8> {
    let (before, after) = line.split_once("HERE").unwrap();
    [before.as_bytes(), bytes, after.as_bytes(), b"\n"].concat()
}

#[tokio::test]
async fn bytes_that_are_no_text_fail_the_request_they_are_in() {
    let host = Host::in_memory(support::echo());
    for bytes in NO_TEXT {
        for parameters in [json!({"text": "HERE"}), json!({"HERE": "text"}), json!({"text": ["private HERE"]})] {
            let events = host.listen("s");
            host.send_bytes(&with(&support::request("s", &parameters), bytes)).await;
            let error = support::finish(events).await.error.unwrap();
            assert_eq!(error.error_type, "ValidationError");
            assert!(!error.message.contains("private"), "{}", error.message);
        }
    }
    support::assert_alive(&host).await;
}

#[tokio::test]
async fn a_session_without_a_readable_id_is_nobodys() {
    let host = Host::in_memory(support::echo());
    let request = support::request("HERE", &json!({"text": "x"}));
    for bytes in NO_TEXT {
        host.send_bytes(&with(&request, bytes)).await;
    }
    // UTF-16, and UTF-8 with a mark before it.
    let utf16: Vec<u8> = request.encode_utf16().flat_map(u16::to_le_bytes).collect();
    host.send_bytes(&[b"\xff\xfe", utf16.as_slice(), b"\n\0"].concat()).await;
    host.send_bytes(b"\n").await;
    host.send_bytes(&[b"\xef\xbb\xbf", request.as_bytes(), b"\n"].concat()).await;
    support::assert_alive(&host).await;
}

#[tokio::test]
async fn half_pairs_in_names_and_ids_are_replaced() {
    let (mut host, _serving) = support::serve(support::echo());
    let line = support::request("s-HERE", &json!({"text": "x-HERE", "key-HERE": 1}));
    host.input.send_line(&line.replace("HERE", r"\udfff")).await;
    let lines = support::lines(&mut host, 1).await;
    assert!(lines.iter().all(|line| line["session_id"] == "s-\u{FFFD}"), "{lines:?}");
    assert_eq!(lines[0]["data"]["data"]["message"]["text"], "x-\u{FFFD}");
    still_answers(&mut host).await;
}

async fn still_answers(host: &mut HostSide) {
    host.input.send_line(&support::request("next", &json!({"text": "still here"}))).await;
    assert_eq!(support::lines(host, 1).await.len(), 2);
}

/// A tool that tells what a call back into Dify gave.
fn asking() -> Plugin {
    support::plugin(async |call, out| {
        let text = match call.parameters.get("text") {
            Some(text) => text.as_str().unwrap().to_owned(),
            None => match call.dify.invoke::<Value>("storage", &json!({})).await {
                Ok(value) => value.to_string(),
                Err(error) => format!("failed: {error}"),
            },
        };
        out.text(text).await
    })
}

fn answer(call: &BackwardsCall) -> String {
    json!({
        "session_id": call.session_id,
        "event": "backwards_response",
        "data": {"backwards_request_id": call.id, "event": "response", "message": "", "data": "HERE"},
    })
    .to_string()
}

#[tokio::test(start_paused = true)]
async fn in_answers_the_call_fails_at_once_or_gets_what_can_be_read() {
    let host = Host::in_memory(asking());
    let start = Instant::now();
    for (bytes, readable, told) in
        [(b"\xff".as_slice(), false, "failed: "), (br"a\ud800b".as_slice(), true, "\"a\u{FFFD}b\"")]
    {
        let mut events = host.invoke(support::call()).await;
        let Some(Event::Call(call)) = events.next().await else { panic!("no call") };
        host.send_bytes(&with(&answer(&call), bytes)).await;
        // What cannot be read is not waited for any longer.
        if readable {
            host.answer_end(&call).await;
        }
        let text = support::finish(events).await.text();
        assert!(text.starts_with(told), "{text}");
    }
    assert_eq!(start.elapsed().as_secs(), 0);
    support::assert_alive(&host).await;
}

//! Sessions recorded with the Python SDK, held against what this crate writes for a tool that does the same: each
//! field of each message, in the recorded sequence.
//!
//! In the fixtures `ours` has, by their place in a message, the values this crate sends in the place of the recorded
//! ones, and `why`. Words in angle brackets stand for ids and times; the same word is the same id.

#![cfg(feature = "http-client")]

mod support;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use bytes::Bytes;
use data_encoding::BASE64;
use dify_plugin::connection::HostSide;
use dify_plugin::{BlobMeta, DifyFile, Error, LogEntry, MessageSink, RetrieverResource, ToolCall};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// What the recorded plugin did.
async fn kitchen(call: ToolCall, out: MessageSink) -> Result<(), Error> {
    match call.parameters["mode"].as_str().unwrap() {
        "all" => all_messages(&out).await,
        "blob" => {
            let length = call.parameters["n"].as_u64().unwrap();
            blob(&out, "video/mp4", "clip.mp4", megabyte().slice(..usize::try_from(length).unwrap())).await
        }
        "raise_mid" => {
            out.text("before").await?;
            Err(Error::Internal("mid failure".into()))
        }
        "raise_args" => Err(Error::RateLimited("slow down".into())),
        "none" => Ok(()),
        "file" => files(&call, &out).await,
        "ctx" => {
            let session = &call.session;
            out.json(json!({
                "user": session.user_id, "sess": session.session_id, "conv": session.conversation_id,
                "msg": session.message_id, "app": session.app_id, "ep": session.endpoint_id,
                "cred_type": call.credential_type, "ctx": session.context,
            }))
            .await
        }
        "sleep" => {
            for tick in 0..call.parameters["n"].as_u64().unwrap() {
                out.text(format!("tick {tick}")).await?;
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            Ok(())
        }
        other => panic!("no mode {other}"),
    }
}

async fn all_messages(out: &MessageSink) -> Result<(), Error> {
    out.text("hello <b>&").await?;
    out.json(json!({"a": 1, "b": [1, 2.5, null, true], "big": 123_456_789_012_345_678_i64})).await?;
    out.json(json!([{"x": 1}])).await?;
    out.link("https://example.com/x").await?;
    out.image("https://example.com/x.png").await?;
    out.variable("v1", json!({"k": [1, 2]})).await?;
    out.variable_piece("s1", "part1 ").await?;
    out.variable_piece("s1", "part2").await?;
    let submit = LogEntry::start("submit").provider("probe").data(json!({"task": "t1"}));
    out.log(&submit).await?;
    let poll = LogEntry::start("poll").parent(&submit).data(json!({"n": 1}));
    out.log(&poll).await?;
    out.log(poll.error("boom")).await?;
    out.log(submit.data(json!({"done": true})).success()).await?;
    let found = RetrieverResource { position: Some(1), content: Some("c".into()), ..RetrieverResource::default() };
    out.retriever_resources([found], "ctx").await?;
    blob(out, "text/plain", "tiny.txt", Bytes::from_static(b"tiny")).await?;
    blob(out, "text/plain", "empty.txt", Bytes::new()).await
}

fn megabyte() -> Bytes {
    (0..=250).cycle().take(1_000_000).collect()
}

async fn blob(out: &MessageSink, mime_type: &str, filename: &str, content: Bytes) -> Result<(), Error> {
    let meta = BlobMeta { mime_type: mime_type.into(), filename: filename.into() };
    let length = content.len() as u64;
    let sent = out.blob(meta, length, stream::iter([Ok::<_, Infallible>(content)])).await;
    sent.map_err(|error| Error::Internal(error.to_string()))
}

async fn files(call: &ToolCall, out: &MessageSink) -> Result<(), Error> {
    let Some(file) = call.file("file")? else {
        out.text("NoneType None").await?;
        return Err(Error::BadRequest("no file".into()));
    };
    let url = call.parameters["file"]["url"].as_str().unwrap();
    out.text(format!("File {}", in_python(&file, url))).await?;
    let response = support::http().get(file.url()?).send().await.unwrap();
    out.text(response.bytes().await.unwrap().len().to_string()).await?;
    for file in call.files("files")? {
        out.text(in_python(&file, file.url()?)).await?;
    }
    Ok(())
}

/// A file as Python shows one.
fn in_python(file: &DifyFile, url: &str) -> String {
    let kind = file.kind.as_deref().unwrap();
    format!(
        "File(dify_model_identity='{}', url='{url}', mime_type='{}', filename='{}', extension='{}', size={}, \
         type=<FileType.{}: '{kind}'>)",
        file.more["dify_model_identity"].as_str().unwrap(),
        file.mime_type.as_deref().unwrap(),
        file.filename.as_deref().unwrap(),
        file.extension.as_deref().unwrap(),
        file.size().unwrap(),
        kind.to_uppercase(),
    )
}

fn host() -> HostSide {
    support::serve(support::closure("kitchen", kitchen).build().unwrap()).0
}

fn read(fixture: &str) -> Value {
    serde_json::from_str(fixture).unwrap()
}

/// The line of a recorded request, with all its fields.
fn request(recorded: &Value) -> String {
    json!({
        "session_id": recorded["session_id"], "conversation_id": recorded["conversation_id"],
        "message_id": recorded["message_id"], "app_id": recorded["app_id"], "endpoint_id": null,
        "context": recorded["context"], "event": "request",
        "data": {
            "user_id": "11111111-2222-3333-4444-555555555555", "type": "tool", "action": "invoke_tool",
            "provider": "probe", "tool": "kitchen", "tool_parameters": recorded["parameters"],
            "credentials": {"key": "k"}, "credential_type": "api-key",
        },
    })
    .to_string()
}

/// One session after the other, as recorded.
async fn replay(recording: &Value) {
    let mut host = host();
    let mut lines = Vec::new();
    for recorded in recording["requests"].as_array().unwrap() {
        host.input.send_line(&request(recorded)).await;
        lines.extend(support::lines(&mut host, 1).await);
    }
    assert_recorded(recording, &lines);
}

/// That the lines are the recorded ones, but for the deviations the recording names, which must be real ones.
fn assert_recorded(recording: &Value, lines: &[Value]) {
    let mut stand_ins = BTreeMap::new();
    let recorded = recording["lines"].as_array().unwrap();
    for (recorded, line) in recorded.iter().zip(lines) {
        let kind = line["data"]["type"].as_str().unwrap();
        let mut data = recorded.get(kind).unwrap_or_else(|| panic!("{line} in the place of {recorded}")).clone();
        if let Some(ours) = recorded.get("ours") {
            assert!(recorded["why"].is_string(), "{recorded}");
            for (place, ours) in ours.as_object().unwrap() {
                let theirs = data.pointer_mut(place).expect(place);
                assert_ne!(theirs, ours, "{place} is as recorded");
                *theirs = ours.clone();
            }
        }
        let expected = json!({
            "event": "session", "session_id": recorded["of"], "data": {"type": kind, "data": data},
        });
        assert!(is_same(&expected, line, &mut stand_ins), "expected {expected}\n   found {line}");
    }
    assert_eq!(lines.len(), recorded.len());
}

/// Equal, in any order of fields. Each stand-in keeps to the value it first stood for, which is nobody else's.
fn is_same(expected: &Value, found: &Value, stand_ins: &mut BTreeMap<String, Value>) -> bool {
    match (expected, found) {
        (Value::String(name), _) if name == "<number>" => found.is_f64(),
        (Value::String(name), Value::String(id)) if name.starts_with("<uuid ") || name.starts_with("<hex ") => {
            let length = if name.starts_with("<uuid ") { 36 } else { 32 };
            let known = stand_ins.entry(name.clone()).or_insert_with(|| found.clone()) == found;
            let shared = stand_ins.values().filter(|value| *value == found).count();
            known && shared == 1 && id.len() == length && uuid::Uuid::parse_str(id).is_ok()
        }
        (Value::Object(expected), Value::Object(found)) => {
            expected.len() == found.len()
                && expected
                    .iter()
                    .all(|(name, expected)| found.get(name).is_some_and(|found| is_same(expected, found, stand_ins)))
        }
        (Value::Array(expected), Value::Array(found)) => {
            expected.len() == found.len()
                && expected.iter().zip(found).all(|(expected, found)| is_same(expected, found, stand_ins))
        }
        _ => expected == found,
    }
}

#[tokio::test]
async fn each_kind_of_message() {
    replay(&read(include_str!("fixtures/sessions/all_messages.json"))).await;
}

#[tokio::test]
async fn errors() {
    replay(&read(include_str!("fixtures/sessions/errors.json"))).await;
}

#[tokio::test]
async fn who_calls() {
    replay(&read(include_str!("fixtures/sessions/context.json"))).await;
}

#[tokio::test]
async fn files_as_parameters() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            assert!(stream.read_buf(&mut head).await.unwrap() > 0);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n\x89PNG-").await.unwrap();
        String::from_utf8(head).unwrap()
    });
    replay(&read(&include_str!("fixtures/sessions/files.json").replace("{address}", &address))).await;
    let head = server.await.unwrap();
    assert!(head.starts_with("GET /files/x/file-preview?timestamp=1&nonce=n&sign=s HTTP/1.1\r\n"), "{head}");
}

#[tokio::test(start_paused = true)]
async fn two_sessions_at_once() {
    let recording = read(include_str!("fixtures/sessions/concurrent.json"));
    let mut host = host();
    for recorded in recording["requests"].as_array().unwrap() {
        host.input.send_line(&request(recorded)).await;
    }
    let mut lines = support::lines(&mut host, 2).await;
    // Which of two goes first within one half second is nobody's promise.
    for pair in lines.chunks_mut(2) {
        pair.sort_by_key(|line| line["session_id"].to_string());
    }
    assert_recorded(&recording, &lines);
}

#[tokio::test]
async fn a_file_of_a_megabyte() {
    let recording = read(include_str!("fixtures/sessions/blob.json"));
    let mut host = host();
    host.input.send_line(&request(&recording["requests"][0])).await;
    let mut lines = support::lines(&mut host, 1).await;
    assert_eq!(lines.pop().unwrap()["data"], json!({"type": "end", "data": {}}));
    assert_eq!(json!(lines.len()), recording["chunks"]);

    let id = lines[0]["data"]["data"]["message"]["id"].clone();
    assert_eq!(id.as_str().unwrap().len(), 32);
    let mut content = Vec::new();
    let mut lengths: Vec<Value> = Vec::new();
    let last = lines.len() - 1;
    for (sequence, line) in lines.iter().enumerate() {
        let blob = line["data"]["data"]["message"]["blob"].as_str().unwrap();
        let end = sequence == last;
        let message = json!({
            "id": id, "sequence": sequence, "total_length": recording["total_length"], "blob": blob, "end": end,
        });
        let stream = json!({"type": "blob_chunk", "message": message, "meta": recording["meta"]});
        let data = json!({"type": "stream", "data": stream});
        assert_eq!(*line, json!({"event": "session", "session_id": "b1", "data": data}));
        if let Some(beginning) = recording["beginnings"].get(sequence.to_string()) {
            assert!(blob.starts_with(beginning.as_str().unwrap()), "{sequence}");
        }
        content.extend(BASE64.decode(blob.as_bytes()).unwrap());
        let characters = line.to_string().len();
        if !end && lengths.last().is_none_or(|length| length["characters"] != characters) {
            lengths.push(json!({"from": sequence, "characters": characters}));
        }
    }
    let end = &lines[last]["data"]["data"]["message"];
    for (field, recorded) in recording["end"].as_object().unwrap() {
        assert_eq!(end[field], *recorded, "{field}");
    }
    assert_eq!(json!(lengths), recording["lines"]);
    assert!(content == megabyte(), "the bytes differ");
}

/// As a process: only there is a standard output that something else could write to.
#[test]
fn stray_prints() {
    let recording = read(include_str!("fixtures/sessions/stray_prints.json"));
    let printed = recording["stdout"][0].as_str().unwrap();
    let mut recorded = read(&request(&recording["requests"][0]));
    recorded["data"]["tool"] = "echo".into();
    recorded["data"]["tool_parameters"] = json!({"text": "done", "print": printed});

    let mut plugin = Command::new(support::example("echo"));
    let piped = plugin.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    let mut stdin = child.stdin.take();
    writeln!(stdin.as_mut().unwrap(), "{recorded}").unwrap();
    let mut lines = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        let line: Value = if line.is_empty() { continue } else { read(&line) };
        if line["data"]["type"] == "end" {
            drop(stdin.take());
        }
        if line["event"] != "heartbeat" {
            lines.push(line);
        }
    }
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert!(child.wait().unwrap().success());
    assert_recorded(&recording, &lines);
    // The recorded print went to the host, among the messages; here it goes where logs go. The example prints it twice.
    assert_eq!(stderr, format!("{printed}{printed}\n"));
}

//! Files given to Dify: asked for by the host's lines, sent by HTTP.
//!
//! The request, the form and the answer are those recorded with the Python SDK (`dify_plugin` 0.10.1, 2026-11-23).
#![cfg(feature = "http-client")]

mod support;

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use dify_plugin::host::{Host, Outcome};
use dify_plugin::{CallError, Error, MessageSink, ToolCall};
use futures_util::stream;
use serde_json::json;
use support::{call, closure, finish, http};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const SIGNED: &str = "/files/upload/for-plugin?timestamp=1&nonce=n&sign=not-a-real-signature&user_id=u&tenant_id=t";

/// What came over HTTP: the head and the body.
type Received = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// A Dify API that answers each upload so. Gives its address.
async fn api(answer: &'static str) -> (String, Received) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let received = Received::default();
    let keep = received.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = Vec::new();
            let request = loop {
                if stream.read_buf(&mut bytes).await.unwrap() == 0 {
                    break None;
                }
                let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
                let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
                let length =
                    head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
                let length: usize = length.expect("a length");
                if bytes.len() >= end + 4 + length {
                    break Some((head, bytes[end + 4..].to_vec()));
                }
            };
            keep.lock().unwrap().extend(request);
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (address, received)
}

const TAKEN: &str = "HTTP/1.1 201 CREATED\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n\
    {\"id\":\"f-1\",\"name\":\"a.png\",\"size\":8,\"extension\":\"png\",\"mime_type\":\"image/png\",\
    \"preview_url\":\"http://x/private\",\"created_by\":\"u-1\"}";

/// Runs a tool to whose uploads Dify gives this address.
async fn run<F, R>(url: String, tool: F) -> Outcome
where
    F: Fn(ToolCall, MessageSink) -> R + Send + Sync + 'static,
    R: Future<Output = Result<(), Error>> + Send + 'static,
{
    let plugin = closure("run", tool).http_client(http()).build().unwrap();
    let host = Host::in_memory(plugin);
    host.on_call(move |_| vec![Ok(json!({"url": url}))]);
    let outcome = finish(host.invoke(call()).await).await;
    assert_eq!(outcome.error, None);
    outcome
}

#[tokio::test]
async fn a_file_is_sent_as_a_form_with_its_name_and_type() {
    let (address, received) = api(TAKEN).await;
    let outcome = run(address + SIGNED, async |call, out| {
        let file = call.dify.upload_file("a.png", "image/png", "PNG-data").await?;
        assert_eq!((file.id.as_str(), file.size, &file.more["created_by"]), ("f-1", 8, &json!("u-1")));
        let shown = format!("{file:?}");
        assert!(!shown.contains("private"), "{shown}");
        out.json(file.to_input()).await
    })
    .await;
    assert_eq!(outcome.jsons, [json!({"tool_file_id": "f-1", "transfer_method": "tool_file", "type": "image"})]);
    assert_eq!(outcome.calls[0].kind, "upload_file");
    assert_eq!(json!(outcome.calls[0].request), json!({"filename": "a.png", "mimetype": "image/png"}));

    let received = received.lock().unwrap();
    let (head, body) = &received[0];
    assert!(head.starts_with(&format!("POST {SIGNED} HTTP/1.1")), "{head}");
    let boundary = head.split("multipart/form-data; boundary=").nth(1).unwrap().lines().next().unwrap();
    let expected = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\
         Content-Type: image/png\r\n\r\nPNG-data\r\n--{boundary}--\r\n"
    );
    assert_eq!(String::from_utf8_lossy(body), expected);
}

#[tokio::test]
async fn a_file_is_streamed() {
    let (address, received) = api(TAKEN).await;
    run(address + SIGNED, async |call, _| {
        let pieces = stream::iter((0..100).map(|_| Ok::<_, Infallible>(Bytes::from(vec![7; 10_000]))));
        call.dify.upload_stream("größe \"1\".bin", "a/b", 1_000_000, pieces).await?;
        Ok(())
    })
    .await;
    let received = received.lock().unwrap();
    let body = &received[0].1;
    assert_eq!(body.split(|byte| *byte != 7).map(<[u8]>::len).max(), Some(1_000_000));
    assert!(String::from_utf8_lossy(&body[..200]).contains("filename=\"größe %221%22.bin\""));
}

#[tokio::test]
async fn what_goes_wrong_is_told_without_the_address() {
    let (refusing, _) = api(
        "HTTP/1.1 413 TOO LARGE\r\nConnection: close\r\n\r\n{\"code\":\"file_too_large\",\"message\":\"File size exceeded.\"}",
    )
    .await;
    let (strange, _) = api("HTTP/1.1 201 CREATED\r\nConnection: close\r\n\r\nnot json").await;
    let (silent, _) = api("").await;
    let cases = [
        (refusing, "Refused(\"the upload was answered with the status 413: File size exceeded.\")"),
        (strange, "Malformed(\"the answer to an upload tells of no file\")"),
        (silent, "Unreachable(\"the upload broke off\")"),
        // A port nobody listens at.
        ("http://127.0.0.1:1".to_owned(), "Unreachable(\"no connection for the upload\")"),
        ("http://[".to_owned(), "Unreachable(\"the address for the upload is none\")"),
    ];
    for (address, expected) in cases {
        let outcome = run(address + SIGNED, async |call, out| {
            out.text(format!("{:?}", call.dify.upload_file("a", "a/b", "x").await.unwrap_err())).await
        })
        .await;
        assert_eq!(outcome.text(), expected);
    }
}

#[tokio::test]
async fn an_address_without_a_host_is_explained() {
    let outcome = run(SIGNED.to_owned(), async |call, out| {
        out.text(call.dify.upload_file("a", "a/b", "x").await.unwrap_err().to_string()).await
    })
    .await;
    assert!(outcome.text().contains("FILES_URL") && !outcome.text().contains("signature"), "{}", outcome.text());
}

#[tokio::test]
async fn names_and_types_that_cannot_be_sent_are_refused() {
    let outcome = run(String::new(), async |call, out| {
        for (name, kind) in [("", "a/b"), ("a", ""), ("a\r\nb", "a/b"), ("a\u{0}", "a/b"), ("a", "a/b\r\nX: y")] {
            let refused = call.dify.upload_file(name, kind, "x").await;
            assert!(matches!(refused, Err(CallError::Invalid(_))), "{name:?} {kind:?}: {refused:?}");
        }
        out.text("all well").await
    })
    .await;
    assert_eq!((outcome.text().as_str(), outcome.calls.len()), ("all well", 0));
}

#[tokio::test]
async fn a_plugin_without_a_client_says_so() {
    let plugin = support::plugin(async |call, out| {
        assert_eq!(call.dify.upload_file("a", "a/b", "x").await, Err(CallError::NoHttpClient));
        // It can ask for the place all the same, and send the file itself.
        let slot = call.dify.upload_slot("a", "a/b").await?;
        let shown = format!("{slot:?}");
        assert!(!shown.contains("http"), "{shown}");
        let sent = [slot.form_start(), "x".into(), slot.form_end()].concat();
        assert!(sent.starts_with("--") && slot.content_type().contains("boundary="));
        let file = slot.read_answer(201, TAKEN.split("\r\n\r\n").nth(1).unwrap().as_bytes())?;
        out.text(file.id).await
    });
    let host = Host::in_memory(plugin);
    host.on_call(|_| vec![Ok(json!({"url": "http://127.0.0.1:1/"}))]);
    assert_eq!(finish(host.invoke(call()).await).await.text(), "f-1");
}

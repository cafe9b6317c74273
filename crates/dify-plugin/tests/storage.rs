//! Dify's storage: what is sent, what comes back, and what is not sent at all.
//!
//! The requests and answers are those recorded with the Python SDK (`dify_plugin` 0.10.1, 2026-11-23).

mod support;

use std::collections::HashMap;
use std::sync::Mutex;

use data_encoding::HEXLOWER;
use dify_plugin::CallError;
use dify_plugin::dify::{MAX_STORAGE_KEY_BYTES, Storage};
use dify_plugin::host::{BackwardsCall, Event, Host, Reply};
use serde_json::{Value, json};
use support::{call, finish, plugin};

const MISSING: &str = "load data failed, please check if the key is correct or you have not set it";

/// A storage as the daemon has it.
fn daemon() -> impl Fn(&BackwardsCall) -> Reply + Send + Sync + 'static {
    let values = Mutex::new(HashMap::new());
    move |call| {
        assert_eq!(call.kind, "storage");
        let text = |name: &str| call.request.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (key, mut values) = (text("key"), values.lock().unwrap());
        vec![match text("opt").as_str() {
            "set" => {
                values.insert(key, text("value"));
                Ok(json!({"data": "ok"}))
            }
            "get" => values.get(&key).map(|value| json!({"data": value})).ok_or(MISSING.to_owned()),
            "exist" => {
                Ok(json!({"data": values.contains_key(&key), "exist_num": i32::from(values.contains_key(&key))}))
            }
            "del" => match values.remove(&key) {
                Some(_) => Ok(json!({"data": "ok", "deleted_num": 1})),
                None => Err("delete data failed: no such file".to_owned()),
            },
            other => panic!("{other}"),
        }]
    }
}

#[tokio::test]
async fn values_are_set_read_and_deleted() {
    let plugin = plugin(async |call, out| {
        let storage = call.dify.storage();
        assert!(!storage.exists("k/1").await?);
        storage.set("k/1", b"\x00\x01val").await?;
        assert!(storage.exists("k/1").await?);
        assert_eq!(storage.get("k/1").await?.as_deref(), Some(&b"\x00\x01val"[..]));
        storage.delete("k/1").await?;
        assert_eq!(storage.get("k/1").await?, None);
        assert_eq!(storage.delete("k/1").await, Err(CallError::Refused("delete data failed: no such file".into())));
        storage.set("empty", "").await?;
        assert_eq!(storage.get("empty").await?.as_deref(), Some(&b""[..]));
        out.text("all well").await
    });
    let host = Host::in_memory(plugin);
    host.on_call(daemon());
    let outcome = finish(host.invoke(call()).await).await;
    assert_eq!(outcome.text(), "all well", "{outcome:?}");
    let sent: Vec<_> = outcome.calls.iter().map(|call| json!(call.request).to_string()).collect();
    assert_eq!(
        sent[..5],
        [
            r#"{"opt":"exist","key":"k/1"}"#,
            r#"{"opt":"set","key":"k/1","value":"000176616c"}"#,
            r#"{"opt":"exist","key":"k/1"}"#,
            r#"{"opt":"get","key":"k/1"}"#,
            r#"{"opt":"del","key":"k/1"}"#,
        ]
    );
}

#[tokio::test]
async fn what_dify_forbids_is_refused_before_it_is_sent() {
    async fn refusals(storage: Storage<'_>, key: &str) -> Vec<CallError> {
        vec![
            storage.get(key).await.unwrap_err(),
            storage.set(key, "x").await.unwrap_err(),
            storage.exists(key).await.unwrap_err(),
            storage.delete(key).await.unwrap_err(),
        ]
    }
    let plugin = plugin(async |call, out| {
        let storage = call.dify.storage();
        let long = "é".repeat(MAX_STORAGE_KEY_BYTES / 2) + "x";
        for key in ["", ".", "..", "a/../b", "a..b", "a//b", "a\\b", &long] {
            for refusal in refusals(storage, key).await {
                assert!(
                    matches!(&refusal, CallError::Invalid(text) if text.contains("storage key")),
                    "{key}: {refusal}"
                );
            }
        }
        let large = storage.set("k", vec![0; 2_700_000]).await;
        assert!(matches!(large, Err(CallError::TooLong { .. })), "{large:?}");
        // At the limits.
        storage.set(&long[..MAX_STORAGE_KEY_BYTES], vec![0xFF; 2_600_000]).await?;
        out.text("all well").await
    });
    let host = Host::in_memory(plugin);
    host.on_call(daemon());
    let outcome = finish(host.invoke(call()).await).await;
    assert_eq!(outcome.text(), "all well", "{outcome:?}");
    assert_eq!(outcome.calls.len(), 1);
}

#[tokio::test]
async fn answers_find_their_calls_in_any_order_twice_and_late() {
    let plugin = plugin(async |call, out| {
        let storage = call.dify.storage();
        let (one, two, three) = tokio::join!(storage.get("1"), storage.get("2"), storage.get("3"));
        let all = [one?, two?, three?].map(|value| String::from_utf8(value.unwrap()).unwrap());
        out.text(all.concat()).await
    });
    let host = Host::in_memory(plugin);
    let mut events = host.invoke(call()).await;
    let mut calls = Vec::new();
    while calls.len() < 3 {
        match events.next().await.unwrap() {
            Event::Call(call) => calls.push(call),
            other => panic!("{other:?}"),
        }
    }
    for call in calls.iter().rev() {
        let value = HEXLOWER.encode(call.request["key"].as_str().unwrap().as_bytes());
        for _ in 0..2 {
            host.answer(call, Ok(json!({"data": value}))).await;
            host.answer_end(call).await;
            host.answer_end(call).await;
        }
    }
    assert_eq!(finish(events).await.text(), "123");
    // The session is over; its answers come once more, and hurt no other.
    for call in &calls {
        host.answer(call, Ok(json!({"data": "00"}))).await;
    }
    host.on_call(|_| vec![Ok(json!({"data": "78"}))]);
    assert_eq!(finish(host.invoke(call()).await).await.text(), "xxx");
    assert_eq!(host.strays(), [""; 0]);
}

#[tokio::test]
async fn errors_are_told_apart_by_meaning() {
    let plugin = plugin(async |call, out| {
        let told = call.dify.storage().get("k").await.unwrap_err();
        out.text(format!("{told:?}")).await
    });
    let host = Host::in_memory(plugin);
    for (reply, expected) in [
        (
            vec![Err("permission denied, you need to enable storage access in plugin manifest".to_owned())],
            r#"PermissionDenied("permission denied, you need to enable storage access in plugin manifest")"#,
        ),
        (vec![Err("unsupported invoke type: storage".into())], r#"Unsupported("unsupported invoke type: storage")"#),
        (vec![Err("get tenant id failed: x".into())], r#"Refused("get tenant id failed: x")"#),
        (vec![Ok(json!({"data": "xyz"}))], r#"Malformed("a stored value is not hex")"#),
        (vec![Ok(json!({"data": {"private": 1}}))], r#"Malformed("the answer to `storage` has another shape")"#),
    ] {
        host.on_call(move |_| reply.clone());
        assert_eq!(finish(host.invoke(call()).await).await.text(), expected);
    }
}

#[tokio::test]
async fn the_session_over_nothing_is_called() {
    let (give, mut take) = tokio::sync::mpsc::unbounded_channel();
    let plugin = plugin(move |call, _| {
        give.send(call.dify).unwrap();
        std::future::ready(Ok(()))
    });
    let host = Host::in_memory(plugin);
    finish(host.invoke(call()).await).await;
    let dify = take.recv().await.unwrap();
    assert_eq!(dify.storage().get("k").await, Err(CallError::SessionEnded));
}

//! Files as parameters: what Dify sends for one, for several, for none, and with an address that lacks its host.
//!
//! The shapes are those recorded with the Python SDK (`dify_plugin` 0.10.1, 2026-11-23).

mod support;

use dify_plugin::host::Host;
use serde_json::{Value, json};
use support::{call, finish, plugin};

fn file(url: &str) -> Value {
    json!({
        "dify_model_identity": "__dify__file__", "mime_type": "image/png", "filename": "private.png",
        "extension": ".png", "size": 5, "type": "image", "url": url,
    })
}

const SIGNED: &str = "http://127.0.0.1:18098/files/x/file-preview?timestamp=1&nonce=n&sign=not-a-real-signature";

/// A tool that tells what `file` and `files` are.
async fn told(files: impl IntoIterator<Item = (&'static str, Value)>) -> Result<String, (String, String)> {
    let host = Host::in_memory(plugin(async |call, out| {
        if let Some(file) = call.file("file")? {
            let shown = format!("{file:?} {call:?}");
            assert!(!shown.contains("sign=") && !shown.contains("private"), "{shown}");
            let known = (&file.mime_type, &file.filename, &file.extension, file.size(), &file.kind);
            out.text(format!("{} {known:?} ", file.url()?)).await?;
        }
        let files = call.files("files")?;
        out.text(format!("{} files", files.len())).await
    }));
    let invocation = files.into_iter().fold(call(), |call, (name, value)| call.parameter(name, value));
    let outcome = finish(host.invoke(invocation).await).await;
    match outcome.error {
        Some(error) => Err((error.error_type, error.message)),
        None => Ok(outcome.text()),
    }
}

#[tokio::test]
async fn one_file_and_several_are_read() {
    assert_eq!(
        told([("file", file(SIGNED)), ("files", json!([file(SIGNED), file(SIGNED)]))]).await.unwrap(),
        format!(
            "{SIGNED} (Some(\"image/png\"), Some(\"private.png\"), Some(\".png\"), Some(5), Some(\"image\")) 2 files"
        )
    );
    // One for several and several for one, as forms and agents have it.
    let unwrapped = told([("file", json!([file(SIGNED)])), ("files", file(SIGNED))]).await.unwrap();
    assert!(unwrapped.starts_with(SIGNED) && unwrapped.ends_with(" 1 files"), "{unwrapped}");
    let plain = told([("file", json!(SIGNED)), ("files", json!([SIGNED, null]))]).await.unwrap();
    assert_eq!(plain, format!("{SIGNED} (None, None, None, None, None) 1 files"));
    let unknown_size = json!({"url": SIGNED, "size": -1, "mime_type": null});
    assert!(told([("file", unknown_size)]).await.unwrap().contains("(None, None, None, None, None)"));
}

#[tokio::test]
async fn no_file_comes_in_many_ways() {
    for none in [Value::Null, json!([]), json!([null]), json!("")] {
        let parameters = [("file", none.clone()), ("files", none.clone())];
        assert_eq!(told(parameters).await.as_deref(), Ok("0 files"), "{none}");
    }
    assert_eq!(told([]).await.as_deref(), Ok("0 files"));
}

#[tokio::test]
async fn an_address_without_its_host_is_explained() {
    for url in ["/files/private", "", "ftp://x/private", "javascript:private"] {
        let (error_type, message) = told([("file", file(url))]).await.unwrap_err();
        assert_eq!(error_type, "InvokeBadRequestError");
        assert!(message.contains("FILES_URL") && !message.contains("private"), "{message}");
    }
}

#[tokio::test]
async fn what_is_no_file_is_refused_by_the_parameters_name() {
    for wrong in [json!(5), json!({"name": "private"}), json!([file(SIGNED), file(SIGNED)]), json!({"url": 1})] {
        let (error_type, message) = told([("file", wrong)]).await.unwrap_err();
        assert_eq!(error_type, "InvokeBadRequestError");
        assert!(message.contains("`file`") && !message.contains("private"), "{message}");
    }
}

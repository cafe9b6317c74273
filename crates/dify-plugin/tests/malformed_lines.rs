//! Rubbish on stdin: whoever waits for an answer gets one, the rest is ignored, and the plugin goes on.

mod support;

use dify_plugin::host::Host;
use serde_json::json;

#[tokio::test]
async fn lines_of_nobody_are_ignored() {
    let host = Host::in_memory(support::echo());
    for line in [
        "this is not json",
        "",
        "   ",
        "[1,2]",
        "null",
        "7",
        "{}",
        r#"{"session_id":"x"}"#,
        r#"{"session_id":"x","event":"bogus","data":{}}"#,
        r#"{"session_id":"x","event":"backwards_response","data":{"event":"end"}}"#,
        r#"{"event":"request","data":{}}"#,
        r#"{"session_id":5,"event":"request","data":{}}"#,
        "\u{0}\u{1}",
    ] {
        host.send_line(line).await;
    }
    host.send_bytes(b"\xff\xfe\n").await;
    support::assert_alive(&host).await;
}

#[tokio::test]
async fn unreadable_requests_are_answered() {
    let host = Host::in_memory(support::echo());
    let head = r#"{"session_id":"s","event":"request","data":"#;
    let deep = format!("{head}{}", "[".repeat(1_000_000));
    let torn = format!(r#"{head}{{"action":"invoke_tool","credentials":{{"key":"sk-not-a-real-key""#);
    for line in [deep.as_bytes(), torn.as_bytes(), &[head.as_bytes(), b"\"\xff\"}"].concat()] {
        let events = host.listen("s");
        host.send_bytes(&[line, b"\n"].concat()).await;
        let error = support::finish(events).await.error.unwrap();
        assert_eq!(error.error_type, "ValidationError");
        assert!(error.message.len() < 200 && !error.message.contains("sk-"), "{}", error.message);
    }
    support::assert_alive(&host).await;
}

#[tokio::test]
async fn requests_with_wrong_fields_name_them() {
    let host = Host::in_memory(support::echo());
    let cases = [
        (json!({"action": "invoke_tool", "provider": "probe", "tool": "run"}), "`tool_parameters`, `credentials`"),
        (json!({"action": "invoke_tool", "tool_parameters": null, "credentials": null}), "`provider`, `tool`"),
        (
            json!({"action": "invoke_tool", "provider": "probe", "tool": 1, "tool_parameters": [], "credentials": "x",
                "credential_type": 5}),
            "`tool`, `tool_parameters`, `credentials`, `credential_type`",
        ),
        (json!({"action": "validate_tool_credentials", "provider": "probe"}), "`credentials`"),
        (json!({"action": 1}), "`action`"),
        (json!({}), "`action`"),
    ];
    for (data, named) in cases {
        let error = support::finish(host.request(data).await).await.error.unwrap();
        assert_eq!(error.error_type, "ValidationError");
        let fields: Vec<_> = error.message.split('`').skip(1).step_by(2).map(|name| format!("`{name}`")).collect();
        assert_eq!(fields.join(", "), named, "{}", error.message);
    }
    support::assert_alive(&host).await;
}

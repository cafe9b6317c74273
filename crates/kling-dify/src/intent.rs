//! What a call asks for, as a fingerprint: by it a repeated call is known again.

use std::hash::Hasher;

use dify_plugin::{Parameters, Session};
use serde_json::Value;

use crate::links::without_signatures;

/// Parameters that say how a call waits and what it hands over, not what Kling is asked for.
const NOT_ASKED_OF_KLING: [&str; 5] =
    ["external_task_id", "wait_for_result", "max_wait_seconds", "download_video", "download_image"];

/// Feeds what Kling is asked for. Order and blank parameters do not matter; Dify's files count by their links without
/// the signature.
pub(crate) fn write_request(hasher: &mut dyn Hasher, tool: &str, parameters: &Parameters) {
    write_text(hasher, tool);
    let asked =
        parameters.iter().filter(|(name, value)| !NOT_ASKED_OF_KLING.contains(&name.as_str()) && is_given(value));
    write_fields(hasher, asked);
}

/// Feeds who makes the call: the same request of another user, app or conversation is another call.
pub(crate) fn write_caller(hasher: &mut dyn Hasher, session: &Session) {
    for part in [&session.user_id, &session.app_id, &session.conversation_id] {
        write_text(hasher, part.as_deref().unwrap_or_default());
    }
}

fn is_given(value: &Value) -> bool {
    !matches!(value, Value::Null) && value.as_str().is_none_or(|text| !text.trim().is_empty())
}

fn write_fields<'a>(hasher: &mut dyn Hasher, fields: impl Iterator<Item = (&'a String, &'a Value)>) {
    let mut fields: Vec<_> = fields.collect();
    fields.sort_unstable_by_key(|(name, _)| *name);
    hasher.write_usize(fields.len());
    for (name, value) in fields {
        write_text(hasher, name);
        write_value(hasher, value);
    }
}

fn write_value(hasher: &mut dyn Hasher, value: &Value) {
    match value {
        Value::Null => hasher.write_u8(0),
        Value::Bool(flag) => hasher.write(&[1, u8::from(*flag)]),
        Value::Number(number) => {
            hasher.write_u8(2);
            write_text(hasher, &number.to_string());
        }
        Value::String(text) => {
            hasher.write_u8(3);
            write_text(hasher, &without_signatures(text));
        }
        Value::Array(items) => {
            hasher.write_u8(4);
            hasher.write_usize(items.len());
            for item in items {
                write_value(hasher, item);
            }
        }
        Value::Object(fields) => {
            hasher.write_u8(5);
            write_fields(hasher, fields.iter());
        }
    }
}

fn write_text(hasher: &mut dyn Hasher, text: &str) {
    hasher.write_usize(text.len());
    hasher.write(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use std::hash::DefaultHasher;

    use serde_json::json;

    use super::*;

    fn request(parameters: Value) -> u64 {
        let Value::Object(parameters) = parameters else { panic!("parameters are an object") };
        let mut hasher = DefaultHasher::new();
        write_request(&mut hasher, "t", &parameters);
        hasher.finish()
    }

    #[test]
    fn how_a_call_waits_and_what_is_blank_does_not_matter() {
        let plain = request(json!({"prompt": "boat", "n": 2}));
        for same in [
            json!({"n": 2, "prompt": "boat"}),
            json!({"prompt": "boat", "n": 2, "negative_prompt": " ", "image": null}),
            json!({"prompt": "boat", "n": 2, "external_task_id": "x", "wait_for_result": "false",
                "max_wait_seconds": 40, "download_video": "false", "download_image": "false"}),
        ] {
            assert_eq!(request(same.clone()), plain, "{same}");
        }
        for other in [
            json!({"prompt": "boot", "n": 2}),
            json!({"prompt": "boat", "n": 3}),
            json!({"prompt": "boat"}),
            json!({"prompt": "boat", "n": 2, "mode": "pro"}),
            json!({"prompt": "boat", "n": [2]}),
            json!({"prompt": "boat", "n": "2"}),
            json!({"promptb": "oat", "n": 2}),
        ] {
            assert_ne!(request(other.clone()), plain, "{other}");
        }
    }

    #[test]
    fn a_file_of_difys_is_the_same_under_each_signature() {
        const FILE: &str = "/files/0c5e7cd9-0000-4000-8000-000000000001/file-preview";
        let file = |url: String| request(json!({"image": {"dify_model_identity": "__dify__file__", "url": url}}));
        for base in ["https://dify.example.test", "http://api:5001", ""] {
            let signed = |time: u32| file(format!("{base}{FILE}?timestamp={time}&nonce=n{time}&sign=s{time}%3D"));
            assert_eq!(signed(1), signed(2));
            let with_user = |user: &str| file(format!("{base}{FILE}?timestamp=1&nonce=2&sign=3&user_id={user}"));
            assert_ne!(with_user("a"), with_user("b"));
        }
        let text = |time: u32| {
            let signed = format!("https://d.test{FILE}?timestamp={time}&nonce=n{time}&sign=s{time}");
            request(json!({"image_url": signed, "image_urls": format!("https://a.test/b.png\n{signed}")}))
        };
        assert_eq!(text(1), text(2));
        // The query of anybody else's link is part of what it names.
        let other = |version: u32| file(format!("https://cdn.example.test/a.png?version={version}"));
        assert_ne!(other(1), other(2));
        let image = |id: u32| file(format!("https://d.test/files/{id}/file-preview?timestamp=1&nonce=2&sign=3"));
        assert_ne!(image(1), image(2));
    }

    #[test]
    fn another_user_app_or_conversation_is_another_caller() {
        let caller = |session: &Session| {
            let mut hasher = DefaultHasher::new();
            write_caller(&mut hasher, session);
            hasher.finish()
        };
        let text = |text: &str| Some(text.to_owned());
        let known = Session { user_id: text("u"), app_id: text("a"), ..Session::default() };
        assert_eq!(caller(&known), caller(&Session { session_id: "new".to_owned(), ..known.clone() }));
        for other in [
            Session { user_id: text("v"), ..known.clone() },
            Session { app_id: None, ..known.clone() },
            Session { conversation_id: text("c"), ..known.clone() },
        ] {
            assert_ne!(caller(&known), caller(&other));
        }
    }
}

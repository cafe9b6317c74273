//! Messages that quote what was asked.

use serde_json::Value;

/// Texts shorter than this are names of models, sizes and the like.
const SHORTEST: usize = 8;
/// More of a text is not quoted.
const LONGEST: usize = 500;

/// A message with the texts of a request's body, a signed link, a line break and escape codes of a terminal.
pub(crate) fn quoting(sent: &[u8]) -> String {
    let mut texts = Vec::new();
    if let Ok(body) = serde_json::from_slice(sent) {
        collect(&body, &mut texts);
    }
    let texts = texts.join("', '");
    format!(
        "\u{1b}[31mrefused\u{1b}[0m: '{texts}'\r\nsee \
         https://files.example.test/a.png?x-sign=c2lnbmF0dXJl&x-expires=1790000000\u{7} for details"
    )
}

fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) if text.chars().count() >= SHORTEST => texts.push(text.chars().take(LONGEST).collect()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(fields) => fields.values().for_each(|field| collect(field, texts)),
        _ => {}
    }
}

/// The custom id in the body of a create, wherever its surface has it; empty where there is none.
pub(super) fn external_task_id(sent: &[u8]) -> String {
    let body: Value = serde_json::from_slice(sent).unwrap_or_default();
    let id = body.get("external_task_id").or_else(|| body.get("options")?.get("external_task_id"));
    id.and_then(Value::as_str).unwrap_or_default().to_owned()
}

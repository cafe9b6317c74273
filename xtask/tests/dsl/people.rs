//! What people read: names, titles and notes, in English and Chinese.

use serde_json::Value;

use super::{Graph, text};
use crate::support::list;

/// Dify cuts titles of panels at about this many columns; a Chinese character takes two.
const TITLE_COLUMNS: usize = 24;
/// What Dify's notes can show.
const LEXICAL: [&str; 6] = ["root", "paragraph", "text", "list", "listitem", "link"];
const CHOOSE: [&str; 2] = ["CHOOSE YOUR MODEL", "选择您的模型"];

pub(super) fn findings(app: &Value, graph: &Graph<'_>) -> Vec<String> {
    let mut findings = Vec::new();
    let mut both = |place: &str, text: &str| {
        if !is_chinese(text) || !has_english(text) {
            findings.push(format!("{place} `{text}` is not in both languages"));
        }
    };
    both("the name", text(&app["app"]["name"]));
    both("the description", text(&app["app"]["description"]));
    let titled = || graph.nodes.iter().filter(|node| !node.kind.ends_with("-start"));
    for node in titled() {
        both(&format!("node {}: the title", node.id), text(&node.data["title"]));
        for variable in list(&node.data["variables"]).iter().filter(|_| node.kind == "start") {
            both(&format!("node {}: the label", node.id), text(&variable["label"]));
        }
    }
    for node in titled() {
        let labels = [&node.data["title"], &node.data["tool_label"]];
        for long in labels.into_iter().map(text).filter(|label| columns(label) > TITLE_COLUMNS) {
            findings.push(format!("node {}: `{long}` is longer than {TITLE_COLUMNS} columns", node.id));
        }
    }
    findings.extend(notes(graph));
    findings
}

/// One note or more in each language, and what they must say.
fn notes(graph: &Graph<'_>) -> Vec<String> {
    let mut findings = Vec::new();
    let (mut english, mut chinese) = (String::new(), String::new());
    for note in &graph.notes {
        match words(note) {
            Ok(words) if is_chinese(&words) => chinese += &words,
            Ok(words) => english += &words,
            Err(what) => findings.push(format!("note {}: {what}", text(&note["id"]))),
        }
    }
    let has_model = graph.nodes.iter().any(|node| matches!(node.kind, "llm" | "agent"));
    for (language, words, choose) in [("English", english, CHOOSE[0]), ("Chinese", chinese, CHOOSE[1])] {
        if words.chars().count() < 40 {
            findings.push(format!("no note explains it in {language}"));
        }
        if has_model && !words.contains(choose) {
            findings.push(format!("no note says in {language} that the model is the user's to choose"));
        }
    }
    findings
}

/// The text of a note, which is the JSON of Lexical, the editor in it.
fn words(note: &Value) -> Result<String, String> {
    let document: Value = serde_json::from_str(text(&note["data"]["text"])).map_err(|_| "its text is no JSON")?;
    let mut words = String::new();
    let mut next = vec![&document["root"]];
    while let Some(part) = next.pop() {
        if !LEXICAL.contains(&text(&part["type"])) {
            return Err(format!("Dify's notes do not show {}", part["type"]));
        }
        words += text(&part["text"]);
        next.extend(list(&part["children"]).iter().rev());
    }
    if note["data"]["theme"].as_str().is_none() {
        return Err("has no theme".to_owned());
    }
    Ok(words)
}

fn is_wide(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{ffef}' | '\u{1f300}'..='\u{1faff}')
}

fn is_chinese(text: &str) -> bool {
    text.contains(|it| ('\u{4e00}'..='\u{9fff}').contains(&it))
}

/// Words of more than a letter, so that an `AI` or a `Dify` within Chinese is enough and an `x` is not.
fn has_english(text: &str) -> bool {
    text.split(|it: char| !it.is_ascii_alphabetic()).any(|word| word.len() > 1)
}

fn columns(text: &str) -> usize {
    text.chars().map(|it| if is_wide(it) { 2 } else { 1 }).sum()
}

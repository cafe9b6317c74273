//! The shots of a video.

use dify_plugin::Error;
use kling_api::Shot;
use serde_json::Value;

use super::{Given, items};
use crate::parameters::{Parameters, scalar, whole, whole_seconds};
use crate::reading;
use crate::texts::Expected;

impl Parameters<'_> {
    /// Shots: Kling's JSON, or a line a shot, `2: door opens`. Their places are counted here, whatever came.
    pub(crate) fn shots(&self, name: &str) -> Result<Vec<Shot>, Error> {
        let wrong = || self.wrong(name, Expected::Shots);
        let shots = match self.given(name, Expected::Shots)? {
            None => return Ok(Vec::new()),
            Some(Given::Text(text)) => shot_lines(&text).ok_or_else(wrong)?,
            Some(Given::Value(value)) => {
                let mut shots = Vec::new();
                for item in items(&value, "prompt") {
                    match &*item {
                        Value::Object(_) => {
                            let prompt = self.field(name, &item, "prompt")?;
                            let duration = self.field(name, &item, "duration")?;
                            let duration = whole_seconds(&duration).unwrap_or(duration);
                            shots.push(Shot { index: place(&item), prompt, duration });
                        }
                        Value::String(line) => shots.extend(shot_lines(line).ok_or_else(wrong)?),
                        _ => return Err(wrong()),
                    }
                }
                in_order(shots)
            }
        };
        Ok((1..).zip(shots).map(|(index, shot)| Shot { index, ..shot }).collect())
    }
}

/// The place that a shot says it has.
fn place(item: &Value) -> u32 {
    let index = item.get("index").and_then(scalar);
    index.and_then(|index| reading::number(&index)).and_then(whole).unwrap_or(u32::MAX)
}

/// Shots by the places they say, where each says another one.
fn in_order(mut shots: Vec<Shot>) -> Vec<Shot> {
    let mut places: Vec<_> = shots.iter().map(|shot| shot.index).collect();
    places.sort_unstable();
    places.dedup();
    if places.len() == shots.len() && !places.contains(&u32::MAX) {
        shots.sort_by_key(|shot| shot.index);
    }
    shots
}

/// A shot a line. A separator ends a shot where the next one begins with its seconds: words have commas too.
fn shot_lines(text: &str) -> Option<Vec<Shot>> {
    let mut shots: Vec<Shot> = Vec::new();
    for line in text.lines().map(reading::without_invisible).filter(|line| !line.is_empty()) {
        let mut rest = line;
        while !rest.is_empty() {
            let (duration, words) = shot_start(rest)?;
            let next = words.char_indices().find(|(at, c)| {
                let behind = words.get(at + c.len_utf8()..).unwrap_or_default();
                reading::is_separator(*c) && (kling_api::is_blank(behind) || shot_start(behind).is_some())
            });
            let (prompt, behind) = match next {
                Some((at, c)) => (words.get(..at)?, words.get(at + c.len_utf8()..)?),
                None => (words, ""),
            };
            let prompt = reading::without_invisible(prompt).to_owned();
            if prompt.is_empty() {
                return None;
            }
            shots.push(Shot { index: 0, prompt, duration });
            rest = reading::without_invisible(behind);
        }
    }
    (!shots.is_empty()).then_some(shots)
}

/// The seconds with which a shot begins, and its words: `2: a`, `2s：a`, `Shot 1 (2s): a`, `shot 1, 2, a`.
fn shot_start(text: &str) -> Option<(String, &str)> {
    let text = reading::without_invisible(text).trim_start_matches(['-', '*', '•', ' ']);
    let (named, text) = shot_name(text).map_or((false, text), |rest| (true, rest));
    let text = text.trim_start_matches(['(', '（', ' ']);
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '０'..='９')))?;
    let (number, rest) = text.split_at_checked(end)?;
    let unit = ["seconds", "second", "secs", "sec", "s", "S", "秒钟", "秒"];
    let rest = rest.trim_start();
    let rest = unit.iter().find_map(|unit| rest.strip_prefix(unit)).unwrap_or(rest);
    let rest = rest.trim_start_matches([')', '）', ' ']);
    let words = rest.strip_prefix([':', '：']).or_else(|| if named { rest.strip_prefix([',', '，']) } else { None })?;
    Some((whole_seconds(number)?, words))
}

/// The text behind `Shot 1` and the like.
fn shot_name(text: &str) -> Option<&str> {
    let rest = ["shot", "Shot", "SHOT", "镜头", "分镜"].iter().find_map(|word| text.strip_prefix(word))?;
    let rest = rest.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
    Some(rest.trim_start_matches([' ', ',', '，', ':', '：', '.', '-', '–']))
}

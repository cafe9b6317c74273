//! Parameters that hold lists or objects: Kling's JSON in whatever shape it arrives, or the obvious short form.

use std::borrow::Cow;

use dify_plugin::Error;
use kling_api::{
    CameraConfig, CameraControl, DynamicMask, ELEMENT_TAGS, ElementVideo, ElementVideos, Media, Point, ReferenceVideo,
    SeriesAmount, Shot,
};
use serde_json::{Value, json};

use crate::parameters::{Parameters, is_rounded, scalar, switched, whole, whole_seconds};
use crate::reading::{self, Reading};
use crate::texts::{self, Expected};

/// The axes of a camera movement.
const AXES: [&str; 6] = ["horizontal", "vertical", "pan", "tilt", "roll", "zoom"];
/// Fields that hold a list of what is looked for: those of Kling's requests and answers, and of our own outputs.
const AROUND: [&str; 18] = [
    "element_list",
    "elements",
    "voice_list",
    "voices",
    "tag_list",
    "tags",
    "multi_prompt",
    "shots",
    "video_list",
    "videos",
    "refer_videos",
    "dynamic_masks",
    "image_list",
    "images",
    "urls",
    "data",
    "task_result",
    "items",
];
/// Fields that hold a link.
const LINKS: [&str; 5] = ["url", "video_url", "image_url", "image", "remote_url"];
/// Lists within lists that are looked into.
const MOST_AROUND: usize = 6;
/// The digits of an id that is recognized as one in the middle of a sentence. Kling's ids have 18 and more.
const LONG_ID: usize = 12;
/// The Chinese words for Kling's tags that the form has.
const CHINESE_TAGS: [(&str, &str); 8] = [
    ("热门", "o_101"),
    ("人物", "o_102"),
    ("动物", "o_103"),
    ("道具", "o_104"),
    ("服饰", "o_105"),
    ("场景", "o_106"),
    ("特效", "o_107"),
    ("其他", "o_108"),
];

/// What a parameter holds.
enum Given<'a> {
    /// A list, an object, a number or a flag.
    Value(Cow<'a, Value>),
    /// A text that is no list.
    Text(String),
}

impl<'a> Parameters<'a> {
    /// The value, read. How large it may be was checked before.
    fn given(&self, name: &str, expected: Expected) -> Result<Option<Given<'a>>, Error> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let Value::String(text) = value else { return Ok(Some(Given::Value(Cow::Borrowed(value)))) };
        let unreadable = |fault| Error::BadRequest(texts::unreadable(self.language(), name, fault, expected));
        Ok(match reading::read(text).map_err(unreadable)? {
            Reading::Nothing => None,
            Reading::Value(value) => Some(Given::Value(Cow::Owned(value))),
            Reading::Embedded(value) if is_rich(&value) => Some(Given::Value(Cow::Owned(value))),
            Reading::Embedded(_) => Some(Given::Text(text.clone())),
            Reading::Text(text) => Some(Given::Text(text)),
        })
    }

    /// As [`given`](Self::given), for links: `[name](https://...)` is no list.
    fn given_links(&self, name: &str, expected: Expected) -> Result<Option<Given<'a>>, Error> {
        self.given(name, expected).or_else(|error| match self.value(name) {
            Some(Value::String(text)) if text.contains("](http") => Ok(Some(Given::Text(text.clone()))),
            _ => Err(error),
        })
    }

    /// Ids, each once they look like one: `"123,456"`, `[123, "456"]` or `[{"element_id": 123}]` with `key` `element_id`.
    pub(crate) fn ids(&self, name: &str, key: &str) -> Result<Vec<String>, Error> {
        let expected = match key {
            "element_id" => Expected::Ids,
            "tag_id" => Expected::Tags,
            _ => Expected::Voices,
        };
        let wrong = || self.wrong(name, expected);
        match self.given(name, expected)? {
            None => Ok(Vec::new()),
            Some(Given::Text(text)) => ids_in(&text, key).ok_or_else(wrong),
            Some(Given::Value(value)) => {
                // A number in a text is exact, one that Dify parsed may not be.
                let native = matches!(value, Cow::Borrowed(_));
                let mut ids = Vec::new();
                for item in items(&value, key) {
                    let id = match &*item {
                        Value::Object(fields) => fields.get(key).ok_or_else(|| self.missing(name, key))?,
                        other => other,
                    };
                    match id {
                        Value::Number(number) if is_rounded(id) && (native || number.is_f64()) => {
                            return Err(self.rounded(name));
                        }
                        Value::Number(_) | Value::String(_) => {
                            let text = scalar(id).filter(|text| !kling_api::is_blank(text));
                            let text = text.ok_or_else(|| self.missing(name, key))?;
                            ids.extend(ids_in(&text, key).ok_or_else(wrong)?);
                        }
                        Value::Null => return Err(self.missing(name, key)),
                        _ => return Err(wrong()),
                    }
                }
                Ok(ids)
            }
        }
    }

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

    /// A camera movement: Kling's JSON, a preset's name, or one axis, `zoom: 5`.
    pub(crate) fn camera(&self, name: &str) -> Result<Option<CameraControl>, Error> {
        let wrong = || self.wrong(name, Expected::Camera);
        match self.given(name, Expected::Camera)? {
            None => Ok(None),
            Some(Given::Text(text)) => camera_of_text(&text).ok_or_else(wrong).map(Some),
            Some(Given::Value(value)) => match items(&value, "type").as_slice() {
                [] => Ok(None),
                [only] => camera_of_json(only).ok_or_else(wrong).map(Some),
                _ => Err(wrong()),
            },
        }
    }

    /// Masks with their paths, Kling's JSON only.
    pub(crate) fn masks(&self, name: &str) -> Result<Vec<DynamicMask>, Error> {
        let wrong = || self.wrong(name, Expected::Json);
        match self.given(name, Expected::Json)? {
            None => Ok(Vec::new()),
            Some(Given::Text(_)) => Err(wrong()),
            Some(Given::Value(value)) => {
                items(&value, "mask").iter().map(|item| mask_of_json(item).ok_or_else(wrong)).collect()
            }
        }
    }

    /// Reference videos: Kling's JSON, or a bare URL for a video to edit.
    pub(crate) fn reference_videos(&self, name: &str) -> Result<Vec<ReferenceVideo>, Error> {
        let bare =
            |url: String| ReferenceVideo { video_url: Media::from(url), refer_type: None, keep_original_sound: None };
        let value = match self.given_links(name, Expected::Videos)? {
            None => return Ok(Vec::new()),
            Some(Given::Text(text)) => return Ok(links_in(&text).into_iter().map(bare).collect()),
            Some(Given::Value(value)) => value,
        };
        let mut videos = Vec::new();
        for item in items(&value, "video_url") {
            match &*item {
                Value::String(text) => videos.extend(links_in(text).into_iter().map(bare)),
                Value::Object(fields) => videos.push(ReferenceVideo {
                    refer_type: fields.get("refer_type").and_then(scalar).map(|word| word.trim().to_ascii_lowercase()),
                    keep_original_sound: fields
                        .get("keep_original_sound")
                        .and_then(scalar)
                        .map(|word| switched(&word, ["yes", "no"])),
                    ..bare(self.video_url(name, &item)?)
                }),
                _ => return Err(self.wrong(name, Expected::Videos)),
            }
        }
        Ok(videos)
    }

    /// The video of an element: Kling's JSON, a list of URLs, or a bare URL.
    pub(crate) fn element_videos(&self, name: &str) -> Result<Option<ElementVideos>, Error> {
        let videos = self.reference_videos(name)?;
        let refer_videos: Vec<_> =
            videos.into_iter().map(|video| ElementVideo { video_url: video.video_url }).collect();
        Ok((!refer_videos.is_empty()).then_some(ElementVideos { refer_videos }))
    }

    /// Links to files, one or several: text, a list, or what our own outputs are. What is no link stays as it is, for
    /// whoever reads the file to judge.
    #[expect(dead_code, reason = "for parameters of links beside those of files")]
    pub(crate) fn links(&self, name: &str) -> Result<Vec<String>, Error> {
        Ok(match self.given_links(name, Expected::Links)? {
            None => Vec::new(),
            Some(Given::Text(text)) => links_in(&text),
            Some(Given::Value(value)) => links_of(&value).ok_or_else(|| self.wrong(name, Expected::Links))?,
        })
    }

    /// The value of a parameter of files: a text with several links or with a list in it as the list.
    pub(crate) fn files(&self, name: &str) -> Result<Option<Cow<'a, Value>>, Error> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let Value::String(text) = value else { return Ok(Some(Cow::Borrowed(value))) };
        // Base64 is not looked through.
        if text.len() > crate::parameters::MAX_TEXT_BYTES || text.trim_start().starts_with("data:") {
            return Ok(Some(Cow::Borrowed(value)));
        }
        Ok(Some(match self.given_links(name, Expected::Links)? {
            None => return Ok(None),
            // A file object in a text may be anybody's: nothing but its link counts.
            Some(Given::Value(found)) => {
                Cow::Owned(json!(links_of(&found).ok_or_else(|| self.wrong(name, Expected::Links))?))
            }
            Some(Given::Text(text)) => {
                let links = reading::links(&text);
                if links.is_empty() { Cow::Borrowed(value) } else { Cow::Owned(json!(links)) }
            }
        }))
    }

    /// How long a series is.
    pub(crate) fn series_amount(&self, name: &str) -> Result<Option<SeriesAmount>, Error> {
        match self.value(name) {
            Some(Value::String(word)) if reading::in_quotes(word).eq_ignore_ascii_case("auto") => {
                Ok(Some(SeriesAmount::Auto))
            }
            _ => Ok(self.count_or(name, Expected::SeriesAmount)?.map(SeriesAmount::Count)),
        }
    }

    fn video_url(&self, name: &str, item: &Value) -> Result<String, Error> {
        let url = LINKS.iter().find_map(|field| item.get(*field)?.as_str());
        let url = url.filter(|url| !kling_api::is_blank(url)).ok_or_else(|| self.missing(name, "video_url"))?;
        match links_in(url).as_slice() {
            [link] => Ok(link.clone()),
            _ => Err(self.wrong(name, Expected::Videos)),
        }
    }

    /// A field of an item: a text that is not blank, or a number's digits.
    fn field(&self, name: &str, item: &Value, field: &str) -> Result<String, Error> {
        let text = item.get(field).and_then(scalar).filter(|text| !kling_api::is_blank(text));
        text.ok_or_else(|| self.missing(name, field))
    }

    fn missing(&self, name: &str, field: &str) -> Error {
        Error::BadRequest(texts::missing_field(self.language(), name, field))
    }
}

/// Whether a list within words is meant, and not a word in brackets.
fn is_rich(value: &Value) -> bool {
    value.is_object() || value.as_array().is_some_and(|items| items.iter().any(Value::is_object))
}

/// The items of a value, out of whatever lists and objects stand around them; an item that has the field `key` is one.
/// Nothing (`null`, an empty text) is no item.
fn items<'v>(value: &'v Value, key: &str) -> Vec<Cow<'v, Value>> {
    let mut found = Vec::new();
    collect(Cow::Borrowed(value), key, MOST_AROUND, &mut found);
    found
}

fn collect<'v>(value: Cow<'v, Value>, key: &str, depth: usize, found: &mut Vec<Cow<'v, Value>>) {
    let Some(inner) = depth.checked_sub(1) else { return found.push(value) };
    match value {
        Cow::Borrowed(Value::Null) => {}
        Cow::Borrowed(Value::String(text)) => {
            match text.trim_start().starts_with(['[', '{']).then(|| reading::read(text)) {
                Some(Ok(Reading::Value(value))) => collect(Cow::Owned(value), key, inner, found),
                _ if kling_api::is_blank(text) => {}
                _ => found.push(value),
            }
        }
        Cow::Borrowed(Value::Array(list)) => {
            list.iter().for_each(|item| collect(Cow::Borrowed(item), key, inner, found));
        }
        Cow::Borrowed(Value::Object(fields)) if !fields.contains_key(key) => {
            let around = AROUND.iter().find_map(|field| fields.get(*field).filter(|list| !list.is_null()));
            // One item after the other under a name of its own: `{"shot_1": {..}, "shot_2": {..}}`.
            let named = !fields.is_empty() && fields.values().all(|item| item.get(key).is_some());
            match around {
                Some(list) => collect(Cow::Borrowed(list), key, inner, found),
                None if named => fields.values().for_each(|item| found.push(Cow::Borrowed(item))),
                None if fields.is_empty() => {}
                None => found.push(value),
            }
        }
        Cow::Borrowed(_) => found.push(value),
        Cow::Owned(value) => {
            let mut inside = Vec::new();
            collect(Cow::Borrowed(&value), key, inner, &mut inside);
            found.extend(inside.into_iter().map(|item| Cow::Owned(item.into_owned())));
        }
    }
}

/// The ids of a text: pieces that look like one, or those in a sentence. `None` where a piece is no id.
fn ids_in(text: &str, key: &str) -> Option<Vec<String>> {
    let read = |piece: &str| match key {
        "element_id" => reading::number_id(piece),
        "tag_id" => tag(piece),
        // What has no digit is a word.
        _ => reading::token(piece).filter(|id| id.bytes().any(|byte| byte.is_ascii_digit())),
    };
    let of_piece = |piece: &str| match read(piece) {
        Some(id) => Some(vec![id]),
        None => reading::words(reading::without_label(piece)).map(read).collect::<Option<Vec<_>>>(),
    };
    let pieces: Vec<_> = reading::pieces(text).map(of_piece).collect();
    if pieces.iter().all(|ids| ids.as_ref().is_some_and(|ids| !ids.is_empty())) {
        return Some(pieces.into_iter().flatten().flatten().collect());
    }
    // A sentence or a table, where nothing stands like the item of a list.
    let is_list = pieces.iter().flatten().any(|ids| !ids.is_empty());
    let found = reading::long_numbers(text, LONG_ID);
    (key != "tag_id" && !is_list && !found.is_empty()).then_some(found)
}

/// A tag's id: as it is, its digits, or what it stands for.
fn tag(piece: &str) -> Option<String> {
    let word = reading::without_label(piece);
    let by_name = |(id, name): &(&str, &str)| name.eq_ignore_ascii_case(word).then(|| (*id).to_owned());
    let digits = word.strip_prefix("o_").or_else(|| word.strip_prefix("O_")).unwrap_or(word);
    if (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(format!("o_{digits}"));
    }
    let chinese = || CHINESE_TAGS.iter().find(|(name, _)| *name == word).map(|(_, id)| (*id).to_owned());
    ELEMENT_TAGS.iter().find_map(by_name).or_else(chinese)
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

fn camera_of_text(text: &str) -> Option<CameraControl> {
    let text = reading::in_quotes(text);
    let split = text.split_once([':', '：', '=']).or_else(|| text.trim().split_once(' '));
    let word = |text: &str| reading::in_quotes(text).to_ascii_lowercase();
    match split {
        Some((axis, amount)) if AXES.contains(&word(axis).as_str()) => {
            simple(&[(word(axis), json!(reading::number(reading::in_quotes(amount))?))])
        }
        Some(_) if text.contains([':', '：', '=']) => None,
        _ => Some(CameraControl { kind: preset(text), config: None }),
    }
}

/// The name of a preset as Kling has it.
fn preset(text: &str) -> String {
    reading::in_quotes(text).to_ascii_lowercase().replace([' ', '-'], "_")
}

/// Kling's object; one that has only the movement, or has it beside the type, is meant all the same.
fn camera_of_json(value: &Value) -> Option<CameraControl> {
    if let Value::String(text) = value {
        return camera_of_text(text);
    }
    let fields = value.as_object()?;
    let config = match fields.get("config") {
        None | Some(Value::Null) => fields.clone(),
        Some(Value::Object(config)) => config.clone(),
        Some(Value::String(text)) => match reading::read(text).ok()? {
            Reading::Value(Value::Object(config)) => config,
            _ => return None,
        },
        Some(_) => return None,
    };
    let movements: Vec<_> = config
        .into_iter()
        .map(|(axis, amount)| (axis.to_ascii_lowercase(), amount))
        .filter(|(axis, amount)| AXES.contains(&axis.as_str()) && !amount.is_null())
        .collect();
    let kind = fields.get("type").filter(|kind| !kind.is_null());
    let kind = kind.map_or(Some("simple".to_owned()), |kind| kind.as_str().map(preset))?;
    let still = movements.iter().all(|(_, amount)| scalar(amount).and_then(|text| reading::number(&text)) == Some(0.0));
    // A preset is often given with all its movements at 0.
    if movements.is_empty() || (kind != "simple" && still) {
        let has_config = kind == "simple" && fields.get("config").is_some_and(Value::is_object);
        return Some(CameraControl { kind, config: has_config.then(CameraConfig::default) });
    }
    let control = simple(&movements)?;
    Some(CameraControl { kind, ..control })
}

fn simple(movements: &[(String, Value)]) -> Option<CameraControl> {
    let mut config = CameraConfig::default();
    for (axis, amount) in movements {
        let amount = scalar(amount).and_then(|text| reading::number(&text))?;
        let place = match axis.as_str() {
            "horizontal" => &mut config.horizontal,
            "vertical" => &mut config.vertical,
            "pan" => &mut config.pan,
            "tilt" => &mut config.tilt,
            "roll" => &mut config.roll,
            "zoom" => &mut config.zoom,
            _ => return None,
        };
        *place = amount;
    }
    Some(CameraControl { kind: "simple".to_owned(), config: Some(config) })
}

fn mask_of_json(item: &Value) -> Option<DynamicMask> {
    let mask = item.get("mask")?.as_str().filter(|mask| !kling_api::is_blank(mask))?;
    let trajectories = match item.get("trajectories") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(points)) => points.iter().map(point).collect::<Option<_>>()?,
        Some(_) => return None,
    };
    Some(DynamicMask { mask: Media::from(mask.trim()), trajectories })
}

/// `{"x": 1, "y": 2}` or `[1, 2]`, pixels.
fn point(value: &Value) -> Option<Point> {
    let pixel = |value: Option<&Value>| {
        let number = reading::number(&scalar(value?)?)?;
        let magnitude = whole::<u64>(number.abs()).and_then(|pixel| i64::try_from(pixel).ok())?;
        Some(if number < 0.0 { -magnitude } else { magnitude })
    };
    match value {
        Value::Array(pair) if pair.len() == 2 => Some(Point { x: pixel(pair.first())?, y: pixel(pair.last())? }),
        value => Some(Point { x: pixel(value.get("x"))?, y: pixel(value.get("y"))? }),
    }
}

/// The links of a text; a text without one as it is.
fn links_in(text: &str) -> Vec<String> {
    let links = reading::links(text);
    if links.is_empty() { vec![reading::in_quotes(text).to_owned()] } else { links }
}

fn links_of(value: &Value) -> Option<Vec<String>> {
    let mut links = Vec::new();
    for item in items(value, "url") {
        match &*item {
            Value::String(text) => links.extend(links_in(text)),
            item => links.push(LINKS.iter().find_map(|field| item.get(*field)?.as_str())?.trim().to_owned()),
        }
    }
    Some(links)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declaration::{ToolTable, text};
    use crate::language::Language;

    const TABLE: ToolTable = ToolTable { name: "t", parameters: &[&[text("p")]], outputs: &[] };

    fn with<R>(value: Value, read: impl FnOnce(Parameters<'_>) -> Result<R, Error>) -> Result<R, String> {
        let values = serde_json::Map::from_iter([("p".to_owned(), value)]);
        Parameters::new(&values, TABLE, Language::English).and_then(read).map_err(|error| error.to_string())
    }

    #[test]
    fn ids_come_as_json_as_a_list_or_separated() {
        for value in [
            json!("123,456"),
            json!(" 123， 456 "),
            json!("123\n456"),
            json!("[123, \"456\"]"),
            json!([123, "456"]),
            json!("[{\"element_id\":123},{\"element_id\":\"456\"}]"),
            json!([{"element_id": 123}, {"element_id": "456"}]),
        ] {
            assert_eq!(with(value.clone(), |p| p.ids("p", "element_id")).unwrap(), ["123", "456"], "{value}");
        }
        for value in
            [json!("840000000000000001"), json!("[840000000000000001]"), json!("{\"element_id\": 840000000000000001}")]
        {
            assert_eq!(with(value, |p| p.ids("p", "element_id")).unwrap(), ["840000000000000001"]);
        }
        assert!(
            with(json!([{"id": 1}]), |p| p.ids("p", "element_id"))
                .unwrap_err()
                .contains("each item needs `element_id`")
        );
        assert_eq!(with(json!("null"), |p| p.ids("p", "element_id")).unwrap(), [""; 0]);
    }

    #[test]
    fn shots_come_as_json_or_line_by_line() {
        let shot =
            |index, prompt: &str, duration: &str| Shot { index, prompt: prompt.into(), duration: duration.into() };
        let expected = [shot(1, "door opens: slowly", "2"), shot(2, "cat enters", "3")];
        for value in [
            json!("2: door opens: slowly\n\n3s：cat enters"),
            json!(
                "[{\"prompt\":\"door opens: slowly\",\"duration\":\"2\"},{\"index\":2,\"prompt\":\"cat enters\",\"duration\":3}]"
            ),
            json!([{"prompt": "door opens: slowly", "duration": 2}, {"prompt": "cat enters", "duration": "3"}]),
        ] {
            assert_eq!(with(value, |p| p.shots("p")).unwrap(), expected);
        }
        for value in [json!("door opens"), json!("soon: door opens"), json!(7)] {
            assert!(with(value, |p| p.shots("p")).unwrap_err().starts_with("`p` must be"));
        }
    }

    #[test]
    fn cameras_come_as_json_as_a_preset_or_as_one_axis() {
        let camera = |value| with(value, |p| p.camera("p"));
        assert_eq!(camera(json!("down_back")).unwrap().unwrap().kind, "down_back");
        for value in [
            json!("zoom: 5"),
            json!("{\"type\":\"simple\",\"config\":{\"zoom\":5}}"),
            json!({"type": "simple", "config": {"zoom": 5}}),
        ] {
            let control = camera(value).unwrap().unwrap();
            assert_eq!((control.kind.as_str(), control.config.map(|config| config.zoom)), ("simple", Some(5.0)));
        }
        for value in [json!("spin: 5"), json!("zoom: much"), json!([1])] {
            assert!(camera(value).unwrap_err().starts_with("`p` must be"));
        }
    }

    #[test]
    fn videos_come_as_json_or_as_bare_links() {
        const URL: &str = "https://media.example.test/in.mp4";
        let videos = |value| with(value, |p| p.reference_videos("p")).unwrap();
        for value in [json!(URL), json!([URL]), json!([{"video_url": URL}])] {
            assert_eq!(videos(value), videos(json!(URL)));
        }
        let full = videos(json!([{"video_url": URL, "refer_type": "feature", "keep_original_sound": "yes"}]));
        assert_eq!(full[0].refer_type.as_deref(), Some("feature"));
        for value in
            [json!(URL), json!([URL]), json!({"refer_videos": [{"video_url": URL}]}), json!([{"video_url": URL}])]
        {
            let videos = with(value, |p| p.element_videos("p")).unwrap().unwrap();
            assert_eq!(videos.refer_videos[0].video_url.as_str(), URL);
        }
    }
}

//! Parameters that hold lists or objects: Kling's JSON in whatever shape it arrives, or the obvious short form.

mod camera;
mod ids;
mod shots;

use std::borrow::Cow;

use dify_plugin::Error;
use kling_api::{DynamicMask, ElementVideo, ElementVideos, Media, Point, ReferenceVideo, SeriesAmount};
use serde_json::{Value, json};

use crate::parameters::{MAX_FILES, MAX_TEXT_BYTES, Parameters, scalar, switched, whole};
use crate::reading::{self, Reading};
use crate::texts::{self, Expected};

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
    pub(crate) fn links(&self, name: &str) -> Result<Vec<String>, Error> {
        let links = match self.given_links(name, Expected::Links)? {
            None => Vec::new(),
            Some(Given::Text(text)) => links_in(&text),
            Some(Given::Value(value)) => links_of(&value).ok_or_else(|| self.wrong(name, Expected::Links))?,
        };
        if links.len() > MAX_FILES {
            let refusal = texts::too_many_files(self.language(), name, links.len(), MAX_FILES);
            return Err(Error::BadRequest(refusal));
        }
        Ok(links)
    }

    /// The value of a parameter of files: a text with several links or with a list in it as the list.
    pub(crate) fn files(&self, name: &str) -> Result<Option<Cow<'a, Value>>, Error> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let text = match value {
            Value::String(text) => text,
            Value::Array(list) if list.iter().any(|item| links_beside(item).is_some()) => {
                let files = list.iter().flat_map(|item| links_beside(item).unwrap_or_else(|| vec![item.clone()]));
                return Ok(Some(Cow::Owned(files.collect())));
            }
            value => return Ok(Some(Cow::Borrowed(value))),
        };
        // Base64 is not looked through.
        if text.len() > MAX_TEXT_BYTES || text.trim_start().starts_with("data:") {
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
            for item in list {
                collect(Cow::Borrowed(item), key, inner, found);
            }
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

/// The links of an item that is no file as Dify has them: Kling's own objects, `{"image_url": "https://..."}`, and texts
/// with more than a link.
fn links_beside(item: &Value) -> Option<Vec<Value>> {
    match item {
        Value::String(text) if text.len() <= MAX_TEXT_BYTES => {
            let links = reading::links(text);
            let is_one = links.len() == 1 && links.first().is_some_and(|link| link == text);
            (!links.is_empty() && !is_one).then(|| links.into_iter().map(Value::from).collect())
        }
        Value::Object(fields) if !fields.contains_key("url") && !fields.contains_key("remote_url") => {
            LINKS.iter().find_map(|field| fields.get(*field)?.as_str()).map(|link| vec![Value::from(link.trim())])
        }
        _ => None,
    }
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
mod tests;

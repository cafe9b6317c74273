//! JSON-text parameters: Kling's JSON, the same already parsed, or the obvious short form.

use std::borrow::Cow;
use std::slice;

use dify_plugin::Error;
use kling_api::{CameraConfig, CameraControl, DynamicMask, ElementVideo, ElementVideos, Media, ReferenceVideo, Shot};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::parameters::{Parameters, scalar};
use crate::texts::{self, Expected};

/// The axes of a camera movement.
const AXES: [&str; 6] = ["horizontal", "vertical", "pan", "tilt", "roll", "zoom"];

impl<'a> Parameters<'a> {
    /// The value, with JSON text parsed; a text that is no JSON stays text. How large either may be was checked before.
    pub(crate) fn json(&self, name: &str) -> Option<Cow<'a, Value>> {
        let value = self.value(name)?;
        let Value::String(text) = value else { return Some(Cow::Borrowed(value)) };
        match serde_json::from_str(text) {
            Ok(Value::Number(_)) | Err(_) => Some(Cow::Owned(Value::String(text.trim().to_owned()))),
            Ok(Value::Null) => None,
            Ok(parsed) => Some(Cow::Owned(parsed)),
        }
    }

    /// Items of Kling's JSON: an array, or one object for an array of one.
    fn items<'v>(&self, name: &str, value: &'v Value) -> Result<&'v [Value], Error> {
        match value {
            Value::Array(items) => Ok(items),
            object @ Value::Object(_) => Ok(slice::from_ref(object)),
            _ => Err(self.wrong(name, Expected::Json)),
        }
    }

    /// Ids: `"123,456"`, `[123, "456"]` or `[{"element_id": 123}]` with `key` `element_id`.
    pub(crate) fn ids(&self, name: &str, key: &str) -> Result<Vec<String>, Error> {
        let value = self.json(name);
        let list = match value.as_deref() {
            None => return Ok(Vec::new()),
            Some(Value::String(text)) => {
                let ids = text.split(|c: char| matches!(c, ',' | '，' | ';') || c.is_whitespace());
                return Ok(ids.filter(|id| !id.is_empty()).map(str::to_owned).collect());
            }
            Some(Value::Number(id)) => return Ok(vec![id.to_string()]),
            Some(list) => self.items(name, list)?,
        };
        list.iter()
            .map(|item| match item {
                Value::Object(_) => self.field(name, item, key),
                other => scalar(other).ok_or_else(|| self.wrong(name, Expected::Ids)),
            })
            .collect()
    }

    /// Shots: Kling's JSON, or a line a shot, `2: door opens`.
    pub(crate) fn shots(&self, name: &str) -> Result<Vec<Shot>, Error> {
        let value = self.json(name);
        let list = match value.as_deref() {
            None => return Ok(Vec::new()),
            Some(Value::String(text)) => return self.shot_lines(name, text),
            Some(list) => self.items(name, list)?,
        };
        (1..)
            .zip(list)
            .map(|(place, item)| {
                let index = item.get("index").and_then(Value::as_u64).and_then(|index| index.try_into().ok());
                let (prompt, duration) = (self.field(name, item, "prompt")?, self.field(name, item, "duration")?);
                Ok(Shot { index: index.unwrap_or(place), prompt, duration })
            })
            .collect()
    }

    fn shot_lines(&self, name: &str, text: &str) -> Result<Vec<Shot>, Error> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        (1..)
            .zip(lines)
            .map(|(index, line)| {
                let (duration, prompt) =
                    line.split_once([':', '：']).ok_or_else(|| self.wrong(name, Expected::Shots))?;
                let duration = duration.trim().trim_end_matches(['s', '秒']).trim_end().to_owned();
                if duration.parse::<u32>().is_err() {
                    return Err(self.wrong(name, Expected::Shots));
                }
                Ok(Shot { index, prompt: prompt.trim().to_owned(), duration })
            })
            .collect()
    }

    /// A camera movement: Kling's JSON, a preset's name, or one axis, `zoom: 5`.
    pub(crate) fn camera(&self, name: &str) -> Result<Option<CameraControl>, Error> {
        let Some(value) = self.json(name) else { return Ok(None) };
        let Value::String(text) = &*value else { return self.typed(name, &value, Expected::Camera).map(Some) };
        let Some((axis, amount)) = text.split_once([':', '：']) else {
            return Ok(Some(CameraControl { kind: text.clone(), config: None }));
        };
        let amount: f64 = amount.trim().parse().map_err(|_| self.wrong(name, Expected::Camera))?;
        let axis = axis.trim().to_ascii_lowercase();
        if !AXES.contains(&axis.as_str()) {
            return Err(self.wrong(name, Expected::Camera));
        }
        let config: CameraConfig = self.typed(name, &json!({ axis: amount }), Expected::Camera)?;
        Ok(Some(CameraControl { kind: "simple".to_owned(), config: Some(config) }))
    }

    /// Masks with their paths, Kling's JSON only.
    pub(crate) fn masks(&self, name: &str) -> Result<Vec<DynamicMask>, Error> {
        let Some(value) = self.json(name) else { return Ok(Vec::new()) };
        let items = self.items(name, &value)?;
        items.iter().map(|item| self.typed(name, item, Expected::Json)).collect()
    }

    /// Reference videos: Kling's JSON, or a bare URL for a video to edit.
    pub(crate) fn reference_videos(&self, name: &str) -> Result<Vec<ReferenceVideo>, Error> {
        let bare =
            |url: String| ReferenceVideo { video_url: Media::from(url), refer_type: None, keep_original_sound: None };
        let value = self.json(name);
        let list = match value.as_deref() {
            None => return Ok(Vec::new()),
            Some(Value::String(url)) => return Ok(vec![bare(url.clone())]),
            Some(list) => self.items(name, list)?,
        };
        list.iter()
            .map(|item| match item {
                Value::String(url) => Ok(bare(url.trim().to_owned())),
                item => Ok(ReferenceVideo {
                    refer_type: item.get("refer_type").and_then(scalar),
                    keep_original_sound: item.get("keep_original_sound").and_then(scalar),
                    ..bare(self.field(name, item, "video_url")?)
                }),
            })
            .collect()
    }

    /// The video of an element: Kling's JSON, a list of URLs, or a bare URL.
    pub(crate) fn element_videos(&self, name: &str) -> Result<Option<ElementVideos>, Error> {
        let Some(value) = self.json(name) else { return Ok(None) };
        let list = match &*value {
            url @ Value::String(_) => slice::from_ref(url),
            other => self.items(name, other.get("refer_videos").unwrap_or(other))?,
        };
        let videos = list.iter().map(|item| {
            let url = item.as_str().map_or_else(|| self.field(name, item, "video_url"), |url| Ok(url.to_owned()))?;
            Ok(ElementVideo { video_url: Media::from(url) })
        });
        Ok(Some(ElementVideos { refer_videos: videos.collect::<Result<_, Error>>()? }))
    }

    /// A field of an item: a text that is not blank, or a number's digits.
    fn field(&self, name: &str, item: &Value, field: &str) -> Result<String, Error> {
        item.get(field)
            .and_then(scalar)
            .filter(|text| !text.trim().is_empty())
            .ok_or_else(|| Error::BadRequest(texts::missing_field(self.language(), name, field)))
    }

    fn typed<'v, T: Deserialize<'v>>(&self, name: &str, value: &'v Value, expected: Expected) -> Result<T, Error> {
        T::deserialize(value).map_err(|_| self.wrong(name, expected))
    }
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
        for value in [
            json!("840000000000000001"),
            json!(840_000_000_000_000_001_u64),
            json!({"element_id": 840_000_000_000_000_001_u64}),
        ] {
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

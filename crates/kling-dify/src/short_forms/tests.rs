use kling_api::Shot;

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
        with(json!([{"id": 1}]), |p| p.ids("p", "element_id")).unwrap_err().contains("each item needs `element_id`")
    );
    assert_eq!(with(json!("null"), |p| p.ids("p", "element_id")).unwrap(), [""; 0]);
}

#[test]
fn shots_come_as_json_or_line_by_line() {
    let shot = |index, prompt: &str, duration: &str| Shot { index, prompt: prompt.into(), duration: duration.into() };
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
    for value in [json!(URL), json!([URL]), json!({"refer_videos": [{"video_url": URL}]}), json!([{"video_url": URL}])]
    {
        let videos = with(value, |p| p.element_videos("p")).unwrap().unwrap();
        assert_eq!(videos.refer_videos[0].video_url.as_str(), URL);
    }
}

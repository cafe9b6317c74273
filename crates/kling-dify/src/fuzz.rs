//! What the fuzz target takes hold of. No part of the API.

use kling_api::{ElementRef, Handle, Media, OmniVideoRequest, VideoImage};
use serde_json::{Map, Value};

use crate::declaration::{ToolTable, text};
use crate::language::Language;
use crate::parameters::Parameters;
use crate::reading;

const TABLE: ToolTable = ToolTable { name: "fuzz", parameters: &[&[text("p")]], outputs: &[] };

/// Reads a text in every way that a parameter may be read, and answers how many ways found something.
///
/// # Panics
/// When something was found that must not be sent on.
pub fn typed_text(written: &str) -> usize {
    let values = Map::from_iter([("p".to_owned(), Value::from(written))]);
    let Ok(parameters) = Parameters::new(&values, TABLE, Language::English) else { return 0 };
    let ids = parameters.ids("p", "element_id").unwrap_or_default();
    let plain = |id: &String| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    assert!(ids.iter().all(plain), "an id that does not look like one");
    let voices = parameters.ids("p", "voice_id").unwrap_or_default();
    assert!(voices.iter().all(|id| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))));
    let tags = parameters.ids("p", "tag_id").unwrap_or_default();
    assert!(tags.iter().all(|tag| tag.starts_with("o_")));
    let shots = parameters.shots("p").unwrap_or_default();
    assert!((1..).zip(&shots).all(|(place, shot)| shot.index == place && !shot.prompt.is_empty()));
    let found = [
        usize::from(reading::read(written).is_ok()),
        ids.len(),
        voices.len(),
        tags.len(),
        shots.len(),
        usize::from(parameters.camera("p").is_ok()),
        parameters.masks("p").unwrap_or_default().len(),
        parameters.reference_videos("p").unwrap_or_default().len(),
        parameters.links("p").unwrap_or_default().len(),
        usize::from(parameters.files("p").is_ok()),
        usize::from(parameters.duration("p").is_ok()),
        usize::from(parameters.series_amount("p").is_ok()),
        Handle::find_in(written).len(),
        references(written),
    ];
    found.into_iter().sum()
}

/// References that were rewritten are right: read again, they stay.
fn references(written: &str) -> usize {
    let mut request = OmniVideoRequest {
        prompt: Some(written.to_owned()),
        image_list: vec![VideoImage { image_url: Media::from("https://x.test/a.png"), role: None }; 2],
        element_list: vec![ElementRef::new("160")],
        ..OmniVideoRequest::default()
    };
    let told = request.rewrite_references().len();
    let once = request.prompt.clone();
    let again = request.rewrite_references();
    assert!(again.iter().all(|near| near.written.is_none()), "rewritten twice");
    assert_eq!(request.prompt, once);
    told
}

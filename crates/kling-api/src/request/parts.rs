//! What several requests are made of.

use serde::{Deserialize, Serialize, Serializer};

use crate::redact::redacted_debug;
use crate::{Id, Media};

/// One shot of a customized multi-shot video.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Shot {
    /// Its place, from 1.
    pub index: u32,
    /// What it shows.
    pub prompt: String,
    /// Whole seconds as text.
    pub duration: String,
}

redacted_debug!(Shot { index, duration } hidden { prompt });

/// A voice used by the prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Voice {
    /// A custom or preset voice's id.
    pub voice_id: String,
}

/// Whether a watermarked copy is made beside the clean one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct WatermarkInfo {
    /// True to make it.
    pub enabled: bool,
}

/// An element (subject) that the prompt may name as `<<<element_1>>>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ElementRef {
    /// The element's id: a 64-bit integer on the wire (vendor documentation 2026-09-20), text here so that none is
    /// ever rounded. A text that is no such integer is sent as it is, for Kling to judge.
    #[serde(serialize_with = "integer_if_it_is_one")]
    pub element_id: Id,
}

impl ElementRef {
    /// Refers to an element by its id.
    pub fn new(element_id: impl Into<String>) -> Self {
        Self { element_id: Id::new(element_id) }
    }

    /// The id as the wire's integer, if it is one.
    pub(crate) fn number(&self) -> Option<i64> {
        let text = self.element_id.as_str();
        let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'));
        if plain { text.parse().ok() } else { None }
    }
}

fn integer_if_it_is_one<S: Serializer>(id: &Id, serializer: S) -> Result<S::Ok, S::Error> {
    match (ElementRef { element_id: id.clone() }).number() {
        Some(number) => serializer.serialize_i64(number),
        None => serializer.serialize_str(id.as_str()),
    }
}

/// How the camera moves (vendor documentation 2026-03-27, section `camera_control`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CameraControl {
    /// `simple` (as in `config`), `down_back`, `forward_up`, `right_turn_forward` or `left_turn_forward`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The movement of `simple`; must be absent with every other type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<CameraConfig>,
}

/// One movement, -10 to 10: exactly one field is not 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CameraConfig {
    /// Left (negative) to right.
    pub horizontal: f64,
    /// Down (negative) to up.
    pub vertical: f64,
    /// Turns left (negative) or right.
    pub pan: f64,
    /// Turns down (negative) or up.
    pub tilt: f64,
    /// Counter-clockwise (negative) or clockwise.
    pub roll: f64,
    /// Longer focal length (negative) or shorter.
    pub zoom: f64,
}

impl CameraConfig {
    /// The movements with their names.
    pub(crate) fn movements(self) -> [(&'static str, f64); 6] {
        let Self { horizontal, vertical, pan, tilt, roll, zoom } = self;
        [
            ("camera_control.horizontal", horizontal),
            ("camera_control.vertical", vertical),
            ("camera_control.pan", pan),
            ("camera_control.tilt", tilt),
            ("camera_control.roll", roll),
            ("camera_control.zoom", zoom),
        ]
    }
}

/// An area of the picture and the way it moves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DynamicMask {
    /// The area, a picture of the same size as the image.
    pub mask: Media,
    /// Where the area goes.
    #[serde(default)]
    pub trajectories: Vec<Point>,
}

/// A pixel, counted from the lower left corner.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// To the right.
    pub x: i64,
    /// Upwards.
    pub y: i64,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn element_ids_are_written_as_the_integers_they_are() {
        for (id, written) in [
            ("160", json!(160)),
            ("800000000000000163", json!(800_000_000_000_000_163_i64)),
            ("9223372036854775807", json!(i64::MAX)),
            ("9223372036854775808", json!("9223372036854775808")),
            ("007", json!("007")),
            ("+5", json!("+5")),
            ("ele-1", json!("ele-1")),
            ("", json!("")),
        ] {
            assert_eq!(serde_json::to_value(ElementRef::new(id)).unwrap(), json!({"element_id": written}), "{id}");
        }
    }

    #[test]
    fn a_camera_takes_the_movements_it_is_given() {
        let camera: CameraControl = serde_json::from_value(json!({"type": "simple", "config": {"zoom": 5}})).unwrap();
        assert_eq!(camera.config.unwrap(), CameraConfig { zoom: 5.0, ..CameraConfig::default() });
        let preset = CameraControl { kind: "forward_up".into(), config: None };
        assert_eq!(serde_json::to_value(preset).unwrap(), json!({"type": "forward_up"}));
    }

    #[test]
    fn a_shot_hides_its_words() {
        let shot = Shot { index: 1, prompt: "secret plot".into(), duration: "5".into() };
        assert_eq!(format!("{shot:?}"), "Shot { index: 1, duration: \"5\", prompt: <11 characters> }");
    }
}

//! Camera movements.

use dify_plugin::Error;
use kling_api::{CameraConfig, CameraControl};
use serde_json::{Value, json};

use super::{Given, items};
use crate::parameters::{Parameters, scalar};
use crate::reading::{self, Reading};
use crate::texts::Expected;

/// The axes of a camera movement.
const AXES: [&str; 6] = ["horizontal", "vertical", "pan", "tilt", "roll", "zoom"];
impl Parameters<'_> {
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

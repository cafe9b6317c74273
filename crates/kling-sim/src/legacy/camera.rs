//! `camera_control`: a ready-made movement, or one number of six.

use crate::fields::Fields;
use crate::refusal::Refusal;

const TYPES: &[&str] = &["simple", "down_back", "forward_up", "right_turn_forward", "left_turn_forward"];
const AXES: &[&str] = &["horizontal", "vertical", "pan", "tilt", "roll", "zoom"];

pub(super) fn check(body: Fields<'_>) -> Result<(), Refusal> {
    let Some(control) = body.object("camera_control")? else {
        return Ok(());
    };
    if control.string("type")?.is_none() {
        return Err(Refusal::empty("camera_control.type"));
    }
    let kind = control.choice("type", TYPES)?;
    match (kind, control.object("config")?) {
        ("simple", None) => Err(Refusal::empty("camera_control.config")),
        ("simple", Some(config)) => check_config(config),
        (_, None) => Ok(()),
        (_, Some(_)) => Err(Refusal::parameter(format!("camera_control.config is not supported for type '{kind}'"))),
    }
}

fn check_config(config: Fields<'_>) -> Result<(), Refusal> {
    let mut moving = 0;
    for axis in AXES {
        let value = config.within(axis, -10.0..=10.0)?.unwrap_or_default();
        // Zero is written as zero, of either sign: nothing is computed here.
        moving += usize::from(value.abs() > 0.0);
    }
    if moving == 1 { Ok(()) } else { Err(Refusal::parameter("camera_control.config needs exactly one non-zero value")) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn accepts(control: &Value) -> bool {
        let body = json!({ "camera_control": control });
        check(Fields::of(&body).unwrap()).is_ok()
    }

    #[test]
    fn a_simple_movement_has_exactly_one_number_in_range() {
        assert!(accepts(&json!({ "type": "simple", "config": { "zoom": 5, "pan": 0 } })));
        assert!(accepts(&json!({ "type": "simple", "config": { "zoom": -10.0 } })));
        assert!(!accepts(&json!({ "type": "simple", "config": { "zoom": 5, "pan": 1 } })));
        assert!(!accepts(&json!({ "type": "simple", "config": { "zoom": 0 } })));
        assert!(!accepts(&json!({ "type": "simple", "config": { "zoom": 10.5 } })));
        assert!(!accepts(&json!({ "type": "simple" })));
    }

    #[test]
    fn a_ready_made_movement_has_no_numbers() {
        assert!(accepts(&json!({ "type": "down_back" })));
        assert!(accepts(&json!({ "type": "down_back", "config": null })));
        assert!(!accepts(&json!({ "type": "down_back", "config": { "zoom": 5 } })));
        assert!(!accepts(&json!({ "type": "spiral" })));
        assert!(!accepts(&json!({ "config": { "zoom": 5 } })));
    }
}

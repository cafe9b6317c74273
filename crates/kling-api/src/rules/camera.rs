//! `camera_control`.

use super::measures::{Broken, between, ensure, one_of};
use super::{LegacyVideo, Problem};

const TYPES: &[&str] = &["simple", "down_back", "forward_up", "right_turn_forward", "left_turn_forward"];

/// L6: `config` belongs to `simple` alone, each movement is -10 to 10 and exactly one is not 0.
pub(super) fn l6_camera(video: &LegacyVideo<'_>) -> Broken {
    let Some(camera) = video.camera else { return Ok(()) };
    if !video.is_unknown_model() {
        one_of("camera_control.type", Some(&camera.kind), TYPES)?;
    }
    let Some(config) = camera.config else {
        let required = Problem::Required { because: "camera_control.type" };
        return ensure(camera.kind != "simple", "camera_control.config", required);
    };
    let other = "camera_control.type";
    ensure(camera.kind == "simple", "camera_control.config", Problem::ExclusiveWith { other })?;
    let movements = config.movements();
    movements.iter().try_for_each(|(field, movement)| between(field, *movement, -10.0, 10.0))?;
    let found = movements.iter().filter(|(_, movement)| *movement != 0.0).count();
    ensure(found == 1, "camera_control.config", Problem::OneNonZero { found })
}

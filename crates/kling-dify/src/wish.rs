//! What several create tools read alike.

use dify_plugin::Error;
use kling_api::{ElementRef, Shot, VideoModel, WatermarkInfo};

use crate::parameters::Parameters;

/// Kling's own value, which Dify's form fills in for every model: not worth sending, and some models refuse the field.
const DEFAULT_CFG_SCALE: f64 = 0.5;

pub(crate) fn cfg_scale(parameters: &Parameters<'_>) -> Result<Option<f64>, Error> {
    Ok(parameters.number("cfg_scale")?.filter(|scale| (scale - DEFAULT_CFG_SCALE).abs() > f64::EPSILON))
}

/// The form's own mode, which models without modes do not take.
const DEFAULT_MODE: &str = "std";

/// The mode, left out where only the form named one and the model has none.
pub(crate) fn mode(parameters: &Parameters<'_>, model: Option<&str>) -> Result<Option<String>, Error> {
    let has_modes = model.and_then(VideoModel::find).is_none_or(|model| !model.abilities.modes.is_empty());
    Ok(parameters.word("mode")?.filter(|mode| has_modes || mode != DEFAULT_MODE))
}

/// Sound is off unless it is on: models without sound refuse the field.
pub(crate) fn sound(parameters: &Parameters<'_>) -> Result<Option<String>, Error> {
    Ok(parameters.word("sound")?.filter(|sound| sound != "off"))
}

pub(crate) fn watermark(parameters: &Parameters<'_>) -> Result<Option<WatermarkInfo>, Error> {
    Ok(parameters.flag("watermark")?.then_some(WatermarkInfo { enabled: true }))
}

pub(crate) fn elements(parameters: &Parameters<'_>) -> Result<Vec<ElementRef>, Error> {
    Ok(parameters.ids("element_list", "element_id")?.into_iter().map(ElementRef::new).collect())
}

/// Several shots in one video.
#[derive(Default)]
pub(crate) struct Shots {
    pub(crate) multi_shot: Option<bool>,
    pub(crate) shot_type: Option<String>,
    pub(crate) multi_prompt: Vec<Shot>,
}

/// Kling takes the type and the shots only with `multi_shot`; forms keep them filled in.
pub(crate) fn shots(parameters: &Parameters<'_>) -> Result<Shots, Error> {
    if !parameters.flag("multi_shot")? {
        return Ok(Shots::default());
    }
    let (shot_type, multi_prompt) = (parameters.word("shot_type")?, parameters.shots("multi_prompt")?);
    Ok(Shots { multi_shot: Some(true), shot_type, multi_prompt })
}

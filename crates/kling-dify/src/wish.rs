//! What several create tools read alike.

use dify_plugin::Error;
use kling_api::{ElementRef, Shot, VideoModel, WatermarkInfo};

use crate::opening::Opening;
use crate::parameters::Parameters;
use crate::texts::{self, Unused};

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
    Ok(parameters.switch("sound", ["on", "off"])?.filter(|sound| sound != "off"))
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

/// Kling takes the type and the shots only with `multi_shot`, which is a form's: an agent cannot set it, so that shots
/// that are given switch it on. What is not used is told.
pub(crate) fn shots(opening: &Opening<'_>) -> Result<Shots, Error> {
    const CUSTOM: &str = "customize";
    let parameters = &opening.parameters;
    let (wanted, mut shot_type) = (parameters.flag("multi_shot")?, parameters.word("shot_type")?);
    let mut multi_prompt = parameters.shots("multi_prompt")?;
    let has_prompt = parameters.value("prompt").is_some();
    if !wanted && multi_prompt.is_empty() {
        if shot_type.is_some() {
            opening.not_used("shot_type", Unused::OneShot);
        }
        return Ok(Shots::default());
    }
    let is_custom = shot_type.as_deref() == Some(CUSTOM);
    if !multi_prompt.is_empty() && !is_custom {
        let known_type = shot_type.as_deref().is_none_or(|word| word == "intelligence");
        if !wanted || shot_type.is_none() || (known_type && !has_prompt) {
            shot_type = Some(CUSTOM.to_owned());
        } else if known_type {
            multi_prompt.clear();
            opening.not_used("multi_prompt", Unused::KlingCuts);
        }
    }
    let switched = !wanted || (!is_custom && shot_type.as_deref() == Some(CUSTOM));
    if switched && !multi_prompt.is_empty() {
        opening.tell(texts::shots_switched_on(opening.language()));
    }
    if has_prompt && !multi_prompt.is_empty() && shot_type.as_deref() == Some(CUSTOM) {
        opening.not_used("prompt", Unused::ShotsSpeak);
    }
    Ok(Shots { multi_shot: Some(true), shot_type, multi_prompt })
}

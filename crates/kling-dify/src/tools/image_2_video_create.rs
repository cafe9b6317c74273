//! `image_2_video_create`: a video from a first picture, a last one, or both.

use dify_plugin::{Error, async_trait};
use kling_api::{Image2VideoRequest, Surface, Voice};
use kling_media::Limits;

use super::Creates;
use crate::declaration::{
    CALLER, MEDIA_OUTPUTS, MODES, Parameter, SECONDS, SHOT_TYPES, SOUNDS, ToolTable, VIDEO_FILE, VIDEO_RATIOS, WAIT,
    WATERMARK, choice, choice_or, file, flag, number_or, text,
};
use crate::opening::Opening;
use crate::order::Order;
use crate::texts::Unused;
use crate::wish::{Shots, cfg_scale, elements, mode, shots, sound, watermark};

const MODELS: &[&str] = &[
    "kling-v3",
    "kling-v2-6",
    "kling-v2-5-turbo",
    "kling-3.0-turbo",
    "kling-3.0",
    "kling-2.6",
    "kling-2.5-turbo",
    "kling-v2-1-master",
    "kling-v2-1",
    "kling-v2-master",
    "kling-v1-6",
    "kling-v1-5",
    "kling-v1",
];

const OWN: &[Parameter] = &[
    file("image"),
    text("image_url"),
    file("image_tail"),
    text("image_tail_url"),
    text("prompt"),
    choice_or("model_name", "kling-v3", MODELS),
    flag("multi_shot", false),
    choice("shot_type", SHOT_TYPES),
    text("multi_prompt"),
    text("negative_prompt"),
    text("element_list"),
    text("voice_list"),
    choice_or("sound", "off", SOUNDS),
    number_or("cfg_scale", "0.5"),
    choice_or("mode", "std", MODES),
    text("camera_control"),
    choice_or("duration", "5", SECONDS),
    // Kept for workflows of the existing plugin; Kling has no such field here, the picture decides.
    choice("aspect_ratio", VIDEO_RATIOS),
    file("static_mask"),
    text("dynamic_masks"),
];

pub(crate) struct Image2VideoCreate;

#[async_trait]
impl Creates for Image2VideoCreate {
    const TABLE: ToolTable = ToolTable {
        name: "image_2_video_create",
        parameters: &[OWN, WATERMARK, CALLER, WAIT, VIDEO_FILE],
        outputs: MEDIA_OUTPUTS,
    };

    async fn order(opening: &Opening<'_>) -> Result<Order, Error> {
        let parameters = &opening.parameters;
        let model_name = parameters.word("model_name")?;
        let limits = match Surface::of_model(model_name.as_deref().unwrap_or_default()) {
            Surface::New => (&Limits::NEW_IMAGE, &Limits::NEW_IMAGE),
            _ => (&Limits::LEGACY_IMAGE, &Limits::IMAGE_TAIL),
        };
        let Shots { multi_shot, shot_type, multi_prompt } = shots(opening)?;
        if parameters.word("aspect_ratio")?.is_some() {
            opening.not_used("aspect_ratio", Unused::FirstFrameDecides);
        }
        let voices = parameters.ids("voice_list", "voice_id")?;
        let mut request = Image2VideoRequest {
            prompt: parameters.text("prompt")?,
            negative_prompt: parameters.text("negative_prompt")?,
            multi_shot,
            shot_type,
            multi_prompt,
            element_list: elements(parameters)?,
            voice_list: voices.into_iter().map(|voice_id| Voice { voice_id }).collect(),
            sound: sound(parameters)?,
            cfg_scale: cfg_scale(parameters)?,
            mode: mode(parameters, model_name.as_deref())?,
            dynamic_masks: parameters.masks("dynamic_masks")?,
            camera_control: parameters.camera("camera_control")?,
            duration: parameters.duration("duration")?,
            watermark_info: watermark(parameters)?,
            callback_url: parameters.word("callback_url")?,
            external_task_id: Some(opening.external_task_id()),
            model_name,
            ..Image2VideoRequest::default()
        };
        // Fetched last: whatever is wrong with the texts is told without it.
        (request.image, request.image_tail, request.static_mask) = tokio::try_join!(
            opening.picture("image", limits.0),
            opening.picture("image_tail", limits.1),
            opening.picture("static_mask", &Limits::MASK),
        )?;
        for mask in &mut request.dynamic_masks {
            mask.mask = opening.media("dynamic_masks", &mask.mask, &Limits::MASK).await?;
        }
        Order::image2video(opening, request)
    }
}

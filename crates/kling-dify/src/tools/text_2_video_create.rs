//! `text_2_video_create`: a video from a prompt.

use dify_plugin::{Error, async_trait};
use kling_api::{Text2VideoRequest, Voice};

use super::Creates;
use crate::declaration::{
    CALLER, MEDIA_OUTPUTS, MODES, Parameter, SECONDS, SHOT_TYPES, SOUNDS, ToolTable, VIDEO_FILE, VIDEO_RATIOS, WAIT,
    WATERMARK, choice, choice_or, flag, number_or, text,
};
use crate::opening::Opening;
use crate::order::Order;
use crate::wish::{Shots, cfg_scale, mode, shots, sound, watermark};

const MODELS: &[&str] = &[
    "kling-v3",
    "kling-v2-6",
    "kling-v2-5-turbo",
    "kling-3.0-turbo",
    "kling-3.0",
    "kling-2.6",
    "kling-2.5-turbo",
    "kling-v2-1-master",
    "kling-v2-master",
    "kling-v1-6",
    "kling-v1",
];

const OWN: &[Parameter] = &[
    text("prompt"),
    choice_or("model_name", "kling-v3", MODELS),
    flag("multi_shot", false),
    choice("shot_type", SHOT_TYPES),
    text("multi_prompt"),
    text("negative_prompt"),
    text("voice_list"),
    choice_or("sound", "off", SOUNDS),
    number_or("cfg_scale", "0.5"),
    choice_or("mode", "std", MODES),
    text("camera_control"),
    choice_or("aspect_ratio", "16:9", VIDEO_RATIOS),
    choice_or("duration", "5", SECONDS),
];

pub(crate) struct Text2VideoCreate;

#[async_trait]
impl Creates for Text2VideoCreate {
    const TABLE: ToolTable = ToolTable {
        name: "text_2_video_create",
        parameters: &[OWN, WATERMARK, CALLER, WAIT, VIDEO_FILE],
        outputs: MEDIA_OUTPUTS,
    };

    async fn order(opening: &Opening<'_>) -> Result<Order, Error> {
        let parameters = &opening.parameters;
        let Shots { multi_shot, shot_type, multi_prompt } = shots(opening)?;
        let voices = parameters.ids("voice_list", "voice_id")?;
        let model_name = parameters.word("model_name")?;
        Order::text2video(
            opening,
            Text2VideoRequest {
                prompt: parameters.text("prompt")?,
                negative_prompt: parameters.text("negative_prompt")?,
                multi_shot,
                shot_type,
                multi_prompt,
                voice_list: voices.into_iter().map(|voice_id| Voice { voice_id }).collect(),
                sound: sound(parameters)?,
                cfg_scale: cfg_scale(parameters)?,
                mode: mode(parameters, model_name.as_deref())?,
                camera_control: parameters.camera("camera_control")?,
                aspect_ratio: parameters.word("aspect_ratio")?,
                duration: parameters.duration("duration")?,
                model_name,
                watermark_info: watermark(parameters)?,
                callback_url: parameters.word("callback_url")?,
                external_task_id: Some(opening.external_task_id()),
            },
        )
    }
}

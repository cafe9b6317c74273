//! `omni_video_create`: a video from pictures, elements, frames and a reference video.

use dify_plugin::{Error, async_trait};
use kling_api::{OmniVideoRequest, Surface, VideoImage};
use kling_media::Limits;

use super::Creates;
use crate::declaration::{
    CALLER, MEDIA_OUTPUTS, MODES, Parameter, SECONDS, SHOT_TYPES, SOUNDS, ToolTable, VIDEO_FILE, VIDEO_RATIOS, WAIT,
    WATERMARK, choice, choice_or, file, files, flag, text, text_of,
};
use crate::opening::Opening;
use crate::order::Order;
use crate::wish::{Shots, elements, shots, sound, watermark};

const OWN: &[Parameter] = &[
    choice_or("model_name", "kling-v3-omni", &["kling-v3-omni", "kling-video-o1", "kling-3.0-omni", "kling-o1"]),
    flag("multi_shot", false),
    choice("shot_type", SHOT_TYPES),
    text("prompt"),
    text("multi_prompt"),
    files("image_list"),
    text("image_urls"),
    file("first_frame"),
    text("first_frame_url"),
    file("end_frame"),
    text("end_frame_url"),
    text("element_list"),
    text("video_list"),
    choice_or("sound", "off", SOUNDS),
    choice_or("mode", "pro", MODES),
    choice("aspect_ratio", VIDEO_RATIOS),
    text_of("duration", "5", SECONDS),
];

/// What a reference video may be, by model; the rest takes what 3.0 Omni takes.
const VIDEO_LIMITS: &[(&str, Limits)] = &[
    ("kling-v3-omni", Limits::LEGACY_OMNI_VIDEO),
    ("kling-video-o1", Limits::LEGACY_O1_VIDEO),
    ("kling-o1", Limits::O1_REFERENCE_VIDEO),
];

/// Kling asks for a ratio where no first frame and no video to edit gives one (rules L8, N18); the form leaves it empty.
const RATIO_WITHOUT_INPUT: &str = "16:9";

pub(crate) struct OmniVideoCreate;

#[async_trait]
impl Creates for OmniVideoCreate {
    const TABLE: ToolTable = ToolTable {
        name: "omni_video_create",
        parameters: &[OWN, WATERMARK, CALLER, WAIT, VIDEO_FILE],
        outputs: MEDIA_OUTPUTS,
    };

    async fn order(opening: &Opening<'_>) -> Result<Order, Error> {
        let parameters = &opening.parameters;
        let model_name = parameters.word("model_name")?;
        let model = model_name.as_deref().unwrap_or_default();
        let limits = match Surface::of_model(model) {
            Surface::New => &Limits::NEW_IMAGE,
            _ => &Limits::LEGACY_IMAGE,
        };
        let row = VIDEO_LIMITS.iter().find(|(name, _)| *name == model);
        let video_limits = row.map_or(&Limits::OMNI_REFERENCE_VIDEO, |(_, limits)| limits);
        let Shots { multi_shot, shot_type, multi_prompt } = shots(opening)?;
        let mut request = OmniVideoRequest {
            model_name,
            prompt: parameters.text("prompt")?,
            multi_shot,
            shot_type,
            multi_prompt,
            element_list: elements(parameters)?,
            video_list: parameters.reference_videos("video_list")?,
            sound: sound(parameters)?,
            mode: parameters.word("mode")?,
            aspect_ratio: parameters.word("aspect_ratio")?,
            duration: parameters.duration("duration")?,
            watermark_info: watermark(parameters)?,
            callback_url: parameters.word("callback_url")?,
            external_task_id: Some(opening.external_task_id()),
            image_list: Vec::new(),
        };
        for video in &mut request.video_list {
            video.video_url = opening.media("video_list", &video.video_url, video_limits).await?;
        }
        // References first: `<<<image_1>>>` is the first of `image_list`, whatever frames there are.
        let (references, first_frame, end_frame) = tokio::try_join!(
            opening.pictures("image_list", limits),
            opening.picture("first_frame", limits),
            opening.picture("end_frame", limits),
        )?;
        request.image_list = references.into_iter().map(|image_url| VideoImage { image_url, role: None }).collect();
        // A video to refer to gives none, a video to edit does.
        let edits = request.video_list.iter().any(|video| video.refer_type.as_deref() != Some("feature"));
        if first_frame.is_none() && !edits {
            request.aspect_ratio.get_or_insert_with(|| RATIO_WITHOUT_INPUT.to_owned());
        }
        for (frame, role) in [(first_frame, "first_frame"), (end_frame, "end_frame")] {
            request.image_list.extend(frame.map(|image_url| VideoImage { image_url, role: Some(role.to_owned()) }));
        }
        Order::omni_video(opening, request)
    }
}

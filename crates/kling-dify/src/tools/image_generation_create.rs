//! `image_generation_create`: pictures from a prompt, with or without a picture to start from.

use dify_plugin::{Error, async_trait};
use kling_api::ImageGenerationRequest;
use kling_media::Limits;

use super::Creates;
use crate::declaration::{
    CALLER, IMAGE_FILE, MEDIA_OUTPUTS, Parameter, ToolTable, WAIT, WATERMARK, choice, choice_or, file, number, text,
};
use crate::opening::Opening;
use crate::order::Order;
use crate::wish::{elements, watermark};

const MODELS: &[&str] = &["kling-v3", "kling-v2-1", "kling-v2-new", "kling-v2", "kling-v1-5", "kling-v1"];
const RATIOS: &[&str] = &["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"];

const OWN: &[Parameter] = &[
    text("prompt"),
    choice_or("model_name", "kling-v3", MODELS),
    text("negative_prompt"),
    file("image"),
    text("image_url"),
    choice("image_reference", &["subject", "face"]),
    number("image_fidelity"),
    number("human_fidelity"),
    text("element_list"),
    choice_or("resolution", "1k", &["1k", "2k"]),
    number("n"),
    choice_or("aspect_ratio", "16:9", RATIOS),
];

pub(crate) struct ImageGenerationCreate;

#[async_trait]
impl Creates for ImageGenerationCreate {
    const TABLE: ToolTable = ToolTable {
        name: "image_generation_create",
        parameters: &[OWN, WATERMARK, CALLER, WAIT, IMAGE_FILE],
        outputs: MEDIA_OUTPUTS,
    };

    async fn order(opening: &Opening<'_>) -> Result<Order, Error> {
        let parameters = &opening.parameters;
        let request = ImageGenerationRequest {
            model_name: parameters.word("model_name")?,
            prompt: parameters.text("prompt")?,
            negative_prompt: parameters.text("negative_prompt")?,
            image_reference: parameters.word("image_reference")?,
            image_fidelity: parameters.number("image_fidelity")?,
            human_fidelity: parameters.number("human_fidelity")?,
            element_list: elements(parameters)?,
            resolution: parameters.word("resolution")?,
            n: parameters.count("n")?,
            aspect_ratio: parameters.word("aspect_ratio")?,
            watermark_info: watermark(parameters)?,
            callback_url: parameters.word("callback_url")?,
            external_task_id: Some(opening.external_task_id()),
            image: opening.picture("image", &Limits::LEGACY_IMAGE).await?,
        };
        Order::image_generation(opening, request)
    }
}

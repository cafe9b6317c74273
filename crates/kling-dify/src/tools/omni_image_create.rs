//! `omni_image_create`: pictures, or a series of them, from a prompt, pictures and elements.

use dify_plugin::{Error, async_trait};
use kling_api::{DEFAULT_OMNI_IMAGE_MODEL, InputImage, OmniImageRequest, SeriesAmount};
use kling_media::Limits;

use super::Creates;
use crate::declaration::{
    CALLER, IMAGE_FILE, MEDIA_OUTPUTS, Parameter, ToolTable, WAIT, WATERMARK, choice_or, files, flag, number, text,
};
use crate::opening::Opening;
use crate::order::Order;
use crate::texts::Unused;
use crate::wish::{elements, watermark};

const RATIOS: &[&str] = &["auto", "16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"];

const OWN: &[Parameter] = &[
    text("prompt"),
    choice_or("model_name", DEFAULT_OMNI_IMAGE_MODEL, &["kling-v3-omni", "kling-image-o1"]),
    files("image_list"),
    text("image_urls"),
    text("element_list"),
    choice_or("resolution", "1k", &["1k", "2k", "4k"]),
    choice_or("result_type", "single", &["single", "series"]),
    number("n"),
    number("series_amount"),
    flag("series_auto", false),
    choice_or("aspect_ratio", "auto", RATIOS),
];

pub(crate) struct OmniImageCreate;

#[async_trait]
impl Creates for OmniImageCreate {
    const TABLE: ToolTable = ToolTable {
        name: "omni_image_create",
        parameters: &[OWN, WATERMARK, CALLER, WAIT, IMAGE_FILE],
        outputs: MEDIA_OUTPUTS,
    };

    async fn order(opening: &Opening<'_>) -> Result<Order, Error> {
        let parameters = &opening.parameters;
        let series = parameters.word("result_type")?.as_deref() == Some("series");
        // Kling takes each of the two with its own kind of result only; forms keep both filled in.
        let unused = |name, why| {
            if parameters.is_given(name) {
                opening.not_used(name, why);
            }
        };
        let (n, amount, auto) =
            (parameters.count("n")?, parameters.series_amount("series_amount")?, parameters.flag("series_auto")?);
        let (n, series_amount) = match (series, auto) {
            (false, _) => {
                unused("series_amount", Unused::Single);
                if auto {
                    opening.not_used("series_auto", Unused::Single);
                }
                (n, None)
            }
            (true, true) => {
                unused("n", Unused::Series);
                if amount != Some(SeriesAmount::Auto) {
                    unused("series_amount", Unused::AutomaticSeries);
                }
                (None, Some(SeriesAmount::Auto))
            }
            (true, false) => {
                unused("n", Unused::Series);
                (None, amount)
            }
        };
        let mut request = OmniImageRequest {
            model_name: parameters.word("model_name")?,
            prompt: parameters.text("prompt")?,
            element_list: elements(parameters)?,
            resolution: parameters.word("resolution")?,
            result_type: parameters.word("result_type")?,
            n,
            series_amount,
            aspect_ratio: parameters.word("aspect_ratio")?,
            watermark_info: watermark(parameters)?,
            callback_url: parameters.word("callback_url")?,
            external_task_id: Some(opening.external_task_id()),
            image_list: opening
                .pictures("image_list", &Limits::LEGACY_IMAGE)
                .await?
                .into_iter()
                .map(|image| InputImage { image })
                .collect(),
        };
        // The form's `auto` follows a picture; without one, this model has no `auto` (capability map, 2026-05-19).
        let text_only = request.image_list.is_empty() && request.element_list.is_empty();
        if text_only && request.model_name.as_deref() == Some(DEFAULT_OMNI_IMAGE_MODEL) {
            request.aspect_ratio = request.aspect_ratio.filter(|ratio| ratio != "auto").or(Some("16:9".to_owned()));
        }
        Order::omni_image(opening, request)
    }
}

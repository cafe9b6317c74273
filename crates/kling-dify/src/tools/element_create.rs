//! `element_create`: a subject that later videos and pictures can use, from pictures or a video.

use dify_plugin::{Error, async_trait};
use kling_api::{ElementImage, ElementImages, ElementRequest, ElementTag};
use kling_media::Limits;

use super::Creates;
use crate::declaration::{CALLER, ELEMENT_OUTPUTS, Parameter, ToolTable, WAIT, choice, file, files, text};
use crate::opening::Opening;
use crate::order::Order;
use crate::texts::Unused;

const OWN: &[Parameter] = &[
    text("element_name"),
    text("element_description"),
    choice("reference_type", &["image_refer", "video_refer"]),
    file("element_frontal_image"),
    files("element_refer_images"),
    text("element_video_list"),
    text("element_voice_id"),
    text("tag_list"),
];

pub(crate) struct ElementCreate;

#[async_trait]
impl Creates for ElementCreate {
    const TABLE: ToolTable =
        ToolTable { name: "element_create", parameters: &[OWN, CALLER, WAIT], outputs: ELEMENT_OUTPUTS };

    async fn order(opening: &Opening<'_>) -> Result<Order, Error> {
        let parameters = &opening.parameters;
        let reference_type = parameters.word("reference_type")?.unwrap_or_default();
        // Kling ignores the list of the other type; forms keep it filled in.
        let (from_pictures, from_video) = (reference_type != "video_refer", reference_type != "image_refer");
        let unused: (&[&'static str], _) = match reference_type.as_str() {
            "image_refer" => (&["element_video_list"], Unused::MadeFromImages),
            "video_refer" => (&["element_frontal_image", "element_refer_images"], Unused::MadeFromVideo),
            _ => (&[], Unused::MadeFromImages),
        };
        unused.0.iter().filter(|name| parameters.is_given(name)).for_each(|name| opening.not_used(name, unused.1));
        let mut request = ElementRequest {
            element_name: parameters.word("element_name")?.unwrap_or_default(),
            element_description: parameters.word("element_description")?.unwrap_or_default(),
            reference_type,
            element_image_list: None,
            element_video_list: if from_video { parameters.element_videos("element_video_list")? } else { None },
            element_voice_id: parameters.one_id("element_voice_id", "voice_id")?,
            tag_list: parameters.ids("tag_list", "tag_id")?.into_iter().map(|tag_id| ElementTag { tag_id }).collect(),
            callback_url: parameters.word("callback_url")?,
            external_task_id: Some(opening.external_task_id()),
        };
        for video in request.element_video_list.iter_mut().flat_map(|list| &mut list.refer_videos) {
            video.video_url = opening.media("element_video_list", &video.video_url, &Limits::ELEMENT_VIDEO).await?;
        }
        let limits = &Limits::LEGACY_IMAGE;
        let (frontal, others) = if from_pictures {
            let frontal = opening.picture("element_frontal_image", limits);
            tokio::try_join!(frontal, opening.pictures("element_refer_images", limits))?
        } else {
            (None, Vec::new())
        };
        if let Some(frontal_image) = frontal {
            let refer_images = others.into_iter().map(|image_url| ElementImage { image_url }).collect();
            request.element_image_list = Some(ElementImages { frontal_image, refer_images });
        }
        Order::element(opening, request)
    }
}

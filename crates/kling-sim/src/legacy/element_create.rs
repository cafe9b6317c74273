//! `POST /v1/general/advanced-custom-elements` (since 2026-02-25).

use super::Endpoint;
use crate::fields::Fields;
use crate::media::{self, PictureRules};
use crate::order::Options;
use crate::prices::Units;
use crate::refusal::Refusal;
use crate::state::SimState;
use crate::tasks::{ElementKind, ElementOrder, NewTask, Outcome, Product};

const PATH: &str = "/v1/general/advanced-custom-elements";
pub(super) const ENDPOINT: Endpoint = Endpoint { path: PATH, check };

const LONGEST_NAME: usize = 20;
const LONGEST_DESCRIPTION: usize = 100;
const MOST_REFER_IMAGES: usize = 3;
/// Hottest, character, animal, item, costume, scene, effect, others.
const TAGS: &[&str] = &["o_101", "o_102", "o_103", "o_104", "o_105", "o_106", "o_107", "o_108"];

fn check(body: Fields<'_>, _: &SimState) -> Result<NewTask, Refusal> {
    let words = |name: &str, longest| body.text(name, longest)?.ok_or_else(|| Refusal::empty(name));
    let name = words("element_name", LONGEST_NAME)?;
    let description = words("element_description", LONGEST_DESCRIPTION)?;
    body.needed("reference_type", "reference_type")?;
    let kind = match body.choice("reference_type", &["image_refer", "video_refer"])? {
        "image_refer" => ElementKind::MultiImage,
        _ => ElementKind::VideoCharacter,
    };
    let refer_images = match kind {
        ElementKind::MultiImage => check_images(body)?,
        ElementKind::VideoCharacter => check_video(body).map(|()| 0)?,
    };
    let voice_id = body.string("element_voice_id")?.filter(|id| !id.is_empty());
    let tags: Vec<String> = body.objects("tag_list")?.into_iter().map(tag).collect::<Result<_, _>>()?;
    let options = Options::of(body)?;
    Ok(NewTask {
        path: PATH,
        model: String::new(),
        external_id: options.external_id,
        outcome: Outcome::of([name, description]),
        watermark: false,
        product: Product::Element(ElementOrder {
            name: name.to_owned(),
            description: description.to_owned(),
            kind,
            refer_images,
            voice_id: voice_id.map(str::to_owned),
            tags,
        }),
        price: Units::ZERO,
    })
}

/// A frontal picture and one to three others; returns how many others.
fn check_images(body: Fields<'_>) -> Result<usize, Refusal> {
    let list = body.object("element_image_list")?.ok_or_else(|| Refusal::empty("element_image_list"))?;
    let frontal = list.needed("frontal_image", "element_image_list.frontal_image")?;
    media::picture("element_image_list.frontal_image", frontal, PictureRules::LEGACY)?;
    let others = list.objects("refer_images")?;
    match others.len() {
        0 => return Err(Refusal::empty("element_image_list.refer_images")),
        1..=MOST_REFER_IMAGES => {}
        many => return Err(Refusal::too_many("element_image_list.refer_images", many, MOST_REFER_IMAGES)),
    }
    for other in &others {
        let url = other.needed("image_url", "element_image_list.refer_images.image_url")?;
        media::picture("element_image_list.refer_images.image_url", url, PictureRules::LEGACY)?;
    }
    Ok(others.len())
}

fn check_video(body: Fields<'_>) -> Result<(), Refusal> {
    let list = body.object("element_video_list")?.ok_or_else(|| Refusal::empty("element_video_list"))?;
    match list.objects("refer_videos")?[..] {
        [] => Err(Refusal::empty("element_video_list.refer_videos")),
        [video] => {
            let url = video.string("video_url")?.unwrap_or_default();
            media::video("element_video_list.refer_videos.video_url", url)
        }
        ref many => Err(Refusal::too_many("element_video_list.refer_videos", many.len(), 1)),
    }
}

fn tag(tag: Fields<'_>) -> Result<String, Refusal> {
    let id = tag.needed("tag_id", "tag_list.tag_id")?;
    if TAGS.contains(&id) { Ok(id.to_owned()) } else { Err(Refusal::value("tag_list.tag_id", id)) }
}

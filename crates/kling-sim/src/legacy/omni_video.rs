//! `POST /v1/videos/omni-video`.

use super::{Endpoint, elements, models, shots};
use crate::fields::Fields;
use crate::media::{self, PictureRules};
use crate::omni::{self, Inputs, VideoUse};
use crate::order::{Options, Seconds};
use crate::prices::{self, Feature};
use crate::references;
use crate::refusal::Refusal;
use crate::state::SimState;
use crate::tasks::{NewTask, Outcome, Product};

const PATH: &str = "/v1/videos/omni-video";
pub(super) const ENDPOINT: Endpoint = Endpoint { path: PATH, check };

const O1: &str = "kling-video-o1";
/// The length a base video is taken to have.
const BASE_SECONDS: u32 = 5;

fn check(body: Fields<'_>, state: &SimState) -> Result<NewTask, Refusal> {
    let name = models::one_of(body.string("model_name")?, &[O1, "kling-v3-omni"])?;
    let (product, modes, lengths): (_, &[&'static str], _) = match name {
        O1 => (omni::Product::O1, &["pro", "std"], Seconds::UpTo(10)),
        _ => (omni::Product::Omni3, &["pro", "std", "4k"], Seconds::UpTo(15)),
    };
    let mode = body.choice("mode", modes)?;
    let sound = body.choice("sound", &["off", "on"])? == "on";

    let mut inputs = Inputs::default();
    let images = read_images(body, &mut inputs)?;
    let videos = read_video(body, &mut inputs)?;
    let elements = elements::kinds(body, state)?;
    for kind in &elements {
        inputs.add_element(*kind);
    }
    check_ratio(body, &inputs)?;
    let asked = asked_seconds(body, product, &inputs, lengths)?;

    let prompts = shots::needed(body, asked)?;
    for prompt in &prompts {
        references::check_marks(prompt, &[("image", images), ("element", elements.len()), ("video", videos)])?;
    }
    inputs.check(product)?;
    if sound && inputs.video.is_some() {
        return Err(Refusal::value("sound", "on"));
    }
    check_shots_with_feature(body, &inputs)?;
    let options = Options::of(body)?;

    let seconds = if inputs.video == Some(VideoUse::Base) { BASE_SECONDS } else { asked };
    let feature = match (inputs.video, sound) {
        (Some(_), _) => Feature::WithVideo,
        (None, true) => Feature::Native,
        (None, false) => Feature::Silent,
    };
    Ok(NewTask {
        path: PATH,
        model: name.to_owned(),
        external_id: options.external_id,
        outcome: Outcome::of(prompts.iter().copied()),
        watermark: options.watermark,
        product: Product::Video { seconds },
        price: prices::video(name, feature, prices::resolution_of(mode), seconds),
    })
}

/// `image_list`: frames, and pictures to go by. Returns how many there are.
fn read_images(body: Fields<'_>, inputs: &mut Inputs) -> Result<usize, Refusal> {
    let images = body.objects("image_list")?;
    for image in &images {
        let url = image.needed("image_url", "image_list.image_url")?;
        media::picture("image_list.image_url", url, PictureRules::LEGACY)?;
        let kind = image.string("type")?.filter(|kind| !kind.is_empty());
        let frame = match kind {
            None => {
                inputs.images += 1;
                continue;
            }
            Some("first_frame") => &mut inputs.first_frame,
            Some("end_frame") => &mut inputs.last_frame,
            Some(other) => return Err(Refusal::value("image_list.type", other)),
        };
        if std::mem::replace(frame, true) {
            return Err(Refusal::parameter(format!("image_list has more than one {}", kind.unwrap_or_default())));
        }
    }
    Ok(images.len())
}

/// `video_list`: one at most. Returns how many there are.
fn read_video(body: Fields<'_>, inputs: &mut Inputs) -> Result<usize, Refusal> {
    let videos = body.objects("video_list")?;
    if videos.len() > 1 {
        return Err(Refusal::too_many("video_list", videos.len(), 1));
    }
    for video in &videos {
        media::video("video_list.video_url", video.string("video_url")?.unwrap_or_default())?;
        let base = video.choice("refer_type", &["base", "feature"])? == "base";
        inputs.video = Some(if base { VideoUse::Base } else { VideoUse::Feature });
        video.choice("keep_original_sound", &["yes", "no"])?;
    }
    Ok(videos.len())
}

/// `aspect_ratio` is needed unless a first frame or a base video has one.
fn check_ratio(body: Fields<'_>, inputs: &Inputs) -> Result<(), Refusal> {
    body.choice("aspect_ratio", &["16:9", "9:16", "1:1"])?;
    let implied = inputs.first_frame || inputs.video == Some(VideoUse::Base);
    if !implied && body.string("aspect_ratio")?.is_none() {
        return Err(Refusal::empty("aspect_ratio"));
    }
    Ok(())
}

/// `duration`, which does not count when a video is edited.
fn asked_seconds(body: Fields<'_>, product: omni::Product, inputs: &Inputs, lengths: Seconds) -> Result<u32, Refusal> {
    let duration = body.string("duration")?;
    if inputs.video == Some(VideoUse::Base) {
        return Ok(duration.and_then(|given| models::seconds(given, lengths).ok()).unwrap_or(BASE_SECONDS));
    }
    let seconds = models::seconds(duration.unwrap_or("5"), lengths)?;
    if product == omni::Product::O1 {
        inputs.check_o1_seconds(seconds)?;
    }
    Ok(seconds)
}

/// Shots after a given video are the model's own affair.
fn check_shots_with_feature(body: Fields<'_>, inputs: &Inputs) -> Result<(), Refusal> {
    let customized = body.boolean("multi_shot")?.unwrap_or(false)
        && body.string("shot_type")?.is_some_and(|kind| kind == "customize");
    if customized && inputs.video == Some(VideoUse::Feature) {
        return Err(Refusal::value("shot_type", "customize"));
    }
    Ok(())
}

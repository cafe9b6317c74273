//! Requests of the new surface.

use super::measures::{Broken, at_most_chars, caller, ensure, ensure_or, items, media, not_with, present, url};
use super::omni::{Omni, OmniModel};
use super::{Checked, MAX_PROMPT_CHARS, Problem, Rule, Violation, all_broken, first_broken, path_settings as settings};
use crate::prompt::references;
use crate::{Content, NewTasksPage, PATH_ENDPOINTS, PathEndpoint, PathRequest, Product, Surface};

const RULES: &[Rule<PathRequest>] = &[
    v1_path,
    prompt_or_contents,
    v2_contents,
    v4_prompt_length,
    v3_ids_are_unique,
    v3_references_exist,
    c4_media,
    n1_one_first_frame,
    settings::v5_shots,
    settings::v6_resolution,
    settings::v7_duration,
    settings::v8_audio,
    c3_c4_caller,
];

const WARNINGS: &[Rule<PathRequest>] = &[
    n23_prompt_may_be_needed,
    v3_ids_are_apart,
    v4_long_prompt,
    base64_is_unconfirmed,
    settings::v8_audio_is_not_documented,
    settings::n24_duration_of_an_edit,
];

/// What a model's path demands beyond its row in [`PATH_ENDPOINTS`].
const CONDITIONS: &[(Product, &str, &[Rule<PathRequest>])] = &[
    (Product::ImageToVideo, "kling-3.0", &[n2_elements]),
    (Product::TextToVideo, "kling-2.6", &[settings::n3_native_needs_1080p]),
    (
        Product::ImageToVideo,
        "kling-2.6",
        &[
            n5_voices,
            settings::n5_voice_needs_native,
            settings::n3_native_needs_1080p,
            settings::n4_both_frames_are_silent,
            settings::n4_n6_both_frames_need_1080p,
        ],
    ),
    (Product::ImageToVideo, "kling-2.5-turbo", &[settings::n4_n6_both_frames_need_1080p]),
    (
        Product::OmniVideo,
        "kling-3.0-omni",
        &[omni_frames, omni_conditions, settings::n7_feature_video_is_multi_shot, settings::n18_aspect_ratio],
    ),
    (Product::OmniVideo, "kling-o1", &[omni_frames, omni_conditions, settings::n18_aspect_ratio]),
    (Product::MotionControl, "kling-3.0", &[v9_one_image_one_video, settings::n19_orientation, settings::n20_element]),
    (Product::MotionControl, "kling-2.6", &[v9_one_image_one_video, settings::n19_orientation]),
];

impl PathRequest {
    /// Applies the rules of the new surface. Fields and values are named in its words, see
    /// [`Violation::in_legacy_words`].
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn check(self) -> Result<Checked<Self>, Violation> {
        first_broken(&self, RULES)?;
        first_broken(&self, self.conditions())?;
        Ok(Checked::assume(self))
    }

    /// What may be refused or ignored according to uncertain sources.
    pub fn warnings(&self) -> Vec<Violation> {
        all_broken(self, WARNINGS).into_iter().chain(omni(self).warnings()).collect()
    }

    fn conditions(&self) -> &'static [Rule<Self>] {
        let of_this =
            |(product, model, _): &&(Product, &str, _)| self.product() == Some(*product) && self.model() == *model;
        CONDITIONS.iter().find(of_this).map_or(&[], |(_, _, rules)| rules)
    }
}

fn omni(request: &PathRequest) -> Omni {
    let body = &request.body.settings;
    Omni {
        surface: Surface::New,
        model: OmniModel::find(request.model()).filter(|_| request.product() == Some(Product::OmniVideo)),
        first_frames: request.count("first_frame"),
        last_frames: request.count("last_frame"),
        refer_images: request.count("refer_image"),
        elements: request.count("element"),
        feature_videos: request.count("feature_video"),
        base_videos: request.count("base_video"),
        audio: settings::AUDIO.iter().copied().find(|word| body.audio.as_deref() == Some(*word)),
        multi_shot: body.multi_shot,
        seconds: body.duration,
    }
}

/// V1: the path is one of the surface's, and a model known here is one of that product's.
fn v1_path(request: &PathRequest) -> Broken {
    let Some(product) = request.product() else {
        let allowed = Product::ALL.map(Product::segment).join(", ");
        return Err(Violation { field: "path", problem: Problem::NotOneOf { allowed } });
    };
    let known = PATH_ENDPOINTS.iter().any(|endpoint| endpoint.model == request.model());
    ensure_or(!known || request.endpoint().is_some(), "model_name", || Problem::NotOneOf {
        allowed: PathEndpoint::models(product).collect::<Vec<_>>().join(", "),
    })
}

/// Text to video has a `prompt`, everything else `contents`; without them the server says so (live, 2026-09-28).
fn prompt_or_contents(request: &PathRequest) -> Broken {
    if request.product() == Some(Product::TextToVideo) {
        present("prompt", request.body.prompt.as_deref())
    } else {
        ensure(!request.body.contents.is_empty(), "contents", Problem::Empty)
    }
}

/// V2: contents are of the path's types, and one prompt at most is among them.
fn v2_contents(request: &PathRequest) -> Broken {
    items("prompt", request.count("prompt"), 0, 1)?;
    let Some(endpoint) = request.endpoint() else { return Ok(()) };
    request
        .body
        .contents
        .iter()
        .try_for_each(|content| not_with(endpoint.contents.contains(&content.kind()), content.kind(), request.model()))
}

/// V3: no name twice.
fn v3_ids_are_unique(request: &PathRequest) -> Broken {
    let ids: Vec<_> = request.body.contents.iter().filter_map(Content::id).collect();
    let twice = ids.iter().enumerate().any(|(place, id)| ids.iter().take(place).any(|other| other == id));
    ensure(!twice, "contents.id", Problem::Duplicate)
}

/// V3: no name begins like another.
fn v3_ids_are_apart(request: &PathRequest) -> Broken {
    let ids: Vec<_> = request.body.contents.iter().filter_map(Content::id).collect();
    let alike = ids.iter().any(|id| ids.iter().any(|other| other != id && other.starts_with(id)));
    ensure(!alike, "contents.id", Problem::Ambiguous)
}

/// V3: what the prompt refers to is there. Only names like `@image_1` are certain to be references.
fn v3_references_exist(request: &PathRequest) -> Broken {
    let given = |name: &str| request.body.contents.iter().any(|content| content.id() == Some(name));
    references::new_surface(request.prompt().unwrap_or_default()).try_for_each(|reference| {
        let name = reference.to_string();
        ensure(given(&name), "prompt", Problem::MissingReference { name })
    })
}

/// V4: the path's length of a prompt.
fn v4_prompt_length(request: &PathRequest) -> Broken {
    let Some(endpoint) = request.endpoint() else { return Ok(()) };
    at_most_chars("prompt", request.prompt().unwrap_or_default(), endpoint.prompt_chars)
}

/// V4: the vendor advises against more than 2500 characters where 3072 are taken.
fn v4_long_prompt(request: &PathRequest) -> Broken {
    at_most_chars("prompt", request.prompt().unwrap_or_default(), MAX_PROMPT_CHARS)
}

/// N23: whether `contents` may be without a prompt is not documented.
fn n23_prompt_may_be_needed(request: &PathRequest) -> Broken {
    let there = request.prompt().is_some_and(|prompt| !prompt.trim().is_empty());
    ensure(there, "prompt", Problem::Unconfirmed)
}

fn c4_media(request: &PathRequest) -> Broken {
    request.body.contents.iter().try_for_each(|content| match content.media() {
        Some((picture, true)) => media(content.kind(), [picture]),
        Some((video, false)) => url(content.kind(), video.as_str()),
        None => Ok(()),
    })
}

/// The pages take Base64 and do not repeat how; one client's author found only URLs to work.
fn base64_is_unconfirmed(request: &PathRequest) -> Broken {
    let file = request
        .body
        .contents
        .iter()
        .find(|content| content.media().is_some_and(|(media, _)| media.kind() == crate::MediaKind::Base64));
    file.map_or(Ok(()), |content| ensure(false, content.kind(), Problem::Unconfirmed))
}

fn c3_c4_caller(request: &PathRequest) -> Broken {
    caller(request.body.options.callback_url.as_deref(), request.external_task_id())
}

/// N1: image to video begins with exactly one frame, and ends with one at most.
fn n1_one_first_frame(request: &PathRequest) -> Broken {
    if request.product() != Some(Product::ImageToVideo) {
        return Ok(());
    }
    let (first, last) = (request.count("first_frame"), request.count("last_frame"));
    ensure(first > 0 || last == 0, "first_frame", Problem::Required { because: "last_frame" })?;
    ensure(first > 0, "first_frame", Problem::Empty)?;
    items("first_frame", first, 1, 1)?;
    items("last_frame", last, 0, 1)
}

/// N2: at most three elements.
fn n2_elements(request: &PathRequest) -> Broken {
    items("element", request.count("element"), 0, super::MAX_I2V_ELEMENTS)
}

/// N5: at most two voices.
fn n5_voices(request: &PathRequest) -> Broken {
    items("voice", request.count("voice"), 0, super::MAX_VOICES)
}

/// N1: a last frame is refused without a first one everywhere.
fn omni_frames(request: &PathRequest) -> Broken {
    let (first, last) = (request.count("first_frame"), request.count("last_frame"));
    items("first_frame", first, 0, 1)?;
    items("last_frame", last, 0, 1)?;
    ensure(first > 0 || last == 0, "first_frame", Problem::Required { because: "last_frame" })
}

/// N7 to N17, see [`super::omni`].
fn omni_conditions(request: &PathRequest) -> Broken {
    omni(request).check()
}

/// V9: one picture and one video.
fn v9_one_image_one_video(request: &PathRequest) -> Broken {
    items("image", request.count("image"), 1, 1)?;
    items("video", request.count("video"), 1, 1)
}

/// C8: 1 to 500 tasks; a time that begins before it ends, unless a cursor replaces it.
pub(crate) fn c8_task_page(page: &NewTasksPage) -> Broken {
    if let Some(limit) = page.limit {
        super::measures::between("limit", f64::from(limit), 1.0, 500.0)?;
    }
    let (Some(start), Some(end), None) = (page.start_time, page.end_time, page.cursor.as_deref()) else {
        return Ok(());
    };
    ensure(start < end, "start_time", Problem::NotLess { other: "end_time" })
}

//! Legacy-shaped requests in the new surface's words: one wish, two surfaces.
//!
//! A path that this release has not heard of is taken to know everything a path can know; the server ignores what it does
//! not know (live, 2026-09-19).

use super::endpoint::{MultiShot, PathEndpoint};
use super::request::{Content, PathBody, PathOptions, PathRequest, PathSettings};
use crate::prompt::{references, shots};
use crate::rules::{LegacyVideo, Problem, Violation, check_words_and_shots, not_with};
use crate::{
    ElementRef, Image2VideoRequest, Media, OmniVideoRequest, ReferenceVideo, Surface, TaskPath, Text2VideoRequest,
    WatermarkInfo,
};

impl Text2VideoRequest {
    /// The same wish for the new surface, for a model of that surface.
    ///
    /// # Errors
    /// When the model is none of the new surface, when a field has no counterpart there, or when words or shots cannot be
    /// read. Fields are named as here. The rest is left to [`PathRequest::check`].
    pub fn for_new_surface(self) -> Result<PathRequest, Violation> {
        let form = self.form();
        let path = path_of(&form)?;
        for (field, used) in [
            ("negative_prompt", is_set(self.negative_prompt.as_deref())),
            ("voice_list", !self.voice_list.is_empty()),
            ("cfg_scale", self.cfg_scale.is_some()),
            ("camera_control", self.camera_control.is_some()),
        ] {
            not_with(!used, field, path.model)?;
        }
        check_words_and_shots(&form)?;
        let settings = PathSettings { aspect_ratio: self.aspect_ratio.clone(), ..settings(&form, &path, None, false)? };
        let prompt = prompt(&form);
        let path = path.path;
        let options = options(self.callback_url, self.external_task_id, self.watermark_info);
        Ok(PathRequest { path, body: PathBody { prompt, contents: Vec::new(), settings, options } })
    }
}

impl Image2VideoRequest {
    /// The same wish for the new surface, for a model of that surface.
    ///
    /// # Errors
    /// As [`Text2VideoRequest::for_new_surface`].
    pub fn for_new_surface(self) -> Result<PathRequest, Violation> {
        let form = self.form();
        let path = path_of(&form)?;
        for (field, used) in [
            ("negative_prompt", is_set(self.negative_prompt.as_deref())),
            ("cfg_scale", self.cfg_scale.is_some()),
            ("static_mask", self.static_mask.is_some()),
            ("dynamic_masks", !self.dynamic_masks.is_empty()),
            ("camera_control", self.camera_control.is_some()),
        ] {
            not_with(!used, field, path.model)?;
        }
        // Frames have no names in image to video.
        check_words_and_shots(&LegacyVideo { numbered_images: 0, ..form })?;
        let settings = settings(&form, &path, None, false)?;
        let mut contents: Vec<_> = prompt(&form).map(|text| Content::Prompt { text }).into_iter().collect();
        let path = path.path;
        contents.extend(self.image.map(|url| Content::FirstFrame { url, id: None }));
        contents.extend(self.image_tail.map(|url| Content::LastFrame { url, id: None }));
        contents.extend(elements(self.element_list));
        contents.extend(
            (1..)
                .zip(self.voice_list)
                .map(|(number, voice)| Content::Voice { voice_id: voice.voice_id, id: name("voice", number) }),
        );
        let options = options(self.callback_url, self.external_task_id, self.watermark_info);
        Ok(PathRequest { path, body: PathBody { prompt: None, contents, settings, options } })
    }
}

impl OmniVideoRequest {
    /// The same wish for the new surface, for a model of that surface.
    ///
    /// # Errors
    /// As [`Text2VideoRequest::for_new_surface`].
    pub fn for_new_surface(self) -> Result<PathRequest, Violation> {
        let form = self.form();
        let path = path_of(&form)?;
        check_words_and_shots(&form)?;
        let feature = self.video_list.iter().any(ReferenceVideo::is_feature);
        let kept = self.video_list.iter().any(|video| video.keep_original_sound.as_deref() == Some("yes"));
        // 3.0 Omni continues a video in silence (N7): said of the field that asks for the sound.
        let silent = feature && path.endpoint.is_some_and(|endpoint| endpoint.model == "kling-3.0-omni");
        let needed = Problem::Needed { wanted: "no", because: "refer_type" };
        if silent && kept {
            return Err(Violation { field: "video_list.keep_original_sound", problem: needed });
        }
        let original = self.video_list.first().and_then(|video| video.keep_original_sound.as_deref());
        let original = original.map(|keep| if keep == "yes" { "original" } else { "off" });
        let settings = PathSettings {
            aspect_ratio: self.aspect_ratio.clone(),
            duration: if form.base_video { None } else { seconds(&form)? },
            ..settings(&form, &path, original, feature)?
        };
        let mut contents: Vec<_> = prompt(&form).map(|text| Content::Prompt { text }).into_iter().collect();
        let path = path.path;
        for (number, image) in (1..).zip(self.image_list) {
            contents.push(picture(image.image_url, image.role.as_deref(), name("image", number))?);
        }
        for (number, video) in (1..).zip(self.video_list) {
            let (feature, url, id) = (video.is_feature(), video.video_url, Some(name("video", number)));
            contents.push(if feature { Content::FeatureVideo { url, id } } else { Content::BaseVideo { url, id } });
        }
        contents.extend(elements(self.element_list));
        let options = options(self.callback_url, self.external_task_id, self.watermark_info);
        Ok(PathRequest { path, body: PathBody { prompt: None, contents, settings, options } })
    }
}

/// Where a request goes.
struct Destination<'a> {
    path: TaskPath,
    model: &'a str,
    endpoint: Option<&'static PathEndpoint>,
}

/// V1: the model is one of the new surface.
fn path_of<'a>(form: &LegacyVideo<'a>) -> Result<Destination<'a>, Violation> {
    let product = form.product;
    let refused = || Violation {
        field: "model_name",
        problem: Problem::NotOneOf { allowed: PathEndpoint::models(product).collect::<Vec<_>>().join(", ") },
    };
    let model = form.model_name.filter(|name| Surface::of_model(name) == Surface::New).ok_or_else(refused)?;
    let path = TaskPath::new_surface(product, model).map_err(|_| refused())?;
    let endpoint = PathEndpoint::find(product, model);
    if endpoint.is_none() && super::PATH_ENDPOINTS.iter().any(|row| row.model == model) {
        return Err(refused());
    }
    Ok(Destination { path, model, endpoint })
}

/// The prompt: the shots of `customize`, or the words; an empty one is none.
fn prompt(form: &LegacyVideo<'_>) -> Option<String> {
    if form.is_customized() {
        Some(shots::write(form.shots))
    } else {
        form.prompt.filter(|prompt| is_set(Some(prompt))).map(references::to_new_surface)
    }
}

fn settings(
    form: &LegacyVideo<'_>,
    path: &Destination<'_>,
    original: Option<&str>,
    feature: bool,
) -> Result<PathSettings, Violation> {
    let multi_shot = match path.endpoint.map_or(MultiShot::Switch, |endpoint| endpoint.multi_shot) {
        // Absent means true there, so false must be said. A feature video is continued in several shots (N7).
        MultiShot::Switch => Some(form.multi_shot.unwrap_or(feature)),
        MultiShot::InPrompt => None,
        MultiShot::No => {
            not_with(!form.is_multi_shot(), "multi_shot", path.model)?;
            None
        }
    };
    Ok(PathSettings {
        resolution: form.mode.map(resolution),
        aspect_ratio: None,
        duration: seconds(form)?,
        audio: audio(form, path, original)?,
        multi_shot,
        character_orientation: None,
    })
}

/// `std`, `pro` and `4k`; other words are passed on for the rules and the server to judge.
fn resolution(mode: &str) -> String {
    match mode {
        "std" => "720p",
        "pro" => "1080p",
        other => other,
    }
    .to_owned()
}

fn seconds(form: &LegacyVideo<'_>) -> Result<Option<u32>, Violation> {
    if form.duration.is_some() { form.seconds().map(Some) } else { Ok(None) }
}

/// Sound to be made, else the sound of the input. Left out where a path does not document it, unless the model is known
/// to make none.
fn audio(form: &LegacyVideo<'_>, path: &Destination<'_>, original: Option<&str>) -> Result<Option<String>, Violation> {
    if path.endpoint.is_some_and(|endpoint| endpoint.audio.is_empty()) {
        let silent = form.model().is_some_and(|model| model.abilities.sound_modes.is_empty());
        not_with(!(silent && form.has_sound()), "sound", path.model)?;
        return Ok(None);
    }
    let wanted = match (form.sound, original) {
        (Some("on"), _) => Some("native"),
        (_, Some(original)) => Some(original),
        (Some("off"), None) => Some("off"),
        (other, None) => other,
    };
    Ok(wanted.map(str::to_owned))
}

fn picture(url: Media, role: Option<&str>, id: String) -> Result<Content, Violation> {
    let id = Some(id);
    match role {
        None => Ok(Content::ReferImage { url, id }),
        Some("first_frame") => Ok(Content::FirstFrame { url, id }),
        Some("end_frame") => Ok(Content::LastFrame { url, id }),
        Some(_) => {
            let allowed = "first_frame, end_frame".to_owned();
            Err(Violation { field: "image_list.type", problem: Problem::NotOneOf { allowed } })
        }
    }
}

fn elements(list: Vec<ElementRef>) -> impl Iterator<Item = Content> {
    (1..)
        .zip(list)
        .map(|(number, element)| Content::Element { element_id: element.element_id, id: name("element", number) })
}

/// The name of the n-th input of a kind, as references have it.
fn name(kind: &str, number: usize) -> String {
    format!("{kind}_{number}")
}

fn options(
    callback_url: Option<String>,
    external_task_id: Option<String>,
    watermark_info: Option<WatermarkInfo>,
) -> PathOptions {
    let callback_url = callback_url.filter(|url| !url.is_empty());
    PathOptions { callback_url, external_task_id, watermark_info }
}

fn is_set(text: Option<&str>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

//! `POST /v1/videos/omni-video`.

use super::legacy_video::Frames;
use super::measures::{Broken, ensure, items, media, one_of, url};
use super::omni::{Omni, OmniModel};
use super::{Checked, LegacyVideo, Problem, Rule, Violation, first_broken};
use crate::{OmniVideoRequest, Product, ReferenceVideo, Surface};

const RULES: &[Rule<OmniVideoRequest>] = &[
    c4_media,
    c9_words,
    l8_frames,
    l8_sound_off_with_video,
    l8_aspect_ratio,
    l8_several_shots_of_a_feature_are_intelligent,
    l8_as_on_the_new_surface,
];

const FIRST: Option<&str> = Some("first_frame");
const END: Option<&str> = Some("end_frame");

impl OmniVideoRequest {
    /// Applies the rules of the legacy surface.
    ///
    /// # Errors
    /// The first rule that is broken, in the order a user reads the form.
    pub fn check(self) -> Result<Checked<Self>, Violation> {
        self.form().check()?;
        first_broken(&self, RULES)?;
        Ok(Checked::assume(self))
    }

    /// What may be refused or ignored, on either surface, according to uncertain sources.
    pub fn warnings(&self) -> Vec<Violation> {
        let legacy = self.form().warnings().into_iter();
        // Those of the new surface are told of its own request.
        let omni = self.omni();
        if omni.surface == Surface::New {
            return legacy.collect();
        }
        legacy.chain(omni.warnings().into_iter().map(|broken| broken.in_legacy_words(Product::OmniVideo))).collect()
    }

    pub(crate) fn form(&self) -> LegacyVideo<'_> {
        LegacyVideo {
            product: Product::OmniVideo,
            model_name: self.model_name.as_deref(),
            prompt: self.prompt.as_deref(),
            negative_prompt: None,
            multi_shot: self.multi_shot,
            shot_type: self.shot_type.as_deref(),
            shots: &self.multi_prompt,
            sound: self.sound.as_deref(),
            mode: self.mode.as_deref(),
            aspect_ratio: self.aspect_ratio.as_deref(),
            duration: self.duration.as_deref(),
            callback_url: self.callback_url.as_deref(),
            external_task_id: self.external_task_id.as_deref(),
            cfg_scale: None,
            camera: None,
            elements: &self.element_list,
            voices: 0,
            numbered_images: self.image_list.len(),
            videos: self.video_list.len(),
            base_video: self.edits_a_video(),
            masks: false,
            frames: Frames::of(self.frames(FIRST) > 0, self.frames(END) > 0),
        }
    }

    /// What the rules shared with the new surface look at.
    fn omni(&self) -> Omni {
        let feature_videos = self.video_list.iter().filter(|video| video.is_feature()).count();
        let form = self.form();
        Omni {
            model: self.model_name.as_deref().and_then(OmniModel::find),
            surface: self.model_name.as_deref().map_or(Surface::Legacy, Surface::of_model),
            first_frames: self.frames(FIRST),
            last_frames: self.frames(END),
            refer_images: self.frames(None),
            elements: self.element_list.len(),
            feature_videos,
            base_videos: self.video_list.len() - feature_videos,
            audio: form.has_sound().then_some("native"),
            multi_shot: form.is_multi_shot().then_some(true),
            seconds: form.seconds().ok(),
        }
    }

    fn frames(&self, role: Option<&str>) -> usize {
        self.image_list.iter().filter(|image| image.role.as_deref() == role).count()
    }

    /// Whether a video is to be edited; Kling's default for a video.
    pub(crate) fn edits_a_video(&self) -> bool {
        self.video_list.iter().any(|video| !video.is_feature())
    }
}

fn c4_media(request: &OmniVideoRequest) -> Broken {
    media("image_list", request.image_list.iter().map(|image| &image.image_url))?;
    request.video_list.iter().try_for_each(|video| url("video_list", video.video_url.as_str()))
}

/// C9: the words inside the lists.
fn c9_words(request: &OmniVideoRequest) -> Broken {
    if request.form().is_unknown_model() {
        return Ok(());
    }
    let roles = request.image_list.iter().map(|image| image.role.as_deref());
    roles.into_iter().try_for_each(|role| one_of("image_list.type", role, &["first_frame", "end_frame"]))?;
    request.video_list.iter().try_for_each(|video| {
        one_of("video_list.refer_type", video.refer_type.as_deref(), &["base", "feature"])?;
        one_of("video_list.keep_original_sound", video.keep_original_sound.as_deref(), &["yes", "no"])
    })
}

/// L8: one frame of a kind, and no end without a beginning.
fn l8_frames(request: &OmniVideoRequest) -> Broken {
    items("first_frame", request.frames(FIRST), 0, 1)?;
    items("end_frame", request.frames(END), 0, 1)?;
    let holds = request.frames(END) == 0 || request.frames(FIRST) == 1;
    ensure(holds, "first_frame", Problem::Required { because: "end_frame" })
}

/// L8: sound is off with a video.
fn l8_sound_off_with_video(request: &OmniVideoRequest) -> Broken {
    let holds = request.video_list.is_empty() || !request.form().has_sound();
    ensure(holds, "sound", Problem::Needed { wanted: "off", because: "video_list" })
}

/// L8: the ratio must be said unless a first frame or a video to edit sets it.
fn l8_aspect_ratio(request: &OmniVideoRequest) -> Broken {
    let set = request.frames(FIRST) > 0 || request.edits_a_video() || request.aspect_ratio.is_some();
    let holds = set || request.form().is_unknown_model();
    ensure(holds, "aspect_ratio", Problem::RequiredWithout { others: "first_frame" })
}

/// L8: several shots after a feature video are Kling's to cut.
fn l8_several_shots_of_a_feature_are_intelligent(request: &OmniVideoRequest) -> Broken {
    let feature = request.video_list.iter().any(ReferenceVideo::is_feature);
    let holds = !(feature && request.form().is_customized());
    ensure(holds, "shot_type", Problem::Needed { wanted: "intelligence", because: "video_list" })
}

/// L8: the new surface's N rules about videos, frames, elements and counts.
fn l8_as_on_the_new_surface(request: &OmniVideoRequest) -> Broken {
    request.omni().check().map_err(|broken| broken.in_legacy_words(Product::OmniVideo))
}

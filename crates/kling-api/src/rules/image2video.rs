//! `POST /v1/videos/image2video`.

use super::legacy_video::Frames;
use super::measures::{Broken, ensure, items, media, not_both};
use super::{Checked, LegacyVideo, Problem, Rule, Violation, first_broken};
use crate::{Image2VideoRequest, Product};

/// Elements in an image-to-video request, at most.
pub const MAX_I2V_ELEMENTS: usize = 3;
/// Moving areas in a picture, at most.
pub const MAX_DYNAMIC_MASKS: usize = 6;
/// Points of a moving area's way in a video of 5 seconds, at most.
pub const MAX_TRAJECTORY_POINTS: usize = 77;

const RULES: &[Rule<Image2VideoRequest>] =
    &[l2_a_picture, l2_one_kind_of_control, l2_elements, c4_media, dynamic_masks];

impl Image2VideoRequest {
    /// Applies the rules of the legacy surface.
    ///
    /// # Errors
    /// The first rule that is broken, in the order a user reads the form.
    pub fn check(self) -> Result<Checked<Self>, Violation> {
        first_broken(&self, RULES)?;
        self.form().check()?;
        Ok(Checked::assume(self))
    }

    /// What may be refused or ignored, on either surface, according to uncertain sources.
    pub fn warnings(&self) -> Vec<Violation> {
        self.form().warnings()
    }

    pub(crate) fn form(&self) -> LegacyVideo<'_> {
        LegacyVideo {
            product: Product::ImageToVideo,
            model_name: self.model_name.as_deref(),
            prompt: self.prompt.as_deref(),
            negative_prompt: self.negative_prompt.as_deref(),
            multi_shot: self.multi_shot,
            shot_type: self.shot_type.as_deref(),
            shots: &self.multi_prompt,
            sound: self.sound.as_deref(),
            mode: self.mode.as_deref(),
            aspect_ratio: None,
            duration: self.duration.as_deref(),
            callback_url: self.callback_url.as_deref(),
            external_task_id: self.external_task_id.as_deref(),
            cfg_scale: self.cfg_scale,
            camera: self.camera_control.as_ref(),
            elements: &self.element_list,
            voices: self.voice_list.len(),
            numbered_images: usize::from(self.image.is_some()) + usize::from(self.image_tail.is_some()),
            videos: 0,
            base_video: false,
            masks: self.has_masks(),
            frames: Frames::of(self.image.is_some(), self.image_tail.is_some()),
        }
    }

    pub(crate) fn has_masks(&self) -> bool {
        self.static_mask.is_some() || !self.dynamic_masks.is_empty()
    }
}

/// L2: a first or a last frame.
fn l2_a_picture(request: &Image2VideoRequest) -> Broken {
    let there = request.image.is_some() || request.image_tail.is_some();
    ensure(there, "image", Problem::RequiredWithout { others: "image_tail" })
}

/// L2: a last frame, masks or camera control: one of the three.
fn l2_one_kind_of_control(request: &Image2VideoRequest) -> Broken {
    let (tail, masks, camera) = (request.image_tail.is_some(), request.has_masks(), request.camera_control.is_some());
    let mask_field = if request.static_mask.is_some() { "static_mask" } else { "dynamic_masks" };
    not_both("image_tail", tail, mask_field, masks)?;
    not_both("image_tail", tail, "camera_control", camera)?;
    not_both(mask_field, masks, "camera_control", camera)
}

/// L2: at most three elements.
fn l2_elements(request: &Image2VideoRequest) -> Broken {
    items("element_list", request.element_list.len(), 0, MAX_I2V_ELEMENTS)
}

fn c4_media(request: &Image2VideoRequest) -> Broken {
    media("image", &request.image)?;
    media("image_tail", &request.image_tail)?;
    media("static_mask", &request.static_mask)?;
    media("dynamic_masks", request.dynamic_masks.iter().map(|area| &area.mask))
}

/// At most six areas; for 5 seconds each goes through 2 to 77 points. Other lengths are not documented.
fn dynamic_masks(request: &Image2VideoRequest) -> Broken {
    items("dynamic_masks", request.dynamic_masks.len(), 0, MAX_DYNAMIC_MASKS)?;
    let most = if request.form().seconds() == Ok(5) { MAX_TRAJECTORY_POINTS } else { usize::MAX };
    request.dynamic_masks.iter().try_for_each(|area| {
        let found = area.trajectories.len();
        let within = (2..=most).contains(&found);
        ensure(within, "trajectories", Problem::Count { found, least: 2, most: MAX_TRAJECTORY_POINTS })
    })
}

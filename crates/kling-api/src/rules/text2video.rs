//! `POST /v1/videos/text2video`.

use super::legacy_video::Frames;
use super::{Checked, LegacyVideo, Violation};
use crate::{Product, Text2VideoRequest};

impl Text2VideoRequest {
    /// Applies the rules of the legacy surface.
    ///
    /// # Errors
    /// The first rule that is broken, in the order a user reads the form.
    pub fn check(self) -> Result<Checked<Self>, Violation> {
        self.form().check()?;
        Ok(Checked::assume(self))
    }

    /// What may be refused or ignored, on either surface, according to uncertain sources.
    pub fn warnings(&self) -> Vec<Violation> {
        self.form().warnings()
    }

    pub(crate) fn form(&self) -> LegacyVideo<'_> {
        LegacyVideo {
            product: Product::TextToVideo,
            model_name: self.model_name.as_deref(),
            prompt: self.prompt.as_deref(),
            negative_prompt: self.negative_prompt.as_deref(),
            multi_shot: self.multi_shot,
            shot_type: self.shot_type.as_deref(),
            shots: &self.multi_prompt,
            sound: self.sound.as_deref(),
            mode: self.mode.as_deref(),
            aspect_ratio: self.aspect_ratio.as_deref(),
            duration: self.duration.as_deref(),
            callback_url: self.callback_url.as_deref(),
            external_task_id: self.external_task_id.as_deref(),
            cfg_scale: self.cfg_scale,
            camera: self.camera_control.as_ref(),
            elements: &[],
            voices: self.voice_list.len(),
            numbered_images: 0,
            videos: 0,
            base_video: false,
            masks: false,
            frames: Frames::None,
        }
    }
}

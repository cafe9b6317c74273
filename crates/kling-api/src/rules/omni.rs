//! The conditions of omni video that hold on both surfaces, in the new surface's words.
//!
//! Some depend on how an element was made, from pictures or from a video, which its id does not tell: refused is what no
//! kind of element would allow.

use super::measures::{Broken, ensure, items, not_both};
use super::{DEFAULT_SECONDS, Problem, Rule, Violation, abilities::seconds_of, all_broken, first_broken};
use crate::Surface;

/// What an omni-video request holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Omni {
    pub(super) model: Option<OmniModel>,
    pub(super) surface: Surface,
    pub(super) first_frames: usize,
    pub(super) last_frames: usize,
    pub(super) refer_images: usize,
    pub(super) elements: usize,
    pub(super) feature_videos: usize,
    pub(super) base_videos: usize,
    /// `native`, `original` or `off`; `None` is the default, `off`.
    pub(super) audio: Option<&'static str>,
    pub(super) multi_shot: Option<bool>,
    pub(super) seconds: Option<u32>,
}

/// A model with conditions of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct OmniModel {
    /// On the new surface.
    path_id: &'static str,
    /// On the legacy surface.
    legacy_name: &'static str,
    rules: &'static [Rule<Omni>],
    warnings: &'static [Rule<Omni>],
}

/// The conditions of each model (vendor documentation 2026-09-20).
const MODELS: &[OmniModel] = &[
    OmniModel {
        path_id: "kling-3.0-omni",
        legacy_name: "kling-v3-omni",
        rules: &[
            n7_feature_video_is_silent,
            n8_n16_base_video_excludes_frames,
            n8_base_video_is_one_shot,
            n8_base_video_makes_no_sound,
            n13_elements_with_frames,
            n10_n11_pictures_and_elements,
            n12_n14_pictures_and_elements_with_video,
        ],
        warnings: &[n11_pictures_and_few_elements],
    },
    OmniModel {
        path_id: "kling-o1",
        legacy_name: "kling-video-o1",
        rules: &[
            n8_n16_base_video_excludes_frames,
            n16_feature_video_excludes_last_frame,
            n15_both_frames_exclude_references,
            n14_pictures_and_elements,
            n12_n14_pictures_and_elements_with_video,
            n17_first_frame_seconds,
        ],
        warnings: &[n17_seconds_without_picture],
    },
];

const EVERY_MODEL: &[Rule<Omni>] = &[n9_one_video];

impl OmniModel {
    /// By the name of either surface.
    pub(super) fn find(name: &str) -> Option<Self> {
        MODELS.iter().copied().find(|model| model.path_id == name || model.legacy_name == name)
    }
}

impl Omni {
    pub(super) fn check(&self) -> Broken {
        first_broken(self, EVERY_MODEL)?;
        self.model.map_or(Ok(()), |model| first_broken(self, model.rules))
    }

    pub(super) fn warnings(&self) -> Vec<Violation> {
        self.model.map(|model| all_broken(self, model.warnings)).unwrap_or_default()
    }

    fn videos(&self) -> usize {
        self.feature_videos + self.base_videos
    }

    fn references(&self) -> usize {
        self.refer_images + self.elements
    }

    fn together(&self, most: usize) -> Broken {
        let found = self.references();
        ensure(found <= most, "refer_image", Problem::Together { with: "element", found, most })
    }
}

/// N9: at most one video.
fn n9_one_video(omni: &Omni) -> Broken {
    let field = if omni.base_videos > 0 { "base_video" } else { "feature_video" };
    items(field, omni.videos(), 0, 1)
}

/// N7: 3.0 Omni continues a feature video without sound.
fn n7_feature_video_is_silent(omni: &Omni) -> Broken {
    let holds = omni.feature_videos == 0 || matches!(omni.audio, None | Some("off"));
    ensure(holds, "audio", Problem::Needed { wanted: "off", because: "feature_video" })
}

/// N8 and N16: a video that is edited has its frames already.
fn n8_n16_base_video_excludes_frames(omni: &Omni) -> Broken {
    not_both("first_frame", omni.first_frames > 0, "base_video", omni.base_videos > 0)?;
    not_both("last_frame", omni.last_frames > 0, "base_video", omni.base_videos > 0)
}

/// N8: editing makes one shot.
fn n8_base_video_is_one_shot(omni: &Omni) -> Broken {
    not_both("multi_shot", omni.multi_shot == Some(true), "base_video", omni.base_videos > 0)
}

/// N8: editing keeps the sound or drops it, and makes none.
fn n8_base_video_makes_no_sound(omni: &Omni) -> Broken {
    let holds = omni.base_videos == 0 || omni.audio != Some("native");
    ensure(holds, "audio", Problem::Needed { wanted: "original or off", because: "base_video" })
}

/// N10, N11: seven pictures, or pictures and elements. Three elements may all be of the video kind, which count by
/// themselves.
fn n10_n11_pictures_and_elements(omni: &Omni) -> Broken {
    if omni.videos() > 0 {
        return Ok(());
    }
    items("refer_image", omni.refer_images, 0, 7)?;
    if omni.elements <= 3 { Ok(()) } else { omni.together(7) }
}

/// N11, its uncertain half: up to three elements count with the pictures if they were made of pictures.
fn n11_pictures_and_few_elements(omni: &Omni) -> Broken {
    if omni.videos() == 0 && (1..=3).contains(&omni.elements) { omni.together(7) } else { Ok(()) }
}

/// N12 and N14: four with a video. (3.0 Omni takes an element of the video kind by itself, which is within.)
fn n12_n14_pictures_and_elements_with_video(omni: &Omni) -> Broken {
    if omni.videos() > 0 { omni.together(4) } else { Ok(()) }
}

/// N13: three elements with frames.
fn n13_elements_with_frames(omni: &Omni) -> Broken {
    if omni.first_frames > 0 { items("element", omni.elements, 0, 3) } else { Ok(()) }
}

/// N14: seven pictures and elements.
fn n14_pictures_and_elements(omni: &Omni) -> Broken {
    if omni.videos() == 0 { omni.together(7) } else { Ok(()) }
}

/// N15: O1 takes first and last frame by themselves.
fn n15_both_frames_exclude_references(omni: &Omni) -> Broken {
    let both = omni.first_frames > 0 && omni.last_frames > 0;
    not_both("refer_image", omni.refer_images > 0, "last_frame", both)?;
    not_both("element", omni.elements > 0, "last_frame", both)
}

/// N16: O1 continues a feature video from a first frame, never to a last one.
fn n16_feature_video_excludes_last_frame(omni: &Omni) -> Broken {
    not_both("last_frame", omni.last_frames > 0, "feature_video", omni.feature_videos > 0)
}

/// N17: from a first frame alone O1 makes 5 or 10 seconds.
fn n17_first_frame_seconds(omni: &Omni) -> Broken {
    let alone = omni.first_frames > 0 && omni.refer_images == 0 && omni.videos() == 0;
    if alone { five_or_ten(omni) } else { Ok(()) }
}

/// N17, its uncertain half: the capability map says so of text alone, and the live message of everything without a
/// reference picture, against the page's 3 to 10.
fn n17_seconds_without_picture(omni: &Omni) -> Broken {
    let unsure = omni.first_frames == 0 && omni.refer_images == 0 && omni.base_videos == 0;
    if unsure { five_or_ten(omni) } else { Ok(()) }
}

fn five_or_ten(omni: &Omni) -> Broken {
    let Some(model) = omni.model else { return Ok(()) };
    let name = if omni.surface == Surface::New { model.path_id } else { model.legacy_name };
    seconds_of(name, omni.seconds.unwrap_or(DEFAULT_SECONDS), &[5, 10])
}

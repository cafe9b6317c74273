//! `POST /v1/general/advanced-custom-elements` and the delete calls.

use super::measures::{Broken, at_most_chars, caller, ensure, items, media, one_of, present, url};
use super::{Checked, Problem, Rule, Violation, all_broken, first_broken};
use crate::{DeleteElementRequest, ELEMENT_TAGS, ElementRef, ElementRequest};

/// Characters in an element's name, at most.
pub const MAX_ELEMENT_NAME_CHARS: usize = 20;
/// Characters in an element's description, at most.
pub const MAX_ELEMENT_DESCRIPTION_CHARS: usize = 100;
/// Views of an element beside the front, at most; the least is 1.
pub const MAX_ELEMENT_REFER_IMAGES: usize = 3;

const RULES: &[Rule<ElementRequest>] =
    &[l13_name, l13_description, l13_reference_type, l13_images, l13_video, c3_c4_caller];
const WARNINGS: &[Rule<ElementRequest>] = &[l13_video_is_void_for_images, tags];

impl ElementRequest {
    /// L13: applies the rules.
    ///
    /// # Errors
    /// The first rule that is broken, in the order a user reads the form.
    pub fn check(self) -> Result<Checked<Self>, Violation> {
        first_broken(&self, RULES)?;
        Ok(Checked::assume(self))
    }

    /// What may be refused or ignored according to uncertain sources.
    pub fn warnings(&self) -> Vec<Violation> {
        all_broken(self, WARNINGS)
    }

    fn is_of_images(&self) -> bool {
        self.reference_type == "image_refer"
    }
}

impl DeleteElementRequest {
    /// Applies the rules: nothing but an element's id is deleted.
    ///
    /// # Errors
    /// When the id is empty, or no number as every element's id is.
    pub fn check(self) -> Result<Checked<Self>, Violation> {
        let id = self.element_id.as_str();
        present("element_id", Some(id))?;
        ensure(ElementRef::new(id).number().is_some(), "element_id", Problem::NotAnId)?;
        Ok(Checked::assume(self))
    }

    /// What may be refused or ignored according to uncertain sources: nothing at present.
    pub fn warnings(&self) -> Vec<Violation> {
        Vec::new()
    }
}

fn l13_name(request: &ElementRequest) -> Broken {
    present("element_name", Some(&request.element_name))?;
    at_most_chars("element_name", &request.element_name, MAX_ELEMENT_NAME_CHARS)
}

fn l13_description(request: &ElementRequest) -> Broken {
    present("element_description", Some(&request.element_description))?;
    at_most_chars("element_description", &request.element_description, MAX_ELEMENT_DESCRIPTION_CHARS)
}

fn l13_reference_type(request: &ElementRequest) -> Broken {
    present("reference_type", Some(&request.reference_type))?;
    one_of("reference_type", Some(&request.reference_type), &["image_refer", "video_refer"])
}

/// L13: an element of pictures has its front and one to three other views.
fn l13_images(request: &ElementRequest) -> Broken {
    let Some(images) = &request.element_image_list else {
        let required = Problem::Required { because: "reference_type" };
        return ensure(!request.is_of_images(), "element_frontal_image", required);
    };
    media("element_frontal_image", [&images.frontal_image])?;
    let views = &images.refer_images;
    items("element_refer_images", views.len(), 1, MAX_ELEMENT_REFER_IMAGES)?;
    media("element_refer_images", views.iter().map(|view| &view.image_url))?;
    let differ = views.iter().all(|view| view.image_url != images.frontal_image);
    ensure(differ, "element_refer_images", Problem::SameAs { other: "element_frontal_image" })
}

/// L13: an element of a video has exactly one.
fn l13_video(request: &ElementRequest) -> Broken {
    if request.is_of_images() {
        return Ok(());
    }
    let Some(videos) = &request.element_video_list else {
        return ensure(false, "element_video_list", Problem::Required { because: "reference_type" });
    };
    items("element_video_list", videos.refer_videos.len(), 1, 1)?;
    videos.refer_videos.iter().try_for_each(|video| url("element_video_list", video.video_url.as_str()))
}

/// L13: a video is void for an element of pictures.
fn l13_video_is_void_for_images(request: &ElementRequest) -> Broken {
    let void = request.is_of_images() && request.element_video_list.is_some();
    ensure(!void, "element_video_list", Problem::ExclusiveWith { other: "element_image_list" })
}

/// Tags not on the list of 2026-09-20.
fn tags(request: &ElementRequest) -> Broken {
    let known: Vec<_> = ELEMENT_TAGS.iter().map(|(id, _)| *id).collect();
    request.tag_list.iter().try_for_each(|tag| one_of("tag_list", Some(&tag.tag_id), &known))
}

fn c3_c4_caller(request: &ElementRequest) -> Broken {
    caller(request.callback_url.as_deref(), request.external_task_id.as_deref())
}

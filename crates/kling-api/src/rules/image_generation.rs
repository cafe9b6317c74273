//! `POST /v1/images/generations`.

use super::images::{self, Model};
use super::measures::{Broken, at_most_chars, between, caller, element_ids, ensure, media, not_both, not_with, one_of};
use super::{Checked, MAX_NEGATIVE_PROMPT_CHARS, Problem, Rule, Violation, first_broken};
use crate::model::RATIOS;
use crate::{ImageGenerationRequest, ImageProduct};

const RULES: &[Rule<ImageGenerationRequest>] = &[
    v1_model,
    prompt,
    l11_negative_prompt,
    c4_media,
    l11_image_reference,
    fidelities,
    reference_of_model,
    l11_elements,
    resolution,
    l11_n,
    aspect_ratio,
    c3_c4_caller,
];

impl ImageGenerationRequest {
    /// Applies the rules.
    ///
    /// # Errors
    /// The first rule that is broken, in the order a user reads the form.
    pub fn check(self) -> Result<Checked<Self>, Violation> {
        first_broken(&self, RULES)?;
        Ok(Checked::assume(self))
    }

    /// What may be refused or ignored according to uncertain sources: nothing at present.
    pub fn warnings(&self) -> Vec<Violation> {
        Vec::new()
    }

    fn model(&self) -> Model<'_> {
        Model::of(self.model_name.as_deref())
    }
}

fn v1_model(request: &ImageGenerationRequest) -> Broken {
    request.model().v1_is_listed(ImageProduct::Generation)
}

fn prompt(request: &ImageGenerationRequest) -> Broken {
    images::prompt(request.prompt.as_deref(), usize::from(request.image.is_some()), request.element_list.len())
}

/// L11: no negative prompt with a picture.
fn l11_negative_prompt(request: &ImageGenerationRequest) -> Broken {
    let negative = request.negative_prompt.as_deref().unwrap_or_default();
    not_both("negative_prompt", !negative.is_empty(), "image", request.image.is_some())?;
    at_most_chars("negative_prompt", negative, MAX_NEGATIVE_PROMPT_CHARS)
}

fn c4_media(request: &ImageGenerationRequest) -> Broken {
    media("image", &request.image)
}

/// L11: what is kept of a picture needs the picture.
fn l11_image_reference(request: &ImageGenerationRequest) -> Broken {
    let Some(reference) = &request.image_reference else { return Ok(()) };
    if !request.model().is_unknown() {
        one_of("image_reference", Some(reference), &["subject", "face"])?;
    }
    ensure(request.image.is_some(), "image", Problem::Required { because: "image_reference" })
}

/// Both fidelities are 0 to 1; the human one goes with `subject`.
fn fidelities(request: &ImageGenerationRequest) -> Broken {
    for (field, fidelity) in [("image_fidelity", request.image_fidelity), ("human_fidelity", request.human_fidelity)] {
        fidelity.map_or(Ok(()), |fidelity| between(field, fidelity, 0.0, 1.0))?;
    }
    let subject = request.image_reference.as_deref() == Some("subject");
    let needed = Problem::Needed { wanted: "subject", because: "human_fidelity" };
    ensure(subject || request.human_fidelity.is_none(), "image_reference", needed)
}

/// The model's row: references and fidelities are Image 2.1's.
fn reference_of_model(request: &ImageGenerationRequest) -> Broken {
    let Some((model, abilities)) = request.model().abilities() else { return Ok(()) };
    for (field, used) in [
        ("image_reference", request.image_reference.is_some()),
        ("image_fidelity", request.image_fidelity.is_some()),
        ("human_fidelity", request.human_fidelity.is_some()),
    ] {
        not_with(!used || abilities.image_reference, field, model)?;
    }
    Ok(())
}

/// L11: elements are ids of a model that takes them, ten with the picture.
fn l11_elements(request: &ImageGenerationRequest) -> Broken {
    element_ids(&request.element_list)?;
    if let Some((model, abilities)) = request.model().abilities() {
        not_with(request.element_list.is_empty() || abilities.elements, "element_list", model)?;
    }
    images::l11_inputs("image", usize::from(request.image.is_some()), request.element_list.len())
}

fn resolution(request: &ImageGenerationRequest) -> Broken {
    request.model().resolution(request.resolution.as_deref(), &["1k", "2k"])
}

fn l11_n(request: &ImageGenerationRequest) -> Broken {
    images::l11_n(request.n)
}

fn aspect_ratio(request: &ImageGenerationRequest) -> Broken {
    if request.model().is_unknown() {
        return Ok(());
    }
    one_of("aspect_ratio", request.aspect_ratio.as_deref(), RATIOS)
}

fn c3_c4_caller(request: &ImageGenerationRequest) -> Broken {
    caller(request.callback_url.as_deref(), request.external_task_id.as_deref())
}

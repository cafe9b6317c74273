//! `POST /v1/images/omni-image`.

use super::images::{self, MAX_SERIES_IMAGES, MIN_SERIES_IMAGES, Model};
use super::measures::{Broken, caller, element_ids, ensure, ensure_or, media, not_both, one_of};
use super::{Checked, Problem, Rule, Violation, all_broken, first_broken};
use crate::model::RATIOS_AND_AUTO;
use crate::{ImageProduct, OmniImageRequest, SeriesAmount};

const RULES: &[Rule<OmniImageRequest>] = &[
    v1_model,
    prompt,
    c4_media,
    l11_inputs,
    resolution,
    result_type,
    l11_n,
    l11_series_amount,
    aspect_ratio,
    auto_ratio_from_text,
    c3_c4_caller,
];

const WARNINGS: &[Rule<OmniImageRequest>] =
    &[l11_n_is_void_for_a_series, l11_series_amount_is_void_for_single, default_ratio_from_text];

impl OmniImageRequest {
    /// Applies the rules.
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

    /// Whether the images belong together.
    pub(crate) fn is_series(&self) -> bool {
        self.result_type.as_deref() == Some("series")
    }

    fn model(&self) -> Model<'_> {
        Model::of(self.model_name.as_deref())
    }

    fn is_text_only(&self) -> bool {
        self.image_list.is_empty() && self.element_list.is_empty()
    }

    /// The model and its ratios, where it does not choose one by itself from text alone.
    fn without_auto_ratio(&self) -> Option<(&'static str, &'static [&'static str])> {
        let (model, abilities) = self.model().abilities()?;
        let ratios = abilities.ratios_from_text;
        (self.is_text_only() && !ratios.contains(&"auto")).then_some((model, ratios))
    }
}

fn v1_model(request: &OmniImageRequest) -> Broken {
    request.model().v1_is_listed(ImageProduct::Omni)
}

fn prompt(request: &OmniImageRequest) -> Broken {
    images::prompt(request.prompt.as_deref(), request.image_list.len(), request.element_list.len())
}

fn c4_media(request: &OmniImageRequest) -> Broken {
    media("image_list", request.image_list.iter().map(|input| &input.image))
}

fn l11_inputs(request: &OmniImageRequest) -> Broken {
    element_ids(&request.element_list)?;
    images::l11_inputs("image_list", request.image_list.len(), request.element_list.len())
}

fn resolution(request: &OmniImageRequest) -> Broken {
    request.model().resolution(request.resolution.as_deref(), &["1k", "2k", "4k"])
}

/// A series is 3.0 Omni's.
fn result_type(request: &OmniImageRequest) -> Broken {
    if request.model().is_unknown() {
        return Ok(());
    }
    one_of("result_type", request.result_type.as_deref(), &["single", "series"])?;
    let Some((model, abilities)) = request.model().abilities() else { return Ok(()) };
    ensure_or(!request.is_series() || abilities.series, "result_type", || Problem::ModelAllows {
        found: "series".to_owned(),
        model: model.to_owned(),
        allowed: "single".to_owned(),
    })
}

/// L11: 1 to 9 images; void for a series.
fn l11_n(request: &OmniImageRequest) -> Broken {
    if request.is_series() { Ok(()) } else { images::l11_n(request.n) }
}

/// L11: 2 to 9 images of a series; void for single ones.
fn l11_series_amount(request: &OmniImageRequest) -> Broken {
    let (true, Some(SeriesAmount::Count(count))) = (request.is_series(), request.series_amount) else { return Ok(()) };
    let (least, most) = (MIN_SERIES_IMAGES, MAX_SERIES_IMAGES);
    let out_of_range = Problem::OutOfRange { found: f64::from(count), least: f64::from(least), most: f64::from(most) };
    ensure((least..=most).contains(&count), "series_amount", out_of_range)
}

fn l11_n_is_void_for_a_series(request: &OmniImageRequest) -> Broken {
    not_both("n", request.n.is_some_and(|n| n > 1), "result_type", request.is_series())
}

fn l11_series_amount_is_void_for_single(request: &OmniImageRequest) -> Broken {
    not_both("series_amount", request.series_amount.is_some(), "result_type", !request.is_series())
}

fn aspect_ratio(request: &OmniImageRequest) -> Broken {
    if request.model().is_unknown() {
        return Ok(());
    }
    one_of("aspect_ratio", request.aspect_ratio.as_deref(), RATIOS_AND_AUTO)
}

/// 3.0 Omni: from text alone the ratio must be said.
fn auto_ratio_from_text(request: &OmniImageRequest) -> Broken {
    let (Some((model, ratios)), Some("auto")) = (request.without_auto_ratio(), request.aspect_ratio.as_deref()) else {
        return Ok(());
    };
    let (found, model, allowed) = ("auto".to_owned(), model.to_owned(), ratios.join(", "));
    Err(Violation { field: "aspect_ratio", problem: Problem::ModelAllows { found, model, allowed } })
}

/// The default ratio is `auto`, which 3.0 Omni does not take from text alone; what it does then is not documented.
fn default_ratio_from_text(request: &OmniImageRequest) -> Broken {
    let unset = request.without_auto_ratio().is_some() && request.aspect_ratio.is_none();
    ensure(!unset, "aspect_ratio", Problem::RequiredWithout { others: "image_list" })
}

fn c3_c4_caller(request: &OmniImageRequest) -> Broken {
    caller(request.callback_url.as_deref(), request.external_task_id.as_deref())
}

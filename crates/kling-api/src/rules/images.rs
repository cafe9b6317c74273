//! What the two image pages have in common.

use super::legacy_video::resolve;
use super::measures::{Broken, at_most_chars, ensure, ensure_or, present};
use super::{MAX_PROMPT_CHARS, Problem};
use crate::{ImageAbilities, ImageModel, ImageProduct, Surface};

/// Images of one request, at most; the least is 1.
pub const MAX_IMAGES: u32 = 9;
/// Images of a series, at least.
pub const MIN_SERIES_IMAGES: u32 = 2;
/// Images of a series, at most.
pub const MAX_SERIES_IMAGES: u32 = 9;
/// Pictures and elements of an image request together, at most.
pub const MAX_INPUTS: usize = 10;

/// What is known about a request's model.
#[derive(Clone, Copy)]
pub(super) struct Model<'a> {
    name: Option<&'a str>,
    row: Option<&'static ImageModel>,
}

impl<'a> Model<'a> {
    pub(super) fn of(name: Option<&'a str>) -> Self {
        Self { name, row: name.and_then(ImageModel::find) }
    }

    /// Whether a name is given that nothing is known about.
    pub(super) fn is_unknown(self) -> bool {
        self.name.is_some() && self.row.is_none()
    }

    /// The name and what the model can do, where that is known.
    pub(super) fn abilities(self) -> Option<(&'static str, ImageAbilities)> {
        self.row.and_then(|row| Some((row.name, row.abilities?)))
    }

    /// V1: a page serves the models it lists.
    pub(super) fn v1_is_listed(self, product: ImageProduct) -> Broken {
        let legacy = self.name.is_none_or(|name| Surface::of_model(name) == Surface::Legacy);
        let listed = self.row.is_none_or(|row| row.product == product);
        ensure_or(legacy && listed, "model_name", || Problem::NotOneOf {
            allowed: ImageModel::names(product).collect::<Vec<_>>().join(", "),
        })
    }

    /// C9 and the model's row: the resolution is one of the model's.
    pub(super) fn resolution(self, resolution: Option<&str>, every: &[&'static str]) -> Broken {
        if self.is_unknown() {
            return Ok(());
        }
        super::measures::one_of("resolution", resolution, every)?;
        let (Some(found), Some((model, abilities))) = (resolution, self.abilities()) else { return Ok(()) };
        ensure_or(abilities.resolutions.contains(&found), "resolution", || Problem::ModelAllows {
            found: found.to_owned(),
            model: model.to_owned(),
            allowed: abilities.resolutions.join(", "),
        })
    }
}

/// A prompt is needed, is not too long, and refers to what is there.
pub(super) fn prompt(text: Option<&str>, images: usize, elements: usize) -> Broken {
    present("prompt", text)?;
    at_most_chars("prompt", text.unwrap_or_default(), MAX_PROMPT_CHARS)?;
    resolve("prompt", text.unwrap_or_default(), &[("image", images), ("element", elements)])
}

/// L11: 1 to 9 images.
pub(super) fn l11_n(n: Option<u32>) -> Broken {
    let within = n.is_none_or(|n| (1..=MAX_IMAGES).contains(&n));
    let found = f64::from(n.unwrap_or_default());
    ensure(within, "n", Problem::OutOfRange { found, least: 1.0, most: f64::from(MAX_IMAGES) })
}

/// L11: ten pictures and elements together.
pub(super) fn l11_inputs(field: &'static str, images: usize, elements: usize) -> Broken {
    let found = images + elements;
    ensure(found <= MAX_INPUTS, field, Problem::Together { with: "element_list", found, most: MAX_INPUTS })
}

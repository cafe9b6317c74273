//! Image models.

use super::{REPORTED_DAY, Retirement};

/// What is known about an image model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ImageModel {
    /// What the vendor calls it, such as `Image 3.0`.
    pub product_name: &'static str,
    /// The `model_name`. A name may stand for a video model too.
    pub name: &'static str,
    /// The page that lists it.
    pub product: ImageProduct,
    /// Set when the model is, or is reported to be, no longer served.
    pub retirement: Option<Retirement>,
    /// What it can do; not kept for retired models.
    pub abilities: Option<ImageAbilities>,
}

/// The two ways to make images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageProduct {
    /// `/v1/images/generations`.
    Generation,
    /// `/v1/images/omni-image`.
    Omni,
}

/// What an image model can do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ImageAbilities {
    /// Its resolutions.
    pub resolutions: &'static [&'static str],
    /// Ratios from text alone.
    pub ratios_from_text: &'static [&'static str],
    /// Several images that belong together.
    pub series: bool,
    /// `image_reference`, `image_fidelity` and `human_fidelity`.
    pub image_reference: bool,
    /// Elements (made of pictures only).
    pub elements: bool,
}

/// The model for image generation when nobody chose one (Kling's own default since mid 2026).
pub const DEFAULT_IMAGE_GENERATION_MODEL: &str = "kling-v3";
/// The model for omni image when nobody chose one. (Kling's own default is `kling-image-o1`.)
pub const DEFAULT_OMNI_IMAGE_MODEL: &str = "kling-v3-omni";

const RETIRED: Option<Retirement> = Some(Retirement { date: REPORTED_DAY, successor: DEFAULT_IMAGE_GENERATION_MODEL });

/// The ratios of image generation.
pub(crate) const RATIOS: &[&str] = &["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"];
/// The ratios of omni image.
pub(crate) const RATIOS_AND_AUTO: &[&str] = &["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9", "auto"];

const UP_TO_2K: &[&str] = &["1k", "2k"];
const UP_TO_4K: &[&str] = &["1k", "2k", "4k"];

const PLAIN: ImageAbilities = ImageAbilities {
    resolutions: UP_TO_2K,
    ratios_from_text: RATIOS,
    series: false,
    image_reference: false,
    elements: true,
};

const fn current(
    product_name: &'static str,
    name: &'static str,
    product: ImageProduct,
    abilities: ImageAbilities,
) -> ImageModel {
    ImageModel { product_name, name, product, retirement: None, abilities: Some(abilities) }
}

const fn retired(product_name: &'static str, name: &'static str) -> ImageModel {
    ImageModel { product_name, name, product: ImageProduct::Generation, retirement: RETIRED, abilities: None }
}

/// The image models, newest first (the vendor's capability map of 2026-05-19 and the pages of 2026-09-20).
pub const IMAGE_MODELS: &[ImageModel] = &[
    current("Image 3.0", "kling-v3", ImageProduct::Generation, PLAIN),
    current(
        "Image 3.0 Omni",
        "kling-v3-omni",
        ImageProduct::Omni,
        ImageAbilities { resolutions: UP_TO_4K, series: true, ..PLAIN },
    ),
    current(
        "Image O1",
        "kling-image-o1",
        ImageProduct::Omni,
        ImageAbilities { ratios_from_text: RATIOS_AND_AUTO, ..PLAIN },
    ),
    current(
        "Image 2.1",
        "kling-v2-1",
        ImageProduct::Generation,
        ImageAbilities { image_reference: true, elements: false, ..PLAIN },
    ),
    retired("Image 2.0 New", "kling-v2-new"),
    retired("Image 2.0", "kling-v2"),
    retired("Image 1.5", "kling-v1-5"),
    retired("Image 1.0", "kling-v1"),
];

impl ImageModel {
    /// What is known about a name; `None` for a name this release has not heard of.
    pub fn find(name: &str) -> Option<&'static Self> {
        IMAGE_MODELS.iter().find(|model| model.name == name)
    }

    /// The names that a page lists and that are still served.
    pub(crate) fn names(product: ImageProduct) -> impl Iterator<Item = &'static str> {
        IMAGE_MODELS
            .iter()
            .filter(move |model| model.retirement.is_none() && model.product == product)
            .map(|model| model.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn successors_and_the_defaults_are_served() {
        let served = |name| ImageModel::find(name).is_some_and(|model| model.retirement.is_none());
        assert!(IMAGE_MODELS.iter().filter_map(|model| model.retirement).all(|gone| served(gone.successor)));
        assert!(ImageModel::names(ImageProduct::Generation).any(|name| name == DEFAULT_IMAGE_GENERATION_MODEL));
        assert!(ImageModel::names(ImageProduct::Omni).any(|name| name == DEFAULT_OMNI_IMAGE_MODEL));
    }

    #[test]
    fn every_name_stands_once_and_abilities_are_known_for_all_that_is_served() {
        for model in IMAGE_MODELS {
            assert_eq!(IMAGE_MODELS.iter().filter(|other| other.name == model.name).count(), 1, "{}", model.name);
            assert_eq!(model.abilities.is_some(), model.retirement.is_none(), "{}", model.name);
        }
    }
}

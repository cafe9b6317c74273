//! Images in results.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::lenient;

/// One generated image.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Image {
    /// Its place among its kind, from 0.
    #[serde(default, deserialize_with = "lenient::optional_integer", skip_serializing_if = "Option::is_none")]
    pub index: Option<i64>,
    /// Where it can be fetched, until it expires; empty where a product answers several links instead (kept in `extra`).
    #[serde(default, deserialize_with = "lenient::null_as_default", skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// The copy with Kling's watermark; empty or absent unless asked for.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub watermark_url: Option<String>,
    /// Everything else.
    #[serde(flatten, serialize_with = "lenient::exact")]
    pub extra: Map<String, Value>,
}

/// An image to hand over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveredImage<'a> {
    /// Kling's index, or the next free number where it gave none or gave it twice: no two images of a task share one.
    pub index: u64,
    /// Where it can be fetched.
    pub url: &'a str,
    /// The copy with Kling's watermark, if there is one.
    pub watermark_url: Option<&'a str>,
    /// Whether it is part of a series.
    pub series: bool,
}

/// Plain images first, then a series, each in Kling's order; those without a link are left out.
pub(crate) fn deliver<'a>(plain: &'a [Image], series: &'a [Image]) -> Vec<DeliveredImage<'a>> {
    let mut delivered = Vec::<DeliveredImage<'a>>::new();
    let plain_and_series = u64::try_from(plain.len() + series.len()).unwrap_or(u64::MAX);
    let all = plain.iter().map(|image| (image, false)).chain(series.iter().map(|image| (image, true)));
    for (image, series) in all.filter(|(image, _)| !image.url.is_empty()) {
        let free = |index: &u64| delivered.iter().all(|other| other.index != *index);
        let given = image.index.and_then(|index| u64::try_from(index).ok()).filter(free);
        // Among one number more than there are images, one is free.
        let index = given.or_else(|| (0..=plain_and_series).find(free)).unwrap_or(plain_and_series);
        let watermark_url = image.watermark_url.as_deref().filter(|url| !url.is_empty());
        delivered.push(DeliveredImage { index, url: &image.url, watermark_url, series });
    }
    delivered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(index: Option<i64>, url: &str) -> Image {
        Image { index, url: url.into(), watermark_url: Some(String::new()), ..Image::default() }
    }

    #[test]
    fn no_two_images_share_an_index() {
        let plain =
            [image(Some(0), "a"), image(None, "b"), image(Some(-1), "c"), image(Some(5), ""), image(Some(0), "d")];
        let series = [image(Some(0), "s"), image(Some(7), "t")];
        let delivered: Vec<_> =
            deliver(&plain, &series).iter().map(|image| (image.index, image.url, image.series)).collect();
        assert_eq!(
            delivered,
            [(0, "a", false), (1, "b", false), (2, "c", false), (3, "d", false), (4, "s", true), (7, "t", true)]
        );
        assert_eq!(deliver(&plain, &[])[0].watermark_url, None);
    }
}

//! What tasks of the new surface result in and cost.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Id, Video, lenient};

/// One result, by its `type`. Types not listed here, and listed ones that lack what makes them usable, are kept as they
/// came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Output {
    /// A video.
    Video(Video),
    /// An image.
    Image(PathImage),
    /// An element.
    Element(PathElement),
    /// Anything else, such as audio and voices.
    #[serde(untagged)]
    Other(#[serde(serialize_with = "lenient::exact")] Map<String, Value>),
}

/// An image; it has neither id nor index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PathImage {
    /// Where it can be fetched, until it expires.
    pub url: String,
    /// The copy with Kling's watermark; empty or absent unless asked for.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub watermark_url: Option<String>,
    /// The series it belongs to, if any.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// Everything else.
    #[serde(flatten, serialize_with = "lenient::exact")]
    pub extra: Map<String, Value>,
}

/// An element. Its pictures stand under `references`, or `materials` in callbacks: kept in `extra`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PathElement {
    /// What requests refer to it by.
    pub id: Id,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `multi_image_elements` or `video_character_elements`.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub element_type: Option<String>,
    /// `kling`, or its creator's id.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub owned_by: Option<String>,
    /// `succeeded` or `deleted`.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Everything else.
    #[serde(flatten, serialize_with = "lenient::exact")]
    pub extra: Map<String, Value>,
}

/// One charge.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Billing {
    /// `unit` (a resource pack) or `cash` (a balance).
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub charge_type: Option<String>,
    /// Units, or the discounted price: a decimal number as text.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// `balance` or `test_balance`.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub cash_type: Option<String>,
    /// `CNY` or `USD`.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The price before discounts, a decimal number as text.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub list_price: Option<String>,
    /// `video`, `image` or `audio`: what kind of pack the units came from.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub package_type: Option<String>,
    /// Everything else.
    #[serde(flatten, serialize_with = "lenient::exact")]
    pub extra: Map<String, Value>,
}

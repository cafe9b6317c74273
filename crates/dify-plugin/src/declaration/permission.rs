//! What a plugin may call in Dify.

use std::ops::RangeInclusive;

use serde::Serialize;

use super::field::Fields;

/// `resource.permission`. What is not there is not allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Permission {
    /// Tools of other plugins, of workflows and of Dify.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<Switch>,
    /// Models.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<Models>,
    /// Nodes of workflows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<Switch>,
    /// Endpoints of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<Switch>,
    /// Apps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<Switch>,
    /// Storage of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage: Option<Storage>,
}

/// Allowed or not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Switch {
    /// Whether it is allowed.
    pub enabled: bool,
}

/// Which models a plugin may call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "as Dify has them")]
pub struct Models {
    /// Whether any is allowed.
    pub enabled: bool,
    /// Language models.
    pub llm: bool,
    /// Embeddings of texts.
    pub text_embedding: bool,
    /// Ranking of documents.
    pub rerank: bool,
    /// Speech from text.
    pub tts: bool,
    /// Text from speech.
    pub speech2text: bool,
    /// Moderation of texts.
    pub moderation: bool,
}

/// Storage of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Storage {
    /// Whether it is allowed.
    pub enabled: bool,
    /// How many bytes, [1 KiB to 1 GiB](Self::SIZES).
    pub size: i64,
}

impl Storage {
    /// The sizes that may be asked for, in bytes (dify-plugin-daemon 0.6.10, 2026-08).
    pub const SIZES: RangeInclusive<i64> = 1024..=1_073_741_824;

    fn read(fields: &Fields<'_>) -> Self {
        let size = fields.get("size").required();
        let bytes = size.integer();
        if let Some(bytes) = bytes {
            size.within(bytes, &Self::SIZES);
        }
        Self { enabled: fields.get("enabled").flag(), size: bytes.unwrap_or_default() }
    }
}

impl Permission {
    pub(super) fn read(fields: &Fields<'_>) -> Self {
        let switch = |name| fields.get(name).object(|fields| Switch { enabled: fields.get("enabled").flag() });
        Self {
            tool: switch("tool"),
            model: fields.get("model").object(Models::read),
            node: switch("node"),
            endpoint: switch("endpoint"),
            app: switch("app"),
            storage: fields.get("storage").object(Storage::read),
        }
    }
}

impl Models {
    fn read(fields: &Fields<'_>) -> Self {
        let flag = |name| fields.get(name).flag();
        Self {
            enabled: flag("enabled"),
            llm: flag("llm"),
            text_embedding: flag("text_embedding"),
            rerank: flag("rerank"),
            tts: flag("tts"),
            speech2text: flag("speech2text"),
            moderation: flag("moderation"),
        }
    }
}

//! The signature of a package, as Dify's daemon checks it (dify-plugin-daemon 0.6.10, 2026-08).

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::{Entry, Package, sha256};

/// The file that tells a signature's category. Signing adds it behind all others.
pub const VERIFICATION_FILE: &str = ".verification.dify.json";

/// What a signer says a plugin is. With a key of one's own it is a label: nothing is allowed by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// Made by Dify.
    Langgenius,
    /// Made by a partner of Dify.
    Partner,
    /// Made by anybody else.
    #[default]
    Community,
}

impl Category {
    /// Its name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Langgenius => "langgenius",
            Self::Partner => "partner",
            Self::Community => "community",
        }
    }

    /// The content of [`VERIFICATION_FILE`].
    pub fn file(self) -> String {
        format!(r#"{{"authorized_category":"{}"}}"#, self.name())
    }

    /// The category in the content of [`VERIFICATION_FILE`].
    ///
    /// # Errors
    /// When it is not such a file, or another word.
    pub fn parse(file: &[u8]) -> Result<Self> {
        #[derive(Deserialize)]
        struct File {
            authorized_category: Category,
        }
        let file: File =
            serde_json::from_slice(file).with_context(|| format!("{VERIFICATION_FILE} tells no category"))?;
        Ok(file.authorized_category)
    }
}

/// What stands in the comment of a signed archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    pub bytes: Vec<u8>,
    /// When it was signed, in seconds since 1970. It is signed too.
    pub time: i64,
}

#[derive(Serialize, Deserialize)]
struct Comment {
    signature: String,
    time: i64,
}

impl Signature {
    /// Reads a comment.
    ///
    /// # Errors
    /// When it is no signature.
    pub fn parse(comment: &[u8]) -> Result<Self> {
        let Comment { signature, time } =
            serde_json::from_slice(comment).context("the archive's comment is no signature")?;
        let bytes = STANDARD.decode(signature).context("the signature in the archive's comment is no Base64")?;
        Ok(Self { bytes, time })
    }

    /// The comment for the archive.
    ///
    /// # Errors
    /// Never: two plain values are always JSON.
    pub fn comment(&self) -> Result<String> {
        let Self { bytes, time } = self;
        Ok(serde_json::to_string(&Comment { signature: STANDARD.encode(bytes), time: *time })?)
    }
}

/// What a signature covers: the contents of the files in their order, and the time. Names are not signed.
pub fn signed_message<'a>(contents: impl IntoIterator<Item = &'a [u8]>, time: i64) -> Vec<u8> {
    let mut message: Vec<u8> = contents.into_iter().flat_map(sha256).collect();
    message.extend(time.to_string().into_bytes());
    message
}

impl Package {
    /// What a signature of this package, made at a time, covers.
    pub fn signed_message(&self, time: i64) -> Vec<u8> {
        signed_message(self.contents(), time)
    }

    pub(crate) fn contents(&self) -> impl Iterator<Item = &[u8]> {
        self.entries().iter().map(|Entry { content, .. }| content.as_slice())
    }
}

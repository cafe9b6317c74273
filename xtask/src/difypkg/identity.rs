//! What a package is known by: its checksum, and the name it gets in Dify.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Context, Result, ensure};
use rsa::sha2::{Digest, Sha256};
use serde::Deserialize;

use super::Package;

/// As much of `manifest.yaml` as names a package, tells how it starts, and is asked for by the marketplace.
///
/// A missing field is empty: that is for others to complain about.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Manifest {
    /// The publisher.
    pub author: String,
    /// The plugin.
    pub name: String,
    /// The version of the plugin.
    pub version: String,
    /// The file of the icon, in `_assets/`.
    pub icon: String,
    /// The file of the icon for dark pages, in `_assets/`.
    pub icon_dark: String,
    /// Machines and the runner.
    pub meta: Meta,
    /// The path or link of the privacy policy.
    pub privacy: String,
    /// Where the source is.
    pub repo: String,
    /// An e-mail address.
    pub contact: String,
}

/// `meta` of `manifest.yaml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Meta {
    /// The machines it says it runs on: `amd64`, `arm64`.
    pub arch: Vec<String>,
    /// How it is started.
    pub runner: Runner,
}

/// `meta.runner` of `manifest.yaml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Runner {
    /// The Python module that is started.
    pub entrypoint: String,
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a `String` does not fail.
        write!(text, "{byte:02x}").ok();
        text
    })
}

impl Package {
    /// The checksum that stands in a package's identity: of the names and contents of all files, a signature's included,
    /// whatever their order (dify-plugin-daemon 0.6.10, `CalculateChecksum`).
    pub fn checksum(&self) -> String {
        let sums: BTreeMap<_, _> =
            self.entries().iter().map(|entry| (entry.name.as_bytes(), sha256(&entry.content))).collect();
        let mut all = Vec::with_capacity(sums.len() * 64);
        for (name, sum) in sums {
            all.extend(sha256(name));
            all.extend(sum);
        }
        hex(&sha256(&all))
    }

    /// The manifest.
    ///
    /// # Errors
    /// When there is none in the root, or it is no manifest.
    pub fn manifest(&self) -> Result<Manifest> {
        let Some(yaml) = self.file("manifest.yaml") else {
            let elsewhere = self.entries().iter().find(|entry| entry.name.ends_with("/manifest.yaml"));
            let hint = elsewhere.map_or_else(String::new, |entry| format!("; {} must stand in the root", entry.name));
            anyhow::bail!("there is no manifest.yaml{hint}");
        };
        let yaml = std::str::from_utf8(yaml).context("manifest.yaml is not UTF-8")?;
        // As the daemon: a version such as 1.10 is a text.
        let options = serde_saphyr::options! { strict_booleans: true };
        serde_saphyr::from_str_with_options(yaml, options).context("manifest.yaml is not what Dify reads")
    }

    /// What Dify calls it, its `plugin_unique_identifier`: `author/name:version@checksum`.
    ///
    /// # Errors
    /// When there is no manifest, or it names the package as the daemon does not allow.
    pub fn identity(&self) -> Result<String> {
        let Manifest { author, name, version, .. } = self.manifest()?;
        ensure!(is_word(&author, 64), "the author {author:?} is not 1 to 64 of a-z, 0-9, _ and -");
        ensure!(!is_uuid(&author), "the author is a UUID, as Dify gives to those who debug");
        ensure!(is_word(&name, 128), "the name {name:?} is not 1 to 128 of a-z, 0-9, _ and -");
        ensure!(is_version(&version), "the version {version:?} is not as 1.2.3 or 1.2.3-beta1");
        Ok(format!("{author}/{name}:{version}@{}", self.checksum()))
    }
}

fn is_word(text: &str, longest: usize) -> bool {
    let letter = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    (1..=longest).contains(&text.len()) && text.bytes().all(letter)
}

/// In one of the forms the daemon could meet here: with hyphens or without.
fn is_uuid(text: &str) -> bool {
    let digits = text.replace('-', "");
    digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) && matches!(text.len(), 32 | 36)
}

/// Three numbers of up to four digits, and perhaps a word of up to sixteen characters after a hyphen.
pub(crate) fn is_version(text: &str) -> bool {
    let (numbers, suffix) = text.split_once('-').map_or((text, None), |(numbers, suffix)| (numbers, Some(suffix)));
    let numbers: Vec<_> = numbers.split('.').collect();
    let number = |it: &&str| (1..=4).contains(&it.len()) && it.bytes().all(|byte| byte.is_ascii_digit());
    let word =
        |it: &str| (1..=16).contains(&it.len()) && it.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    numbers.len() == 3 && numbers.iter().all(number) && suffix.is_none_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_what_the_daemon_takes() {
        for good in ["0.1.0", "1.2.3-beta1", "9999.0.1", "1.2.3-a_b"] {
            assert!(is_version(good), "{good}");
        }
        for bad in ["", "1", "1.2", "1.2.3.4", "1.2.x", "10000.0.0", "1.2.3-", "1.2.3-beta.1", "v1.2.3", "1.2.3 "] {
            assert!(!is_version(bad), "{bad}");
        }
    }

    #[test]
    fn authors_are_words_and_no_uuids() {
        assert!(is_word("sawyer-shi", 64) && !is_word("Sawyer", 64) && !is_word("", 64) && !is_word("aaa", 2));
        assert!(is_uuid("123e4567-e89b-12d3-a456-426614174000") && !is_uuid("sawyer-shi"));
    }
}

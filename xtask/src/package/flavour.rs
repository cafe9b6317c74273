//! Where the program comes from.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use clap::ValueEnum;

use super::contents::{Change, Changes};
use crate::project::{BINARY, VERSION};
use crate::python_sdk;

/// A kind of package.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Flavour {
    /// The program is inside: installs without a network
    #[default]
    Native,
    /// No program inside, as Dify's marketplace wants it: a wheel brings it
    Marketplace,
}

impl Flavour {
    /// The files that differ from those of `plugin`. In the marketplace's flavour `requirements.txt` pins the wheel of this
    /// version, and the translations of the readme stand in the root too, where the marketplace looks for them.
    ///
    /// # Errors
    /// When the folder of the translations cannot be listed.
    pub fn changes(self, plugin: &Path) -> Result<Changes> {
        if self == Self::Native {
            return Ok(Changes::new());
        }
        let mut changes = Changes::from([("requirements.txt".to_owned(), Change::Text(requirements()))]);
        let folder = plugin.join("readme");
        for item in fs::read_dir(&folder).with_context(|| format!("{} cannot be listed", folder.display()))? {
            let name = item?.file_name();
            let Some(locale) = name.to_str().and_then(locale) else { continue };
            changes.insert(format!("README.{locale}.md"), Change::CopyOf(format!("readme/README_{locale}.md")));
        }
        Ok(changes)
    }
}

/// `zh_Hans` of `README_zh_Hans.md`.
fn locale(name: &str) -> Option<&str> {
    name.strip_prefix("README_")?.strip_suffix(".md")
}

fn requirements() -> String {
    let sdk = python_sdk::REQUIREMENT;
    format!(
        "# The program itself needs no Python package: the marketplace wants Dify's SDK installed beside every plugin.\n\
         {sdk}\n\
         # The program, which main.py becomes.\n\
         {BINARY}=={VERSION}\n"
    )
}

//! `dist/SHA256SUMS`, for `sha256sum --check`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::difypkg;
use crate::project::{PLUGIN, VERSION};

/// Its name beside the files it is about.
pub const FILE: &str = "SHA256SUMS";
const ENDS: [&str; 3] = [".difypkg", ".whl", ".cdx.json"];

/// Writes the sums of this version's packages, wheels and bills of materials in a folder.
///
/// # Errors
/// When a file cannot be read or the sums cannot be written.
pub fn write(folder: &Path) -> Result<()> {
    let mut sums = BTreeMap::new();
    for item in fs::read_dir(folder).with_context(|| format!("{} cannot be listed", folder.display()))? {
        let item = item?;
        let Ok(name) = item.file_name().into_string() else { continue };
        let ours = name.strip_prefix(&format!("{PLUGIN}-{VERSION}")).is_some_and(|rest| rest.starts_with(['.', '-']));
        if ours && ENDS.iter().any(|end| name.ends_with(end)) {
            let bytes = fs::read(item.path()).with_context(|| format!("{name} cannot be read"))?;
            sums.insert(name, sha256(&bytes));
        }
    }
    let lines: Vec<_> = sums.iter().map(|(name, sum)| format!("{sum}  {name}\n")).collect();
    fs::write(folder.join(FILE), lines.concat()).with_context(|| format!("{FILE} cannot be written"))
}

/// SHA-256 in hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    difypkg::hex(&difypkg::sha256(bytes))
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn this_version_is_summed_and_nothing_else() {
        let folder = TempDir::new().unwrap();
        let package = format!("{PLUGIN}-{VERSION}.difypkg");
        let wheel = format!("{PLUGIN}-{VERSION}-py3-none-any.whl");
        for name in
            [&package, &wheel, "key.private.pem", "kling_aigc-0.0.9.difypkg", &format!("{PLUGIN}-{VERSION}0.whl")]
        {
            fs::write(folder.path().join(name), "abc").unwrap();
        }
        write(folder.path()).unwrap();
        // FIPS 180-2's example.
        let sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let sums = fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert_eq!(sums, format!("{sum}  {wheel}\n{sum}  {package}\n"));
    }
}

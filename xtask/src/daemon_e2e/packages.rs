//! The packages of the course: as built, signed by us, signed by a stranger, of an earlier version, and for
//! other machines.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::difypkg::{Category, Package, PrivateKey};
use crate::package::manifest_version;
use crate::{keygen, say, sign};

/// The daemon takes any size; this one is made quickly.
const KEY_BITS: usize = 2048;
/// Before every version there is.
pub(super) const EARLIER_VERSION: &str = "0.0.1";

/// A package ready to be uploaded.
pub(super) struct Upload {
    pub(super) bytes: Vec<u8>,
    /// As we compute it: the daemon must come to the same.
    pub(super) identity: String,
}

/// All of them, and the key the daemon is to accept.
pub(super) struct Packages {
    pub(super) unsigned: Upload,
    pub(super) foreign: Upload,
    pub(super) signed: Upload,
    pub(super) earlier: Upload,
    /// For machines of another kind only.
    pub(super) elsewhere: Upload,
    pub(super) public_key: PathBuf,
}

impl Packages {
    /// Makes keys and the other packages of an unsigned one.
    pub(super) fn make(unsigned: Vec<u8>, folder: &Path) -> Result<Self> {
        let (ours, strangers) = (PrivateKey::generate(KEY_BITS)?, PrivateKey::generate(KEY_BITS)?);
        let (_, public_key) = keygen::write_pair(&folder.join("signer"), &ours)?;
        let time = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is before 1970")?.as_secs();
        let signed = |bytes: &[u8], key| Upload::new(sign::sign(bytes, key, Category::Community, time)?);
        let earlier = rewritten(&unsigned, EARLIER_VERSION, str::to_owned)?;
        let elsewhere = rewritten(&unsigned, "0.0.0", |name| match name.strip_prefix("bin/") {
            // Whatever is inside, for a kind that nobody has.
            Some(program) => format!("bin/other-than-{program}"),
            None => name.to_owned(),
        })?;
        let packages = Self {
            foreign: signed(&unsigned, &strangers)?,
            signed: signed(&unsigned, &ours)?,
            earlier: signed(&earlier, &ours)?,
            elsewhere: signed(&elsewhere, &ours)?,
            unsigned: Upload::new(unsigned)?,
            public_key,
        };
        say::line("package", &packages.signed.identity);
        Ok(packages)
    }
}

impl Upload {
    fn new(bytes: Vec<u8>) -> Result<Self> {
        let identity = Package::read(&bytes)?.identity()?;
        Ok(Self { bytes, identity })
    }
}

/// The same package under another version, and files under other names; what is in them is taken over as it is.
fn rewritten(package: &[u8], version: &str, rename: impl Fn(&str) -> String) -> Result<Vec<u8>> {
    const MANIFEST: &str = "manifest.yaml";

    let read = Package::read(package)?;
    let manifest = std::str::from_utf8(read.file(MANIFEST).context("the package has no manifest")?)?;
    let own = format!("version: {}", manifest_version(manifest)?);
    let lines =
        manifest.lines().map(|line| if line == own { format!("version: {version}\n") } else { format!("{line}\n") });
    let manifest: String = lines.collect();

    let mut archive = ZipArchive::new(Cursor::new(package))?;
    let mut earlier = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index)?;
        let name = entry.name()?.into_owned();
        if name == MANIFEST {
            earlier.start_file(MANIFEST, SimpleFileOptions::default())?;
            earlier.write_all(manifest.as_bytes())?;
        } else {
            earlier.raw_copy_file_rename(entry, rename(&name))?;
        }
    }
    Ok(earlier.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_version_changes_the_manifest_s_own_line_alone() {
        let manifest = "version: 0.1.0\nauthor: a\nname: n\nmeta:\n  version: 0.1.0\n";
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in [("a.txt", "kept"), ("manifest.yaml", manifest), ("z.txt", "kept too")] {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        let rename = |name: &str| name.replace("z.txt", "y.txt");
        let earlier = rewritten(&zip.finish().unwrap().into_inner(), "0.0.1", rename).unwrap();
        let earlier = Package::read(&earlier).unwrap();
        let files: Vec<_> =
            earlier.entries().iter().map(|entry| (entry.name.as_str(), entry.content.as_slice())).collect();
        let changed = "version: 0.0.1\nauthor: a\nname: n\nmeta:\n  version: 0.1.0\n".as_bytes();
        assert_eq!(files, [("a.txt", &b"kept"[..]), ("manifest.yaml", changed), ("y.txt", b"kept too")]);
    }
}

//! The manifest and the YAML it names.

use std::fs;
use std::io;
use std::path::Path;

use crate::declaration::Declaration;
use crate::difypkg::{Enforcer, Finding, Package};

pub(super) struct Declared {
    pub(super) findings: Vec<Finding>,
    /// The bytes of what the daemon stores.
    pub(super) stored: Option<usize>,
}

pub(super) fn check(package: &Package) -> Declared {
    let read = || {
        let folder = tempfile::tempdir()?;
        write(package, folder.path())?;
        Declaration::read(folder.path())?.stored()
    };
    match read() {
        Ok(stored) => Declared { findings: Vec::new(), stored: Some(stored.len()) },
        Err(error) => {
            let finding = Finding::error(Enforcer::DifyApi, "declaration", "", format!("{error:#}"));
            Declared { findings: vec![finding], stored: None }
        }
    }
}

fn write(package: &Package, folder: &Path) -> io::Result<()> {
    // Programs need not be copied.
    let is_text = |content: &[u8]| std::str::from_utf8(content).is_ok();
    for entry in package.entries().iter().filter(|entry| is_text(&entry.content)) {
        let path = folder.join(&entry.name);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, &entry.content)?;
    }
    Ok(())
}

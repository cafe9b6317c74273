//! The package as Dify's daemon unpacks it.

use std::fs::{self, File, Permissions};
use std::io::{self, Read, Seek};
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path};

use anyhow::{Context, Result, bail, ensure};
use zip::ZipArchive;

/// Unpacks into an empty or missing folder: files as 0644, folders as 0755, whatever the archive says
/// (dify-plugin-daemon 0.6.10). The number of files comes back.
///
/// # Errors
/// When the folder is not empty, or an entry is a folder or would land outside.
pub fn unpack(package: impl Read + Seek, folder: &Path) -> Result<usize> {
    make_folder(folder)?;
    ensure!(fs::read_dir(folder)?.next().is_none(), "{} is not empty", folder.display());
    let mut archive = ZipArchive::new(package).context("the package is no zip")?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let name = entry.name()?.into_owned();
        if entry.is_dir() {
            bail!("`{name}` is a folder: Dify refuses such an entry");
        }
        let path = Path::new(&name);
        let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
        ensure!(inside && !name.is_empty(), "`{name}` would land outside the folder");
        write_file(folder, path, &mut entry).with_context(|| format!("`{name}` cannot be unpacked"))?;
    }
    Ok(archive.len())
}

fn write_file(folder: &Path, path: &Path, content: &mut impl Read) -> io::Result<()> {
    let mut parents: Vec<_> = path.ancestors().skip(1).filter(|parent| *parent != Path::new("")).collect();
    parents.reverse();
    for parent in parents {
        make_folder(&folder.join(parent))?;
    }
    let target = folder.join(path);
    io::copy(content, &mut File::create_new(&target)?)?;
    fs::set_permissions(target, Permissions::from_mode(0o644))
}

fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    // Whatever the umask is.
    fs::set_permissions(folder, Permissions::from_mode(0o755))
}

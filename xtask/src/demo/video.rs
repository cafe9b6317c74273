//! The video, saved and checked.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::session::Delivered;
use crate::say;

/// Saves every file under its own name and checks that it is a video, the expected one where that is known. The first
/// one's path comes back.
pub(super) fn save(files: &[Delivered], folder: &Path, expected: Option<&[u8]>) -> Result<PathBuf> {
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let mut first = None;
    for file in files {
        let name = file.name.as_deref().context("a file has no name")?;
        ensure!(Path::new(name).file_name() == Some(OsStr::new(name)), "`{name}` is no name of a file");
        ensure!(is_mp4(&file.bytes), "`{name}` is no MP4 video");
        if let Some(expected) = expected {
            ensure!(file.bytes == expected, "`{name}` is not the video that the simulator made");
        }
        let path = folder.join(name);
        fs::write(&path, &file.bytes).with_context(|| format!("{} cannot be written", path.display()))?;
        let checked = if expected.is_some() { "MP4, byte for byte what the simulator made" } else { "MP4" };
        say::line("file", format_args!("{name}, {}, {checked}", say::size(file.bytes.len() as u64)));
        first = first.or(Some(path));
    }
    first.context("the tool delivered no video")
}

/// Every MP4 begins with a box of the type `ftyp` (ISO 14496-12).
fn is_mp4(bytes: &[u8]) -> bool {
    bytes.get(4..8) == Some(b"ftyp")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivered(name: &str, bytes: &[u8]) -> Vec<Delivered> {
        vec![Delivered { name: Some(name.into()), bytes: bytes.to_vec() }]
    }

    #[test]
    fn only_the_expected_video_passes() {
        let folder = tempfile::tempdir().unwrap();
        let video = b"\0\0\0\x08ftyp";
        let check = |name, bytes, expected| save(&delivered(name, bytes), folder.path(), expected);

        let saved = check("1.mp4", video, Some(video.as_slice())).unwrap();
        assert_eq!(fs::read(saved).unwrap(), video);
        assert!(check("1.mp4", b"\0\0\0\x08ftypX", Some(video)).is_err());
        assert!(check("1.mp4", b"", None).is_err());
        assert!(check("../1.mp4", video, None).is_err());
        assert!(save(&[], folder.path(), None).is_err());
    }
}

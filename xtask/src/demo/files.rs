//! The files a tool delivered, saved and checked.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use dify_plugin::host::Blob;
use kling_sim::{SAMPLE_MP4, SAMPLE_PNG};

use super::samples::Delivers;
use crate::say;

/// What a file is, by its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Mp4,
    Png,
    Jpeg,
}

impl Kind {
    fn of(bytes: &[u8]) -> Option<Self> {
        // Every MP4 begins with a box of the type `ftyp` (ISO 14496-12).
        if bytes.get(4..8) == Some(b"ftyp") {
            return Some(Self::Mp4);
        }
        let beginnings: [(&[u8], Self); 2] = [(b"\x89PNG\r\n\x1a\n", Self::Png), (b"\xff\xd8\xff", Self::Jpeg)];
        beginnings.into_iter().find(|(beginning, _)| bytes.starts_with(beginning)).map(|(_, kind)| kind)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Mp4 => "MP4",
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
        }
    }

    const fn suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Mp4 => &["mp4"],
            Self::Png => &["png"],
            Self::Jpeg => &["jpg", "jpeg"],
        }
    }
}

impl Delivers {
    const fn count(self) -> usize {
        match self {
            Self::Videos(count) | Self::Images(count) => count,
            Self::Nothing => 0,
        }
    }

    /// What a file is called, the kinds it may have, and what the simulator makes.
    const fn file(self) -> (&'static str, &'static [Kind], &'static [u8]) {
        match self {
            Self::Videos(_) => ("video", &[Kind::Mp4], SAMPLE_MP4),
            Self::Images(_) | Self::Nothing => ("image", &[Kind::Png, Kind::Jpeg], SAMPLE_PNG),
        }
    }
}

/// A file in its folder.
#[derive(Debug)]
pub(super) struct Saved {
    /// `video` or `image`.
    pub(super) label: &'static str,
    pub(super) path: PathBuf,
}

/// Saves every file under its own name, and checks that they are as many as expected and what their names say; with
/// `simulated`, byte for byte what the simulator made.
pub(super) fn save(files: &[Blob], folder: &Path, expected: Delivers, simulated: bool) -> Result<Vec<Saved>> {
    let (label, kinds, made) = expected.file();
    let (found, count) = (files.len(), expected.count());
    ensure!(found == count, "the tool delivered {found} files, not {count}");
    let mut saved = Vec::<Saved>::new();
    for file in files {
        let name = file.filename.as_deref().context("a file has no name")?;
        ensure!(Path::new(name).file_name() == Some(OsStr::new(name)), "`{name}` is no name of a file");
        let kind = Kind::of(&file.bytes).filter(|kind| kinds.contains(kind));
        let kind = kind.with_context(|| format!("`{name}` is no {label}"))?;
        let suffix = Path::new(name).extension().and_then(OsStr::to_str).unwrap_or_default();
        ensure!(kind.suffixes().contains(&suffix), "`{name}` is a {}", kind.name());
        ensure!(!simulated || file.bytes == made, "`{name}` is not the {label} that the simulator made");

        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let path = folder.join(name);
        ensure!(saved.iter().all(|saved| saved.path != path), "two files are called `{name}`");
        fs::write(&path, &file.bytes).with_context(|| format!("{} cannot be written", path.display()))?;
        let checked = if simulated { ", byte for byte what the simulator made" } else { "" };
        say::line("file", format_args!("{name}, {}, {}{checked}", say::size(file.bytes.len() as u64), kind.name()));
        saved.push(Saved { label, path });
    }
    Ok(saved)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIDEO: &[u8] = b"\0\0\0\x08ftyp";
    const JPEG: &[u8] = b"\xff\xd8\xff\xe0";

    /// What saving files with these names and bytes leads to: their paths, or the refusal.
    fn save(files: &[(&str, &[u8])], expected: Delivers, simulated: bool) -> Result<Vec<PathBuf>, String> {
        let folder = tempfile::tempdir().unwrap();
        let blob = |(name, bytes): &(&str, &[u8])| Blob {
            id: (*name).into(),
            filename: Some((*name).into()),
            mime_type: None,
            bytes: bytes.to_vec(),
        };
        let files: Vec<_> = files.iter().map(blob).collect();
        let saved = super::save(&files, folder.path(), expected, simulated).map_err(|error| error.to_string())?;
        for (saved, file) in saved.iter().zip(&files) {
            assert_eq!(fs::read(&saved.path).unwrap(), file.bytes);
        }
        Ok(saved.iter().map(|saved| saved.path.strip_prefix(folder.path()).unwrap().to_owned()).collect())
    }

    #[test]
    fn files_of_the_expected_kind_are_saved_under_their_names() {
        assert_eq!(save(&[("1_1.mp4", VIDEO)], Delivers::Videos(1), false).unwrap(), [Path::new("1_1.mp4")]);
        assert!(save(&[("1_1.mp4", SAMPLE_MP4)], Delivers::Videos(1), true).is_ok());
        let images: [(&str, &[u8]); 2] = [("1_0.jpg", JPEG), ("1_1.png", SAMPLE_PNG)];
        assert_eq!(save(&images, Delivers::Images(2), false).unwrap().len(), 2);
        assert_eq!(save(&[], Delivers::Nothing, true).unwrap().len(), 0);
    }

    #[test]
    fn anything_else_is_refused() {
        let refused = |files: &[(&str, &[u8])], expected, simulated| save(files, expected, simulated).unwrap_err();
        let video = Delivers::Videos(1);
        assert_eq!(refused(&[], video, false), "the tool delivered 0 files, not 1");
        assert_eq!(refused(&[("1_1.mp4", VIDEO)], Delivers::Nothing, false), "the tool delivered 1 files, not 0");
        assert_eq!(refused(&[("1_1.mp4", b"")], video, false), "`1_1.mp4` is no video");
        assert_eq!(refused(&[("1_1.mp4", SAMPLE_PNG)], video, false), "`1_1.mp4` is no video");
        assert_eq!(refused(&[("1_0.png", JPEG)], Delivers::Images(1), false), "`1_0.png` is a JPEG");
        assert_eq!(refused(&[("1_1.mp4", VIDEO)], video, true), "`1_1.mp4` is not the video that the simulator made");
        assert_eq!(refused(&[("../1.mp4", VIDEO)], video, false), "`../1.mp4` is no name of a file");
        let twice = [("1_1.mp4", VIDEO), ("1_1.mp4", VIDEO)];
        assert_eq!(refused(&twice, Delivers::Videos(2), false), "two files are called `1_1.mp4`");
    }
}

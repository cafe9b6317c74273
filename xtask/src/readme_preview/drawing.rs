//! Images of the READMEs: drawn as SVG in `docs/images/`, shown as PNG from `plugin/_assets/`.
//!
//! Dify hands an image over as bytes of no type (`application/octet-stream`). Browsers know a PNG by its first bytes,
//! and an SVG not at all.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::project;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Signature, then IHDR: length, name, thirteen bytes, checksum.
const AFTER_HEADER: usize = SIGNATURE.len() + 4 + 4 + 13 + 4;
/// The key of the text chunk that tells the checksum of the SVG.
const STAMP: &[u8] = b"Source\0";

/// An image to be drawn.
#[derive(Debug)]
pub struct Drawing {
    /// Where it is.
    pub path: PathBuf,
    /// What it is.
    pub svg: String,
    /// Where its PNG is, below `plugin/`.
    pub asset: PathBuf,
}

impl Drawing {
    /// All there are, by name.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn all() -> Result<Vec<Self>> {
        let folder = project::root().join("docs/images");
        let listing = fs::read_dir(&folder).with_context(|| format!("{} cannot be listed", folder.display()))?;
        let mut paths = listing.map(|file| Ok(file?.path())).collect::<Result<Vec<_>>>()?;
        paths.retain(|path| path.extension().is_some_and(|end| end == "svg"));
        paths.sort();
        let drawing = |path: PathBuf| {
            let svg = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
            let name = path.file_name().context("a drawing has a name")?;
            Ok(Self { asset: PathBuf::from("_assets").join(name).with_extension("png"), svg, path })
        };
        paths.into_iter().map(drawing).collect()
    }

    /// How wide and high it is in Dify's panel, in pixels.
    ///
    /// # Errors
    /// When it does not begin by telling so.
    pub fn size(&self) -> Result<(u32, u32)> {
        let attribute = |name: &str| -> Option<u32> {
            let tag = self.svg.strip_prefix("<svg ")?.split_once('>')?.0;
            tag.split_once(&format!(" {name}=\""))?.1.split_once('"')?.0.parse().ok()
        };
        let size = attribute("width").zip(attribute("height"));
        size.with_context(|| format!("{} does not begin with its width and height", self.path.display()))
    }

    /// A PNG of it that says which drawing it shows.
    ///
    /// # Errors
    /// When it is no PNG.
    pub fn stamped(&self, png: &[u8]) -> Result<Vec<u8>> {
        ensure!(size(png).is_some(), "no PNG was drawn");
        let mut stamp = b"tEXt".to_vec();
        stamp.extend(STAMP);
        stamp.extend(self.stamp().bytes());
        let (header, rest) = png.split_at(AFTER_HEADER);
        let length = u32::try_from(stamp.len() - 4)?.to_be_bytes();
        let checksum = crc32fast::hash(&stamp).to_be_bytes();
        Ok([header, &length, &stamp, &checksum, rest].concat())
    }

    /// Whether a PNG was made of this drawing as it is now.
    pub fn is_shown_by(&self, png: &[u8]) -> bool {
        let stamp = [STAMP, self.stamp().as_bytes()].concat();
        size(png).is_some() && png.get(AFTER_HEADER + 8..).is_some_and(|rest| rest.starts_with(&stamp))
    }

    fn stamp(&self) -> String {
        format!("{:08x}", crc32fast::hash(self.svg.as_bytes()))
    }
}

/// Width and height of a PNG, in pixels.
pub fn size(png: &[u8]) -> Option<(u32, u32)> {
    let header = png.strip_prefix(SIGNATURE)?.get(..AFTER_HEADER - SIGNATURE.len())?;
    let number = |at: usize| header.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
    (header.get(4..8)? == b"IHDR").then_some((number(8)?, number(12)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png() -> Vec<u8> {
        let header = [&13_u32.to_be_bytes()[..], b"IHDR", &540_u32.to_be_bytes(), &200_u32.to_be_bytes(), &[0; 9]];
        [SIGNATURE, &header.concat(), b"rest"].concat()
    }

    fn drawing(svg: &str) -> Drawing {
        Drawing { path: PathBuf::new(), svg: svg.into(), asset: PathBuf::new() }
    }

    #[test]
    fn a_drawing_tells_its_size() {
        let svg = "<svg viewBox=\"0 0 9 9\" width=\"540\" height=\"148\"><rect width=\"1\"/></svg>";
        assert_eq!(drawing(svg).size().unwrap(), (540, 148));
        for other in ["<svg width=\"540\"><rect height=\"1\"/></svg>", "<svg width=\"9em\" height=\"1\"/>", ""] {
            drawing(other).size().unwrap_err();
        }
    }

    #[test]
    fn a_png_says_which_drawing_it_shows() {
        let shown = drawing("<svg/>");
        let stamped = shown.stamped(&png()).unwrap();
        assert!(shown.is_shown_by(&stamped) && stamped.ends_with(b"rest"));
        assert_eq!(size(&stamped), Some((540, 200)));
        let changed = drawing("<svg />");
        assert!(!changed.is_shown_by(&stamped) && !changed.is_shown_by(&png()));
        changed.stamped(b"<svg/>").unwrap_err();
    }
}

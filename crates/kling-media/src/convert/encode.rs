//! From pixels of 8 bits to a file that is taken.

use std::io::{self, Write};

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ImageEncoder, ImageResult};

use super::scale;
use crate::FileKind;

/// Hardly a loss to be seen, and still a picture.
const QUALITIES: [u8; 2] = [92, 80];
/// How often a picture is made smaller before it is given up: each time to about the size that is taken.
const ROUNDS: usize = 6;

/// A file.
#[derive(Debug)]
pub(super) struct Encoded {
    pub(super) kind: FileKind,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) bytes: Vec<u8>,
}

/// A PNG where the pixels are exact or partly transparent and it is short enough, a JPEG otherwise; smaller in its
/// measures where nothing else helps. `None` when a side would fall short of `min_side`.
pub(super) fn within(
    picture: DynamicImage,
    profile: Option<&[u8]>,
    is_lossless: bool,
    max_bytes: u64,
    min_side: u32,
) -> Option<Encoded> {
    let is_transparent = is_transparent(&picture);
    let mut picture = if is_transparent { picture } else { opaque(picture) };
    let max = usize::try_from(max_bytes).unwrap_or(usize::MAX);
    for _ in 0..ROUNDS {
        let (width, height) = (picture.width(), picture.height());
        let done = |kind, bytes| Some(Encoded { kind, width, height, bytes });
        let mut length = usize::MAX;
        if is_transparent || is_lossless {
            match written(max, |out| png(&picture, profile, out)) {
                Ok(bytes) => return done(FileKind::PNG, bytes),
                Err(needed) => length = needed,
            }
        }
        if !is_transparent {
            for quality in QUALITIES {
                match written(max, |out| jpeg(&picture, profile, quality, out)) {
                    Ok(bytes) => return done(FileKind::JPEG, bytes),
                    Err(needed) => length = needed,
                }
            }
        }
        // A little below what the lengths suggest.
        let pixels = u64::from(width) * u64::from(height);
        let fitting = u128::from(pixels) * u128::from(max_bytes) * 9 / 10 / u128::try_from(length).unwrap_or(1).max(1);
        let (width, height) =
            scale::fitting((width, height), u64::try_from(fitting).unwrap_or(pixels).min(pixels * 9 / 10), u32::MAX);
        if width.min(height) < min_side {
            return None;
        }
        picture = scale::shrunk(picture, (width, height));
    }
    None
}

fn is_transparent(picture: &DynamicImage) -> bool {
    let channels = usize::from(picture.color().channel_count());
    picture.color().has_alpha() && picture.as_bytes().chunks_exact(channels).any(|pixel| pixel.last() != Some(&u8::MAX))
}

fn opaque(picture: DynamicImage) -> DynamicImage {
    match picture {
        DynamicImage::ImageLumaA8(_) => picture.into_luma8().into(),
        DynamicImage::ImageRgba8(_) => picture.into_rgb8().into(),
        picture => picture,
    }
}

fn png(picture: &DynamicImage, profile: Option<&[u8]>, out: &mut Bounded) -> ImageResult<()> {
    let mut encoder = PngEncoder::new_with_quality(out, CompressionType::Fast, FilterType::Adaptive);
    if let Some(profile) = profile {
        encoder.set_icc_profile(profile.to_vec()).ok();
    }
    encoder.write_image(picture.as_bytes(), picture.width(), picture.height(), picture.color().into())
}

fn jpeg(picture: &DynamicImage, profile: Option<&[u8]>, quality: u8, out: &mut Bounded) -> ImageResult<()> {
    let mut encoder = JpegEncoder::new_with_quality(out, quality);
    if let Some(profile) = profile {
        encoder.set_icc_profile(profile.to_vec()).ok();
    }
    encoder.write_image(picture.as_bytes(), picture.width(), picture.height(), picture.color().into())
}

/// What is written, or how long it would be.
fn written(max: usize, write: impl FnOnce(&mut Bounded) -> ImageResult<()>) -> Result<Vec<u8>, usize> {
    let mut out = Bounded { bytes: Vec::new(), length: 0, max };
    match write(&mut out) {
        Ok(()) if out.length <= max => Ok(out.bytes),
        Ok(()) => Err(out.length),
        // Such as a side that the format cannot express.
        Err(_) => Err(usize::MAX),
    }
}

/// Keeps up to so many bytes, and counts the others.
struct Bounded {
    bytes: Vec<u8>,
    length: usize,
    max: usize,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.length = self.length.saturating_add(bytes.len());
        if self.length <= self.max {
            self.bytes.extend_from_slice(bytes);
        } else {
            self.bytes = Vec::new();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

//! From a file to pixels of 8 bits, after its header said that they fit.

use std::io::{Cursor, ErrorKind};

use image::codecs::bmp::BmpDecoder;
use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::tiff::TiffDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError};

use super::CONVERSION_MEMORY;
use super::guard::{self, WebP};
use crate::check::limits::CONVERTED_MAX_PIXELS;
use crate::format::jpeg::{self, Jpeg};
use crate::{Damage, Facts, FileKind, Misfit};

/// The longest profile of colours that goes along: several times what cameras write.
const MAX_PROFILE_BYTES: usize = 2 * 1024 * 1024;

/// A picture whose header was read.
pub(super) struct Source<'a> {
    kind: FileKind,
    file: &'a [u8],
    decoder: Box<dyn ImageDecoder + 'a>,
    /// Beside the pixels themselves, in bytes for each.
    extra: Extra,
    is_lossless: bool,
    turned: Turned,
}

/// What a decoder holds beside its result.
#[derive(Debug, Clone, Copy, Default)]
struct Extra {
    /// For each pixel.
    by_pixel: u64,
    /// In all.
    bytes: u64,
}

/// How a picture is turned before it is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turned(Orientation);

impl Turned {
    pub(super) fn orientation(self) -> Orientation {
        self.0
    }

    /// A size as it is stored for one as it is shown, and the other way round.
    pub(super) fn stored(self, (width, height): (u32, u32)) -> (u32, u32) {
        match self.0 {
            Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH => (height, width),
            _ => (width, height),
        }
    }
}

impl<'a> Source<'a> {
    /// Reads a picture's header.
    pub(super) fn open(kind: FileKind, file: &'a [u8]) -> Result<Self, Misfit> {
        let unfit = |error| misfit(&error, kind);
        let bytes = Cursor::new(file);
        let mut extra = Extra::default();
        let mut is_lossless = true;
        let mut decoder: Box<dyn ImageDecoder + 'a> = match kind {
            FileKind::JPEG => {
                let header = jpeg::read(file).map_err(Misfit::Damaged)?;
                is_lossless = false;
                extra = jpeg_extra(header, file.len());
                Box::new(JpegDecoder::new(bytes).map_err(unfit)?)
            }
            FileKind::PNG => Box::new(PngDecoder::with_limits(bytes, limits()).map_err(unfit)?),
            FileKind::GIF => {
                extra.by_pixel = 5;
                Box::new(GifDecoder::new(bytes).map_err(unfit)?)
            }
            FileKind::BMP => Box::new(BmpDecoder::new(bytes).map_err(unfit)?),
            FileKind::TIFF => {
                if !guard::is_plain_tiff(file).ok_or(Misfit::Damaged(Damage::CutOff))? {
                    return Err(Misfit::NotConvertible { found: kind });
                }
                let decoder = TiffDecoder::new(bytes).map_err(unfit)?;
                // It decodes into memory of its own, where CMYK has a colour more.
                extra.by_pixel = u64::from(decoder.color_type().bytes_per_pixel()) * 4 / 3 + 1;
                Box::new(decoder)
            }
            FileKind::WEBP => {
                let decoder = WebPDecoder::new(bytes).map_err(unfit)?;
                let header = guard::webp(file, decoder.dimensions()).ok_or(Misfit::Damaged(Damage::Malformed))?;
                is_lossless = header.is_lossless;
                extra.by_pixel = webp_extra(header, decoder.color_type().has_alpha());
                Box::new(decoder)
            }
            found => return Err(Misfit::Kind { found, allowed: &[] }),
        };
        decoder.set_limits(limits()).map_err(unfit)?;
        let turned = Turned(orientation(&mut *decoder, kind));
        Ok(Self { kind, file, decoder, extra, is_lossless, turned })
    }

    /// The file, measured as it is shown.
    pub(super) fn facts(&self) -> Facts {
        let (width, height) = self.turned.stored(self.decoder.dimensions());
        Facts { kind: self.kind, bytes: self.file.len() as u64, width, height, seconds: None, frame_rate: None }
    }

    pub(super) fn orientation(&self) -> Turned {
        self.turned
    }

    /// Whether its pixels are exactly those that somebody drew.
    pub(super) fn is_lossless(&self) -> bool {
        self.is_lossless
    }

    /// Refuses a picture that takes more memory than there is for it.
    pub(super) fn check_memory(&self) -> Result<(), Misfit> {
        let (width, height) = self.decoder.dimensions();
        if width == 0 || height == 0 {
            return Err(Misfit::Damaged(Damage::NothingToSee));
        }
        let color = self.decoder.color_type();
        let pixels = u64::from(width) * u64::from(height);
        let times = |bytes: u64| pixels.saturating_mul(bytes);
        let decoded = times(u64::from(color.bytes_per_pixel()));
        let in_8_bits = times(u64::from(color.channel_count()));
        // A scaled picture, and once more when it is turned.
        let small = pixels.min(CONVERTED_MAX_PIXELS).saturating_mul(u64::from(color.channel_count()));
        let decoding = decoded.saturating_add(times(self.extra.by_pixel)).saturating_add(self.extra.bytes);
        let converting = if decoded == in_8_bits { decoded } else { decoded.saturating_add(in_8_bits) };
        let peak = decoding.max(converting).max(in_8_bits.saturating_add(small)).max(small.saturating_mul(2));
        if peak.saturating_add(self.file.len() as u64) > CONVERSION_MEMORY {
            let Facts { width, height, .. } = self.facts();
            return Err(Misfit::TooManyPixels { width, height });
        }
        Ok(())
    }

    /// The profile that says what its colours mean, where they stay what they are.
    pub(super) fn profile(&mut self) -> Option<Vec<u8>> {
        let space: &[u8] = if self.decoder.color_type().has_color() { b"RGB " } else { b"GRAY" };
        let profile = self.decoder.icc_profile().ok().flatten()?;
        let fits = profile.len() <= MAX_PROFILE_BYTES && profile.get(16..20) == Some(space);
        fits.then_some(profile)
    }

    /// The pixels.
    pub(super) fn decode(self) -> Result<DynamicImage, Misfit> {
        let picture = DynamicImage::from_decoder(self.decoder).map_err(|error| misfit(&error, self.kind))?;
        Ok(match picture {
            DynamicImage::ImageLuma16(_) => picture.into_luma8().into(),
            DynamicImage::ImageLumaA16(_) => picture.into_luma_alpha8().into(),
            DynamicImage::ImageRgb16(_) | DynamicImage::ImageRgb32F(_) => picture.into_rgb8().into(),
            DynamicImage::ImageRgba16(_) | DynamicImage::ImageRgba32F(_) => picture.into_rgba8().into(),
            picture => picture,
        })
    }
}

fn limits() -> image::Limits {
    let mut limits = image::Limits::no_limits();
    limits.max_alloc = Some(CONVERSION_MEMORY);
    limits
}

/// A copy of the file; where the picture comes in several passes, all of its coefficients, in blocks of up to 32
/// pixels.
fn jpeg_extra(header: Jpeg, length: usize) -> Extra {
    let padded = |side: u32| u64::from(side).next_multiple_of(32);
    let pixels = padded(header.width) * padded(header.height);
    let coefficients = if header.is_sequential { 0 } else { pixels * 2 * u64::from(header.components) };
    Extra { by_pixel: 0, bytes: length as u64 + coefficients }
}

/// The planes of a lossy picture, the pixels of a lossless one, those of transparency, and the frame of an animation.
fn webp_extra(WebP { is_animated, .. }: WebP, has_alpha: bool) -> u64 {
    if is_animated {
        16
    } else if has_alpha {
        9
    } else {
        5
    }
}

/// From EXIF data, which some programs give the head that it has in JPEG files.
fn orientation(decoder: &mut dyn ImageDecoder, kind: FileKind) -> Orientation {
    if kind == FileKind::TIFF {
        return decoder.orientation().unwrap_or(Orientation::NoTransforms);
    }
    let exif = decoder.exif_metadata().ok().flatten();
    let exif = exif.as_deref().map(|exif| exif.strip_prefix(b"Exif\0\0").unwrap_or(exif));
    exif.and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms)
}

fn misfit(error: &ImageError, kind: FileKind) -> Misfit {
    match error {
        ImageError::Unsupported(_) => Misfit::NotConvertible { found: kind },
        ImageError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => Misfit::Damaged(Damage::CutOff),
        _ => Misfit::Damaged(Damage::Malformed),
    }
}

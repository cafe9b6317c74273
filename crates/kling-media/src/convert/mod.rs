//! Pictures that Kling does not take, made into ones that it takes.
//!
//! Only what has to be touched is touched: another format, too many bytes, too many pixels. Then the picture is also
//! turned as its EXIF data says, because that data does not go along. The decoders are those of `image`, the most used
//! ones in Rust; `zune-image` reads no GIF, TIFF or WebP. HEIC and AVIF have no decoder that is pure Rust, well kept
//! and small.
//!
//! Nothing is decoded before its header says that it fits: see [`CONVERSION_MEMORY`].

mod decode;
mod encode;
mod guard;
mod scale;

use tokio::sync::Semaphore;

use crate::check::limits::{CONVERTED_MAX_BYTES, CONVERTED_MAX_PIXELS};
use crate::off_thread::spawn_and_wait;
use crate::{Damage, Facts, FileKind, Limits, Medium, Misfit};

/// The most memory that a conversion takes, in bytes, the file included. Pictures that need more are refused from their
/// header. There is one conversion at a time in the process.
pub const CONVERSION_MEMORY: u64 = 240 * 1024 * 1024;

/// The kinds that are made into JPEG or PNG.
pub const CONVERTED_KINDS: &[FileKind] = &[FileKind::WEBP, FileKind::GIF, FileKind::BMP, FileKind::TIFF];

static ONE_AT_A_TIME: Semaphore = Semaphore::const_new(1);

/// What a picture was, and what it was made into.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conversion {
    /// The file as it was given, measured as it is shown.
    pub from: Facts,
    /// The file that goes to Kling.
    pub to: Facts,
}

impl Conversion {
    /// Makes a picture into a file that Kling takes, whatever it is and whether it has to be or not. It blocks, and
    /// takes up to [`CONVERSION_MEMORY`] each time it is called: in a runtime use
    /// [`Input::prepare`](crate::Input::prepare).
    ///
    /// # Errors
    /// What keeps it from being converted, or its result from being sent.
    pub fn make(file: &[u8], limits: &Limits) -> Result<(Vec<u8>, Self), Misfit> {
        made_fit(file, limits)
    }
}

/// Whether a conversion may help against what keeps a file from being sent.
pub(crate) fn may_help(misfit: &Misfit, limits: &Limits) -> bool {
    limits.medium == Medium::Picture
        && match misfit {
            Misfit::Kind { found, .. } => CONVERTED_KINDS.contains(found),
            Misfit::Bytes { .. } | Misfit::SideTooLarge { .. } | Misfit::Area { .. } => true,
            _ => false,
        }
}

/// Makes a picture fit, beside the runtime's threads and one at a time.
pub(crate) async fn fit(
    file: impl AsRef<[u8]> + Send + 'static,
    limits: Limits,
) -> Result<(Vec<u8>, Conversion), Misfit> {
    let done = spawn_and_wait(&ONE_AT_A_TIME, move || made_fit(file.as_ref(), &limits)).await;
    // A decoder that gives up in a panic met a file that it cannot read.
    done.unwrap_or(Err(Misfit::Damaged(Damage::Malformed)))
}

fn made_fit(file: &[u8], limits: &Limits) -> Result<(Vec<u8>, Conversion), Misfit> {
    limits.judge_source_length(file.len() as u64)?;
    let kind = FileKind::sniff(file.get(..FileKind::SNIFF_BYTES).unwrap_or(file)).canonical();
    if !limits.kinds.contains(&kind) && !CONVERTED_KINDS.contains(&kind) {
        return Err(Misfit::Kind { found: kind, allowed: limits.kinds });
    }
    if limits.kinds.contains(&kind) {
        // Our own reader is as strict as decoders are, and says what is wrong.
        Facts::read(file)?;
    }
    let mut source = decode::Source::open(kind, file)?;
    let from = source.facts();
    let wanted = wanted_size(&from, limits)?;
    source.check_memory()?;
    let is_lossless = source.is_lossless();
    let profile = source.profile();
    let turned = source.orientation();
    let mut picture = scale::shrunk(source.decode()?, turned.stored(wanted));
    picture.apply_orientation(turned.orientation());
    let max_bytes = limits.max_bytes.min(CONVERTED_MAX_BYTES);
    let encoded = encode::within(picture, profile.as_deref(), is_lossless, max_bytes, limits.min_side.unwrap_or(1));
    let encode::Encoded { kind, width, height, bytes } = encoded.ok_or_else(|| limits.too_many_bytes(from.bytes))?;
    let to = Facts { kind, bytes: bytes.len() as u64, width, height, ..from };
    limits.judge(&to)?;
    Ok((bytes, Conversion { from, to }))
}

/// The size that a picture gets: its own, or scaled down to what is taken.
fn wanted_size(from: &Facts, limits: &Limits) -> Result<(u32, u32), Misfit> {
    // Neither too small a side nor a ratio can be helped.
    let shape = Facts { kind: FileKind::PNG, bytes: 0, ..*from };
    let problem = match limits.judge(&shape) {
        Err(problem) if !may_help(&problem, limits) => return Err(problem),
        judged => judged.err(),
    };
    let max_pixels = limits.max_area.unwrap_or(u64::MAX).min(CONVERTED_MAX_PIXELS);
    let size = scale::fitting((from.width, from.height), max_pixels, limits.max_side.unwrap_or(u32::MAX));
    // A ratio at its limit may leave it by a pixel that is lost.
    let (width, height) = size;
    let candidates = [size, (width.saturating_sub(1).max(1), height), (width, height.saturating_sub(1).max(1))];
    let taken = |(width, height): &(u32, u32)| limits.judge(&Facts { width: *width, height: *height, ..shape }).is_ok();
    let found = candidates.into_iter().find(taken);
    found.ok_or(problem.unwrap_or(Misfit::TooManyPixels { width: from.width, height: from.height }))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, ImageFormat};

    use super::*;

    fn webp(width: u32, height: u32) -> Vec<u8> {
        let mut file = Vec::new();
        DynamicImage::new_rgb8(width, height).write_to(&mut Cursor::new(&mut file), ImageFormat::WebP).unwrap();
        file
    }

    fn made(width: u32, height: u32, limits: &Limits) -> Result<(u32, u32), Misfit> {
        made_fit(&webp(width, height), limits).map(|(_, conversion)| (conversion.to.width, conversion.to.height))
    }

    #[test]
    fn too_many_pixels_become_fewer_in_the_same_ratio() {
        let few = Limits { max_area: Some(480_000), ..Limits::LEGACY_IMAGE };
        assert_eq!(made(1600, 1200, &few), Ok((800, 600)));
        assert_eq!(made(800, 600, &few), Ok((800, 600)));
        // At its limit the ratio stays within.
        for (width, height) in [(2000, 800), (800, 2000), (1995, 798)] {
            let (across, down) = made(width, height, &few).unwrap();
            let facts =
                Facts { kind: FileKind::PNG, bytes: 1, width: across, height: down, seconds: None, frame_rate: None };
            assert_eq!(few.judge(&facts), Ok(()), "{width} x {height}");
        }
        let short = Limits { max_side: Some(500), ..Limits::LEGACY_IMAGE };
        assert_eq!(made(1000, 800, &short), Ok((500, 400)));
    }

    #[test]
    fn a_picture_is_not_made_smaller_than_is_taken() {
        let few = Limits { max_area: Some(100_000), ..Limits::LEGACY_IMAGE };
        assert_eq!(made(600, 300, &few), Err(Misfit::Area { width: 600, height: 300, max: 100_000 }));
    }
}

//! The index of an MP4 or MOV file (`moov`): how long, how large, how many frames a second.
//!
//! Boxes are looked for along one fixed path, so that nesting costs no stack however deep it is. Source: ISO/IEC
//! 14496-12 (ISO base media file format) and Apple's `QuickTime` File Format, which it grew from.

use super::Damage;
use super::bytes::{array, split, u16_at, u32_at, u64_at};

/// What a video's index tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Movie {
    /// Pixels across as it is shown, turned where the header says so.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Its length; `None` where only the pieces of a fragmented file know it.
    pub seconds: Option<f64>,
    /// Frames a second, on average.
    pub frame_rate: Option<f64>,
}

/// A box that stands whole within its parent.
struct Part<'a> {
    kind: [u8; 4],
    body: &'a [u8],
}

/// The boxes of a container, in order; ends after the first that does not fit.
struct Parts<'a>(&'a [u8]);

impl<'a> Iterator for Parts<'a> {
    type Item = Result<Part<'a>, Damage>;

    fn next(&mut self) -> Option<Self::Item> {
        // QuickTime ends some lists with four bytes of nought.
        if self.0.len() < 8 {
            return None;
        }
        let part = part(self.0);
        self.0 = part.as_ref().map_or(&[], |(_, rest)| rest);
        Some(part.map(|(part, _)| part))
    }
}

fn part(bytes: &[u8]) -> Result<(Part<'_>, &[u8]), Damage> {
    let kind = array(bytes, 4)?;
    let (header, size) = match u32_at(bytes, 0)? {
        0 => (8, bytes.len() as u64),
        1 => (16, u64_at(bytes, 8)?),
        size => (8, u64::from(size)),
    };
    let size = usize::try_from(size).map_err(|_| Damage::Malformed)?;
    // A part that is larger than its parent is a wrong length, not a missing end: the parent is there as a whole.
    let (whole, rest) = split(bytes, size).map_err(|_| Damage::Malformed)?;
    let body = whole.get(header..).ok_or(Damage::Malformed)?;
    Ok((Part { kind, body }, rest))
}

/// The first box of a kind that its container cannot do without.
fn need(container: &[u8], kind: [u8; 4]) -> Result<&[u8], Damage> {
    for part in Parts(container) {
        let part = part?;
        if part.kind == kind {
            return Ok(part.body);
        }
    }
    Err(Damage::Malformed)
}

impl Movie {
    /// Reads the body of a `moov` box.
    pub(super) fn read(moov: &[u8]) -> Result<Self, Damage> {
        Self::read_parts(moov).map_err(|damage| match damage {
            // The box is there as a whole: what is missing within it was never there.
            Damage::CutOff => Damage::Malformed,
            other => other,
        })
    }

    fn read_parts(moov: &[u8]) -> Result<Self, Damage> {
        let whole = Span::read(need(moov, *b"mvhd")?)?;
        for part in Parts(moov) {
            let part = part?;
            if part.kind == *b"trak"
                && let Some(movie) = Self::read_track(part.body, whole)?
            {
                return Ok(movie);
            }
        }
        Err(Damage::NothingToSee)
    }

    /// A track of pictures; `None` for sound, subtitles and the like.
    fn read_track(trak: &[u8], whole: Span) -> Result<Option<Self>, Damage> {
        let mdia = need(trak, *b"mdia")?;
        if array(need(mdia, *b"hdlr")?, 8)? != *b"vide" {
            return Ok(None);
        }
        let stbl = need(need(mdia, *b"minf")?, *b"stbl")?;
        let (width, height) = shown_size(need(trak, *b"tkhd")?, coded_size(need(stbl, *b"stsd")?)?)?;
        let length = Span::read(need(mdia, *b"mdhd")?)?;
        let frames = Frames::read(need(stbl, *b"stts")?)?;
        Ok(Some(Self {
            width,
            height,
            seconds: length.seconds().or_else(|| whole.seconds()),
            frame_rate: frames.rate(length.timescale),
        }))
    }
}

/// A length of time as headers write it.
#[derive(Debug, Clone, Copy)]
struct Span {
    timescale: u32,
    duration: Option<u64>,
}

impl Span {
    /// The common beginning of `mvhd` and `mdhd`.
    fn read(header: &[u8]) -> Result<Self, Damage> {
        let [version, ..] = array::<4>(header, 0)?;
        let (timescale, duration) = if version == 1 {
            (u32_at(header, 20)?, Some(u64_at(header, 24)?).filter(|duration| *duration != u64::MAX))
        } else {
            (u32_at(header, 12)?, Some(u32_at(header, 16)?).filter(|duration| *duration != u32::MAX).map(u64::from))
        };
        if timescale == 0 {
            return Err(Damage::Malformed);
        }
        // Nought is what fragmented files write, as well as files without end.
        Ok(Self { timescale, duration: duration.filter(|duration| *duration > 0) })
    }

    #[allow(clippy::cast_precision_loss)] // Durations above 2^53 are nonsense, and stay it.
    fn seconds(self) -> Option<f64> {
        self.duration.map(|duration| duration as f64 / f64::from(self.timescale))
    }
}

/// What `stts` sums up to.
#[derive(Debug, Clone, Copy, Default)]
struct Frames {
    count: u64,
    ticks: u64,
}

impl Frames {
    fn read(stts: &[u8]) -> Result<Self, Damage> {
        let entries = usize::try_from(u32_at(stts, 4)?).map_err(|_| Damage::Malformed)?;
        let length = entries.checked_mul(8).ok_or(Damage::Malformed)?;
        let (table, _) = split(stts.get(8..).unwrap_or_default(), length)?;
        let mut frames = Self::default();
        for entry in table.chunks_exact(8) {
            let (count, ticks) = (u64::from(u32_at(entry, 0)?), u64::from(u32_at(entry, 4)?));
            frames.count = frames.count.saturating_add(count);
            frames.ticks = frames.ticks.saturating_add(count.saturating_mul(ticks));
        }
        Ok(frames)
    }

    #[allow(clippy::cast_precision_loss)] // Counts above 2^53 are nonsense, and stay it.
    fn rate(self, timescale: u32) -> Option<f64> {
        (self.count > 0 && self.ticks > 0).then(|| self.count as f64 * f64::from(timescale) / self.ticks as f64)
    }
}

/// The size of the coded picture, from the first sample description.
fn coded_size(stsd: &[u8]) -> Result<(u32, u32), Damage> {
    let (_, entries) = split(stsd, 8)?;
    let (entry, _) = part(entries)?;
    Ok((u32::from(u16_at(entry.body, 24)?), u32::from(u16_at(entry.body, 26)?)))
}

/// The same, turned by a quarter where the track's matrix says so: telephones film upright pictures lying down.
fn shown_size(tkhd: &[u8], (width, height): (u32, u32)) -> Result<(u32, u32), Damage> {
    if width == 0 || height == 0 {
        return Err(Damage::NothingToSee);
    }
    let [version, ..] = array::<4>(tkhd, 0)?;
    let matrix = if version == 1 { 52 } else { 40 };
    let (a, b) = (u32_at(tkhd, matrix)?, u32_at(tkhd, matrix + 4)?);
    Ok(if a == 0 && b != 0 { (height, width) } else { (width, height) })
}

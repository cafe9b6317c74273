//! The index of an MP4 or MOV file (`moov`): how long, how large, how many frames a second.
//!
//! Boxes are looked for along one fixed path, so that nesting costs no stack however deep it is. Source: ISO/IEC
//! 14496-12 (ISO base media file format) and Apple's `QuickTime` File Format, which it grew from.

use super::Damage;
use super::boxes::{Parts, need, part, wanted};
use super::bytes::{array, u16_at, u32_at};
use super::fragments::Fragments;
use super::times::{Frames, Span, edited_ticks};

/// What a video's index tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Movie {
    /// Pixels across as it is shown, turned where the header says so.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Its length as it is shown; `None` where no header tells it.
    pub seconds: Option<f64>,
    /// Frames a second, on average.
    pub frame_rate: Option<f64>,
}

/// The body of a `moov` box, and the fragments that followed it.
#[derive(Debug)]
pub(super) struct Index {
    track: Track,
    whole: Span,
    fragments: Option<Fragments>,
}

impl Index {
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
        let mvex = wanted(moov, *b"mvex")?;
        let mut best: Option<Track> = None;
        let mut problem = Damage::NothingToSee;
        for part in Parts(moov) {
            let part = part?;
            if part.kind != *b"trak" {
                continue;
            }
            match Track::read(part.body, mvex.is_some()) {
                Ok(Some(track)) if best.as_ref().is_none_or(|best| best.rank() < track.rank()) => best = Some(track),
                Ok(_) => {}
                Err(damage) => problem = damage,
            }
        }
        // A damaged track matters where there is no other.
        let track = best.ok_or(problem)?;
        let fragments = mvex.map(|mvex| Fragments::read(mvex, track.id)).transpose()?;
        Ok(Self { track, whole, fragments })
    }

    /// Whether fragments still to come change what is known.
    pub(super) fn is_open(&self) -> bool {
        self.fragments.as_ref().is_some_and(|fragments| fragments.announced.is_none())
    }

    /// Adds the body of a `moof` box.
    pub(super) fn add(&mut self, moof: &[u8]) {
        if let Some(fragments) = &mut self.fragments {
            fragments.add(moof);
        }
    }

    /// Says that fragments are not told of here, so that the length stays unknown.
    pub(super) fn lose_count(&mut self) {
        if let Some(fragments) = &mut self.fragments {
            fragments.lose_count();
        }
    }

    /// What is known by now; the length and rate of a fragmented file when all of it was seen.
    pub(super) fn movie(&self, all_seen: bool) -> Movie {
        let Track { size: (width, height), media, frames, edited, .. } = self.track;
        let (seconds, frames) = match &self.fragments {
            None => {
                // Edits say which part of the media is shown; some programs let them reach beyond its end by a frame.
                let shown =
                    self.whole.with(edited).seconds().map(|shown| media.seconds().map_or(shown, |all| shown.min(all)));
                (shown.or_else(|| media.seconds()).or_else(|| self.whole.seconds()), Some(frames))
            }
            Some(fragments) => {
                let summed = fragments.summed().filter(|_| all_seen).map(|pieces| frames.and(pieces));
                let seconds = summed.and_then(|frames| media.with(Some(frames.ticks)).seconds());
                (self.whole.with(fragments.announced).seconds().or(seconds), summed)
            }
        };
        Movie { width, height, seconds, frame_rate: frames.and_then(|frames| frames.rate(media.timescale)) }
    }
}

/// A track of pictures.
#[derive(Debug, Clone, Copy)]
struct Track {
    id: u32,
    size: (u32, u32),
    is_enabled: bool,
    is_moving: bool,
    media: Span,
    frames: Frames,
    /// In the movie's time.
    edited: Option<u64>,
}

impl Track {
    /// `None` for sound, subtitles and the like.
    fn read(trak: &[u8], is_fragmented: bool) -> Result<Option<Self>, Damage> {
        let inner = need(trak, *b"mdia")?;
        if array(need(inner, *b"hdlr")?, 8)? != *b"vide" {
            return Ok(None);
        }
        let tkhd = need(trak, *b"tkhd")?;
        let stbl = need(need(inner, *b"minf")?, *b"stbl")?;
        let size = shown_size(tkhd, coded_size(need(stbl, *b"stsd")?)?)?;
        let media = Span::read(need(inner, *b"mdhd")?)?;
        let frames = Frames::read(need(stbl, *b"stts")?)?;
        let [version, .., flags] = array::<4>(tkhd, 0)?;
        let edits = wanted(trak, *b"edts")?.and_then(|edts| wanted(edts, *b"elst").transpose()).transpose()?;
        Ok(Some(Self {
            id: u32_at(tkhd, if version == 1 { 20 } else { 12 })?,
            size,
            is_enabled: flags & 1 == 1,
            is_moving: is_fragmented || frames.count > 1,
            media,
            frames,
            edited: edits.and_then(edited_ticks),
        }))
    }

    /// The track that is played is the enabled one, cover art is a single frame, and previews are small.
    fn rank(&self) -> (bool, bool, u64) {
        let (width, height) = self.size;
        (self.is_enabled, self.is_moving, u64::from(width) * u64::from(height))
    }
}

/// The size of the coded picture, from the first sample description.
fn coded_size(stsd: &[u8]) -> Result<(u32, u32), Damage> {
    let (entry, _) = part(stsd.get(8..).unwrap_or_default())?;
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

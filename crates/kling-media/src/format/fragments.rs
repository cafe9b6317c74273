//! The pieces (`moof`) of a file whose index does not tell all frames, as browsers and cameras record them.

use super::Damage;
use super::boxes::{Parts, need, wanted};
use super::bytes::{array, u32_at, u64_at};
use super::times::Frames;

/// What is known of the pieces of one track.
#[derive(Debug)]
pub(super) struct Fragments {
    track: u32,
    /// How long a frame is shown where a piece does not say.
    frame_ticks: u32,
    /// The length of the whole in the movie's time, where the file says it in advance (`mehd`).
    pub(super) announced: Option<u64>,
    /// `None` once a piece could not be read.
    pieces: Option<Frames>,
}

impl Fragments {
    /// Reads the body of a `mvex` box.
    pub(super) fn read(mvex: &[u8], track: u32) -> Result<Self, Damage> {
        let mut frame_ticks = 0;
        for part in Parts(mvex) {
            let part = part?;
            if part.kind == *b"trex" && u32_at(part.body, 4)? == track {
                frame_ticks = u32_at(part.body, 12)?;
            }
        }
        let announced = wanted(mvex, *b"mehd")?.map(announced).transpose()?.filter(|duration| *duration > 0);
        Ok(Self { track, frame_ticks, announced, pieces: Some(Frames::default()) })
    }

    /// All pieces that were added.
    pub(super) fn summed(&self) -> Option<Frames> {
        self.pieces
    }

    pub(super) fn lose_count(&mut self) {
        self.pieces = None;
    }

    /// Adds the body of a `moof` box. One that cannot be read makes the length unknown: that is Kling's to judge.
    pub(super) fn add(&mut self, moof: &[u8]) {
        let piece = self.piece(moof).ok();
        self.pieces = self.pieces.zip(piece).map(|(pieces, piece)| pieces.and(piece));
    }

    fn piece(&self, moof: &[u8]) -> Result<Frames, Damage> {
        let mut frames = Frames::default();
        for part in Parts(moof) {
            let part = part?;
            if part.kind != *b"traf" {
                continue;
            }
            let tfhd = need(part.body, *b"tfhd")?;
            if u32_at(tfhd, 4)? != self.track {
                continue;
            }
            let frame_ticks = own_frame_ticks(tfhd)?.unwrap_or(self.frame_ticks);
            for part in Parts(part.body) {
                let part = part?;
                if part.kind == *b"trun" {
                    add_run(&mut frames, part.body, frame_ticks)?;
                }
            }
        }
        Ok(frames)
    }
}

fn announced(mehd: &[u8]) -> Result<u64, Damage> {
    let [version, ..] = array::<4>(mehd, 0)?;
    if version == 1 { u64_at(mehd, 4) } else { u32_at(mehd, 4).map(u64::from) }
}

/// The duration of a frame where a track's fragment header (`tfhd`) gives one.
fn own_frame_ticks(tfhd: &[u8]) -> Result<Option<u32>, Damage> {
    let flags = u32_at(tfhd, 0)?;
    if flags & 0x08 == 0 {
        return Ok(None);
    }
    let before = if flags & 0x01 == 0 { 0 } else { 8 } + if flags & 0x02 == 0 { 0 } else { 4 };
    u32_at(tfhd, 8 + before).map(Some)
}

/// A run of frames (`trun`): a table whose columns its flags tell.
fn add_run(frames: &mut Frames, trun: &[u8], frame_ticks: u32) -> Result<(), Damage> {
    let (flags, count) = (u32_at(trun, 0)?, u32_at(trun, 4)?);
    if flags & 0x100 == 0 {
        frames.take(u64::from(count), u64::from(frame_ticks));
        return Ok(());
    }
    let columns = [0x100, 0x200, 0x400, 0x800].iter().filter(|column| flags & **column != 0).count();
    let before = if flags & 0x01 == 0 { 0 } else { 4 } + if flags & 0x04 == 0 { 0 } else { 4 };
    let table = trun.get(8 + before..).unwrap_or_default();
    let rows = usize::try_from(count).map_err(|_| Damage::Malformed)?;
    if table.len() / (4 * columns) < rows {
        return Err(Damage::Malformed);
    }
    for row in table.chunks_exact(4 * columns).take(rows) {
        frames.take(1, u64::from(u32_at(row, 0)?));
    }
    Ok(())
}

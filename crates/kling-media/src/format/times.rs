//! Times as the headers of MP4 and MOV files write them.

use super::Damage;
use super::bytes::{array, split, u32_at, u64_at};

/// A length of time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) timescale: u32,
    duration: Option<u64>,
}

impl Span {
    /// The common beginning of `mvhd` and `mdhd`.
    pub(super) fn read(header: &[u8]) -> Result<Self, Damage> {
        let [version, ..] = array::<4>(header, 0)?;
        let (timescale, duration) = if version == 1 {
            (u32_at(header, 20)?, Some(u64_at(header, 24)?).filter(|duration| *duration != u64::MAX))
        } else {
            (u32_at(header, 12)?, Some(u32_at(header, 16)?).filter(|duration| *duration != u32::MAX).map(u64::from))
        };
        if timescale == 0 {
            return Err(Damage::Malformed);
        }
        Ok(Self { timescale, duration })
    }

    /// The same scale for another duration.
    pub(super) fn with(self, duration: Option<u64>) -> Self {
        Self { duration, ..self }
    }

    /// Nought is what fragmented files write, as well as files without end.
    #[allow(clippy::cast_precision_loss)] // Durations above 2^53 are nonsense, and stay it.
    pub(super) fn seconds(self) -> Option<f64> {
        let duration = self.duration.filter(|duration| *duration > 0);
        duration.map(|duration| duration as f64 / f64::from(self.timescale))
    }
}

/// How many frames there are, and how long they are shown in all.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Frames {
    pub(super) count: u64,
    pub(super) ticks: u64,
}

impl Frames {
    /// Sums up a `stts` box.
    pub(super) fn read(stts: &[u8]) -> Result<Self, Damage> {
        let entries = usize::try_from(u32_at(stts, 4)?).map_err(|_| Damage::Malformed)?;
        let length = entries.checked_mul(8).ok_or(Damage::Malformed)?;
        let (table, _) = split(stts.get(8..).unwrap_or_default(), length)?;
        let mut frames = Self::default();
        for entry in table.chunks_exact(8) {
            frames.take(u64::from(u32_at(entry, 0)?), u64::from(u32_at(entry, 4)?));
        }
        Ok(frames)
    }

    /// Adds frames of one duration.
    pub(super) fn take(&mut self, count: u64, ticks: u64) {
        self.count = self.count.saturating_add(count);
        self.ticks = self.ticks.saturating_add(count.saturating_mul(ticks));
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self { count: self.count.saturating_add(other.count), ticks: self.ticks.saturating_add(other.ticks) }
    }

    #[allow(clippy::cast_precision_loss)] // Counts above 2^53 are nonsense, and stay it.
    pub(super) fn rate(self, timescale: u32) -> Option<f64> {
        (self.count > 0 && self.ticks > 0).then(|| self.count as f64 * f64::from(timescale) / self.ticks as f64)
    }
}

/// How much of a track an edit list (`elst`) shows, in the movie's time. `None` where it does not say: cameras and
/// editors keep what was cut away, and tell here what is left.
pub(super) fn edited_ticks(elst: &[u8]) -> Option<u64> {
    let [version, ..] = array::<4>(elst, 0).ok()?;
    let (length, time) = if version == 1 { (20, 8) } else { (12, 4) };
    let entries = usize::try_from(u32_at(elst, 4).ok()?).ok()?;
    let (table, _) = split(elst.get(8..)?, entries.checked_mul(length)?).ok()?;
    let mut shown = 0_u64;
    for entry in table.chunks_exact(length) {
        let (duration, starts) = if version == 1 {
            (u64_at(entry, 0).ok()?, u64_at(entry, time).ok()? != u64::MAX)
        } else {
            (u64::from(u32_at(entry, 0).ok()?), u32_at(entry, time).ok()? != u32::MAX)
        };
        // An edit that starts nowhere is a pause before the first frame.
        if starts {
            shown = shown.saturating_add(duration);
        }
    }
    Some(shown)
}

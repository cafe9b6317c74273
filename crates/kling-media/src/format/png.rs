//! PNG: a signature, then chunks of length, type, data and checksum, from `IHDR` to `IEND`.
//!
//! As strict as libpng, which everybody uses: a wrong checksum on a chunk that matters is the end.

use super::Damage;
use super::bytes::{array, split, u32_at};

const SIGNATURE: usize = 8;
/// Length, type and checksum around a chunk's data.
const FRAME: usize = 12;
/// The largest side that the format allows.
const MAX_SIDE: u32 = i32::MAX.unsigned_abs();

/// A picture cannot be shown without it, says its first letter. Of the others decoders skip what is damaged.
fn is_critical([first, ..]: [u8; 4]) -> bool {
    first.is_ascii_uppercase()
}

fn has_its_checksum(chunk: &[u8]) -> Result<bool, Damage> {
    let summed = chunk.len() - 4;
    let told = u32_at(chunk, summed)?;
    Ok(chunk.get(4..summed).is_some_and(|summed| crc32fast::hash(summed) == told))
}

pub(super) fn size(file: &[u8]) -> Result<(u32, u32), Damage> {
    let (_, mut rest) = split(file, SIGNATURE)?;
    if u32_at(rest, 0)? != 13 || array(rest, 4)? != *b"IHDR" {
        return Err(Damage::Malformed);
    }
    let size = (u32_at(rest, 8)?, u32_at(rest, 12)?);
    let mut seen_pixels = false;
    loop {
        let kind: [u8; 4] = array(rest, 4)?;
        let length = usize::try_from(u32_at(rest, 0)?).map_err(|_| Damage::CutOff)?;
        let (chunk, after) = split(rest, length.checked_add(FRAME).ok_or(Damage::CutOff)?)?;
        rest = after;
        if is_critical(kind) && !has_its_checksum(chunk)? {
            return Err(Damage::Checksum);
        }
        match &kind {
            b"IDAT" => seen_pixels = true,
            b"IEND" => break,
            _ => {}
        }
    }
    match size {
        (1..=MAX_SIDE, 1..=MAX_SIDE) if seen_pixels => Ok(size),
        _ => Err(Damage::NothingToSee),
    }
}

//! PNG: a signature, then chunks of length, type, data and checksum, from `IHDR` to `IEND`.

use super::Damage;
use super::bytes::{array, split, u32_at};

const SIGNATURE: usize = 8;
/// Length, type and checksum around a chunk's data.
const FRAME: usize = 12;
/// The largest side that the format allows.
const MAX_SIDE: u32 = i32::MAX.unsigned_abs();

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
        (_, rest) = split(rest, length.checked_add(FRAME).ok_or(Damage::CutOff)?)?;
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

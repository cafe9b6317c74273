//! Numbers out of a slice, big-endian unless said otherwise; past its end the file is cut off.

use super::Damage;

pub(super) fn array<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], Damage> {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().ok_or(Damage::CutOff)
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Result<u16, Damage> {
    array(bytes, at).map(u16::from_be_bytes)
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Result<u32, Damage> {
    array(bytes, at).map(u32::from_be_bytes)
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> Result<u64, Damage> {
    array(bytes, at).map(u64::from_be_bytes)
}

/// `length` bytes from the front, and what follows them.
pub(super) fn split(bytes: &[u8], length: usize) -> Result<(&[u8], &[u8]), Damage> {
    bytes.split_at_checked(length).ok_or(Damage::CutOff)
}

pub(crate) fn le_u16(bytes: &[u8], at: usize) -> Option<u16> {
    array(bytes, at).ok().map(u16::from_le_bytes)
}

pub(crate) fn le_u32(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).ok().map(u32::from_le_bytes)
}

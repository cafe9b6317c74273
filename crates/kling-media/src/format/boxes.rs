//! The boxes that MP4 and MOV files are made of.

use super::Damage;
use super::bytes::{array, split, u32_at, u64_at};

/// A box that stands whole within its parent.
pub(super) struct Part<'a> {
    pub(super) kind: [u8; 4],
    pub(super) body: &'a [u8],
}

/// The boxes of a container, in order; ends after the first that does not fit.
pub(super) struct Parts<'a>(pub(super) &'a [u8]);

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

pub(super) fn part(bytes: &[u8]) -> Result<(Part<'_>, &[u8]), Damage> {
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

/// The first box of a kind.
pub(super) fn wanted(container: &[u8], kind: [u8; 4]) -> Result<Option<&[u8]>, Damage> {
    for part in Parts(container) {
        let part = part?;
        if part.kind == kind {
            return Ok(Some(part.body));
        }
    }
    Ok(None)
}

/// The first box of a kind that its container cannot do without.
pub(super) fn need(container: &[u8], kind: [u8; 4]) -> Result<&[u8], Damage> {
    wanted(container, kind)?.ok_or(Damage::Malformed)
}

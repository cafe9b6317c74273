//! Finds the index of an MP4 or MOV file in a stream of its bytes.

use super::Damage;
use super::bytes::{array, u32_at, u64_at};
use super::movie::{Index, Movie};

/// The largest index that is read: ten times what three minutes at 60 frames a second need.
pub const MAX_MOVIE_HEADER_BYTES: usize = 4 * 1024 * 1024;

/// Takes a file in pieces of any size, from its first byte, and keeps only its index. What follows the end of a film is
/// not looked at, as little as players do.
///
/// It never holds more than [`MAX_MOVIE_HEADER_BYTES`], nor more than twice the bytes it was fed.
#[derive(Debug, Default)]
pub struct MovieScanner {
    place: Place,
    index: Option<Index>,
    seen_data: bool,
}

/// What the next bytes are.
#[derive(Debug)]
enum Place {
    /// The head of a box.
    Head { head: [u8; 16], filled: usize },
    /// The body of a box that tells nothing; whether the file is of no use without it.
    Skipped { left: u64, is_needed: bool },
    /// The body of the index, or of a fragment's.
    Index { body: Vec<u8>, length: usize },
    /// A box that goes on to the end of the file, whatever its length.
    Rest,
}

impl Default for Place {
    fn default() -> Self {
        Self::Head { head: [0; 16], filled: 0 }
    }
}

impl MovieScanner {
    /// A scanner at the beginning of a file.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes of the file.
    ///
    /// # Errors
    /// When they are not those of an MP4 or MOV file. The scanner is of no more use then.
    pub fn feed(&mut self, mut bytes: &[u8]) -> Result<(), Damage> {
        while !bytes.is_empty() {
            bytes = self.step(bytes)?;
        }
        Ok(())
    }

    /// What the index tells, as soon as it was seen. A fragmented file whose index does not tell its length tells it
    /// when it [ends](Self::finish).
    pub fn movie(&self) -> Option<Movie> {
        self.index.as_ref().map(|index| index.movie(false))
    }

    /// Whether nothing that follows changes what the index tells.
    pub fn is_settled(&self) -> bool {
        self.index.as_ref().is_some_and(|index| !index.is_open())
    }

    /// How much memory the scanner holds now, in bytes.
    pub fn held(&self) -> usize {
        if let Place::Index { body, .. } = &self.place { body.capacity() } else { 0 }
    }

    /// Says that the file ends here.
    ///
    /// # Errors
    /// When it ends in the middle, or without an index or pictures.
    pub fn finish(self) -> Result<Movie, Damage> {
        let is_whole = match self.place {
            // A few bytes that are not even a head.
            Place::Head { .. } | Place::Rest => true,
            Place::Skipped { is_needed, .. } => !is_needed,
            Place::Index { .. } => false,
        };
        match self.index {
            Some(index) if is_whole && self.seen_data => Ok(index.movie(true)),
            _ => Err(Damage::CutOff),
        }
    }

    /// Takes some of the bytes, at least one, and answers the others.
    fn step<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], Damage> {
        match &mut self.place {
            Place::Head { head, filled } => {
                let wanted = if *filled >= 8 && u32_at(head, 0)? == 1 { 16 } else { 8 };
                let free = head.get_mut(*filled..wanted).unwrap_or_default();
                let taken = free.len().min(bytes.len());
                let (now, rest) = bytes.split_at(taken);
                if let Some(free) = free.get_mut(..taken) {
                    free.copy_from_slice(now);
                }
                *filled += taken;
                if *filled == wanted {
                    let (head, filled) = (*head, *filled);
                    self.enter(&head, filled)?;
                }
                Ok(rest)
            }
            Place::Skipped { left, .. } => {
                let taken = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                *left -= taken as u64;
                if *left == 0 {
                    self.place = Place::default();
                }
                Ok(bytes.get(taken..).unwrap_or_default())
            }
            Place::Index { body, length } => {
                let missing = *length - body.len();
                let (now, rest) = bytes.split_at(missing.min(bytes.len()));
                // Grown by what arrived, not by what was announced.
                if body.capacity() - body.len() < now.len() {
                    body.reserve_exact(missing.min(now.len().max(body.len())));
                }
                body.extend_from_slice(now);
                if body.len() == *length {
                    match &mut self.index {
                        None => self.index = Some(Index::read(body)?),
                        Some(index) => index.add(body),
                    }
                    self.place = Place::default();
                }
                Ok(rest)
            }
            Place::Rest => Ok(&[]),
        }
    }

    /// A head is complete, or needs its second half.
    fn enter(&mut self, head: &[u8; 16], filled: usize) -> Result<(), Damage> {
        let kind: [u8; 4] = array(head, 4)?;
        let is_after_end = self.index.is_some() && self.seen_data;
        let length = match u32_at(head, 0)? {
            0 => None,
            1 if filled < 16 => return Ok(()),
            1 => Some(u64_at(head, 8)?.checked_sub(16)),
            size => Some(u64::from(size).checked_sub(8)),
        };
        if length == Some(None) && is_after_end {
            // Shorter than its own head: no box.
            self.place = Place::Rest;
            return Ok(());
        }
        let length = length.map(|length| length.ok_or(Damage::Malformed)).transpose()?;
        self.seen_data |= kind == *b"mdat";
        let is_index = kind == *b"moov" && self.index.is_none();
        let is_fragment = kind == *b"moof" && self.index.as_ref().is_some_and(Index::is_open);
        self.place = match length {
            None | Some(0) if is_index => return Err(Damage::Malformed),
            None => Place::Rest,
            Some(0) => Place::default(),
            Some(length) if is_index || is_fragment => {
                let fits = usize::try_from(length).ok().filter(|length| *length <= MAX_MOVIE_HEADER_BYTES);
                match (fits, &mut self.index) {
                    (Some(length), _) => Place::Index { body: Vec::new(), length },
                    (None, None) => return Err(Damage::HeadersTooLarge),
                    (None, Some(index)) => {
                        index.lose_count();
                        Place::Skipped { left: length, is_needed: true }
                    }
                }
            }
            Some(left) => Place::Skipped { left, is_needed: !is_after_end || matches!(&kind, b"mdat" | b"moof") },
        };
        Ok(())
    }
}

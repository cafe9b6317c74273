//! Finds the index of an MP4 or MOV file in a stream of its bytes.

use super::Damage;
use super::bytes::{array, u32_at, u64_at};
use super::movie::Movie;

/// The largest index that is read: ten times what three minutes at 60 frames a second need.
pub const MAX_MOVIE_HEADER_BYTES: usize = 4 * 1024 * 1024;

/// Takes a file in pieces of any size, from its first byte, and keeps only its index.
///
/// It never holds more than [`MAX_MOVIE_HEADER_BYTES`], nor more than twice the bytes it was fed.
#[derive(Debug, Default)]
pub struct MovieScanner {
    place: Place,
    movie: Option<Movie>,
    seen_data: bool,
}

/// What the next bytes are.
#[derive(Debug)]
enum Place {
    /// The head of a box.
    Head { head: [u8; 16], filled: usize },
    /// The body of a box that tells nothing.
    Skipped { left: u64 },
    /// The body of the index.
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

    /// What the index tells, as soon as it was seen.
    pub fn movie(&self) -> Option<Movie> {
        self.movie
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
        match (self.place, self.movie) {
            (Place::Head { filled: 0, .. } | Place::Rest, Some(movie)) if self.seen_data => Ok(movie),
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
            Place::Skipped { left } => {
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
                    self.movie = Some(Movie::read(body)?);
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
        let length = match u32_at(head, 0)? {
            0 => None,
            1 if filled < 16 => return Ok(()),
            1 => Some(u64_at(head, 8)?.checked_sub(16).ok_or(Damage::Malformed)?),
            size => Some(u64::from(size).checked_sub(8).ok_or(Damage::Malformed)?),
        };
        self.seen_data |= kind == *b"mdat";
        self.place = match (kind, length) {
            (kind, Some(length)) if kind == *b"moov" && self.movie.is_none() => {
                let length = usize::try_from(length).map_err(|_| Damage::HeadersTooLarge)?;
                if length > MAX_MOVIE_HEADER_BYTES {
                    return Err(Damage::HeadersTooLarge);
                }
                if length == 0 {
                    return Err(Damage::Malformed);
                }
                Place::Index { body: Vec::new(), length }
            }
            (kind, _) if kind == *b"moov" => return Err(Damage::Malformed),
            (_, Some(0)) => Place::default(),
            (_, Some(left)) => Place::Skipped { left },
            (_, None) => Place::Rest,
        };
        Ok(())
    }
}

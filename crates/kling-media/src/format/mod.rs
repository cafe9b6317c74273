//! Readers of headers: pictures and videos tell their measures without a pixel being decoded.
//!
//! What a file says about its own lengths is compared with the bytes that are there, never believed.

mod boxes;
pub(crate) mod bytes;
mod fragments;
pub(crate) mod jpeg;
mod jpeg_scan;
mod movie;
mod movie_scanner;
mod png;
mod times;

use crate::{FileKind, Misfit};

pub use movie::Movie;
pub use movie_scanner::{MAX_MOVIE_HEADER_BYTES, MovieScanner};

/// Why a file cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Damage {
    /// It ends before its end.
    CutOff,
    /// Its headers contradict themselves or its format.
    Malformed,
    /// A checksum in it is wrong, so that decoders refuse it.
    Checksum,
    /// It holds no picture, or a video without a picture track.
    NothingToSee,
    /// Its index is larger than [`MAX_MOVIE_HEADER_BYTES`].
    HeadersTooLarge,
}

impl Damage {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::CutOff => "it is cut off",
            Self::Malformed => "its headers are damaged",
            Self::Checksum => "a checksum in it is wrong",
            Self::NothingToSee => "it holds no image",
            Self::HeadersTooLarge => "its headers are too large",
        }
    }
}

/// What a file tells about itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Facts {
    /// What it is, by content.
    pub kind: FileKind,
    /// Its length in bytes.
    pub bytes: u64,
    /// Pixels across; for a video as it is shown, turned where its header says so.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// A video's length, where its headers tell it.
    pub seconds: Option<f64>,
    /// A video's frames a second, on average, where its headers tell it.
    pub frame_rate: Option<f64>,
}

impl Facts {
    /// Reads a whole JPEG, PNG, MP4 or MOV file. Pictures take no memory, videos at most [`MAX_MOVIE_HEADER_BYTES`].
    ///
    /// # Errors
    /// [`Misfit::Kind`] when it is something else, [`Misfit::Damaged`] when it cannot be read to its end.
    pub fn read(file: &[u8]) -> Result<Self, Misfit> {
        let bytes = file.len() as u64;
        let kind = FileKind::sniff(file.get(..FileKind::SNIFF_BYTES).unwrap_or(file));
        let picture = |(width, height)| Self { kind, bytes, width, height, seconds: None, frame_rate: None };
        let facts = match kind {
            FileKind::JPEG => jpeg::read(file).map(|jpeg| picture((jpeg.width, jpeg.height))),
            FileKind::PNG => png::size(file).map(picture),
            FileKind::MP4 | FileKind::MOV | FileKind::M4V => whole_movie(file).map(|movie| movie.facts(kind, bytes)),
            found => return Err(Misfit::Kind { found, allowed: &[] }),
        };
        facts.map_err(Misfit::Damaged)
    }
}

impl Movie {
    pub(crate) fn facts(self, kind: FileKind, bytes: u64) -> Facts {
        let Self { width, height, seconds, frame_rate } = self;
        Facts { kind: kind.canonical(), bytes, width, height, seconds, frame_rate }
    }
}

fn whole_movie(file: &[u8]) -> Result<Movie, Damage> {
    let mut scanner = MovieScanner::new();
    scanner.feed(file)?;
    scanner.finish()
}

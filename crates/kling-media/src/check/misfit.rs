//! Why a file is not one that Kling takes.

use std::fmt;

use super::limits::{Ratio, Shape};
use crate::{Damage, FileKind};

/// What keeps a file from being sent. Plain data: the text is English, and callers can say it in other words.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Misfit {
    /// Another kind of file, by content and whatever its name says.
    Kind {
        /// What it is.
        found: FileKind,
        /// What is taken; empty where only a picture or video is asked for.
        allowed: &'static [FileKind],
    },
    /// Not readable to its end.
    Damaged(Damage),
    /// A picture of a kind that is converted as a rule, in a form that is not.
    NotConvertible {
        /// What it is.
        found: FileKind,
    },
    /// A picture that would have to be converted, and takes too much memory for that.
    TooManyPixels {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// Too many bytes.
    Bytes {
        /// How many it has, where that is known.
        bytes: Option<u64>,
        /// How many are taken.
        max: u64,
    },
    /// A side of too few pixels.
    SideTooSmall {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// What each side needs.
        min: u32,
    },
    /// A side of too many pixels.
    SideTooLarge {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// What each side may have.
        max: u32,
    },
    /// Too many pixels in all.
    Area {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// Width times height at most.
        max: u64,
    },
    /// Too wide, too tall, or of no ratio that is taken.
    Shape {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// What is taken.
        allowed: Shape,
    },
    /// A video too short or too long.
    Seconds {
        /// Its length.
        seconds: f64,
        /// The shortest that is taken.
        min: f64,
        /// The longest that is taken.
        max: f64,
    },
    /// A video of too few or too many frames a second.
    FrameRate {
        /// Its frames a second.
        rate: f64,
        /// The least that are taken.
        min: f64,
        /// The most that are taken.
        max: f64,
    },
}

/// Telephones keep pictures in a form of their own and hand out others when asked.
const EXPORT_JPEG: &str = ". Export it as JPEG: on an iPhone choose Settings > Camera > Formats > Most Compatible, or share \
                           the image with Options > Most Compatible; on Android save a copy as JPEG in the gallery";

impl std::error::Error for Misfit {}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Kind { found, allowed } => {
                if found == FileKind::UNKNOWN {
                    f.write_str("the file is of no known type")?;
                } else {
                    write!(f, "the file is {}", found.mime_type())?;
                }
                match allowed {
                    [] => f.write_str(", neither an image nor a video that could be read")?,
                    [first, others @ ..] => {
                        write!(f, ": it must be {}", first.mime_type())?;
                        others.iter().try_for_each(|kind| write!(f, " or {}", kind.mime_type()))?;
                    }
                }
                match found {
                    FileKind::HEIC | FileKind::AVIF if allowed.contains(&FileKind::JPEG) => f.write_str(EXPORT_JPEG),
                    _ => Ok(()),
                }
            }
            Self::NotConvertible { found } => {
                write!(
                    f,
                    "the file is {} of a form that cannot be read here: save it as JPEG or PNG",
                    found.mime_type()
                )
            }
            Self::TooManyPixels { width, height } => write!(
                f,
                "the image is {width} x {height} pixels, too many to be converted here: make it smaller, or save it as \
                 JPEG"
            ),
            Self::Damaged(damage) => write!(f, "the file cannot be read: {}", damage.as_str()),
            Self::Bytes { bytes: Some(bytes), max } => {
                write!(f, "the file has {bytes} bytes: at most {max} ({} MB) are taken", max / (1024 * 1024))
            }
            Self::Bytes { bytes: None, max } => {
                write!(f, "the file has more than {max} bytes ({} MB), the most that is taken", max / (1024 * 1024))
            }
            Self::SideTooSmall { width, height, min } => {
                write!(f, "the image is {width} x {height} pixels: each side needs at least {min}")
            }
            Self::SideTooLarge { width, height, max } => {
                write!(f, "the image is {width} x {height} pixels: each side may have at most {max}")
            }
            Self::Area { width, height, max } => {
                write!(f, "the image is {width} x {height} pixels: width times height may be at most {max}")
            }
            Self::Shape { width, height, allowed } => {
                write!(f, "the image is {width} x {height} pixels: width to height must be ")?;
                write!(f, "{allowed}")
            }
            Self::Seconds { seconds, min, max } => {
                write!(f, "the video lasts {seconds:.2} s: {min} to {max} s are taken")
            }
            Self::FrameRate { rate, min, max } => {
                write!(f, "the video has {rate:.2} frames a second: {min} to {max} are taken")
            }
        }
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.width, self.height)
    }
}

/// `2:5 to 5:2`, or `16:9 or 9:16`.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Between(min, max) => write!(f, "{min} to {max}"),
            Self::OneOf([]) => f.write_str("none"),
            Self::OneOf([first, others @ ..]) => {
                write!(f, "{first}")?;
                others.iter().try_for_each(|ratio| write!(f, " or {ratio}"))
            }
        }
    }
}

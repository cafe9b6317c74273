//! Media files for Kling AI, in and out.
//!
//! # In
//!
//! An [`Input`] is a picture or video in any of the ways in which it is given: a Dify file object or a list of them, a
//! URL, a `data:` URI, raw Base64, bytes, a path. [Preparing](Input::prepare) it makes of it what a request to Kling
//! takes, and refuses what Kling would refuse: the kind by content, size, pixels, ratio, a video's length and frame
//! rate are held against [`Limits`], from headers alone. A picture of another format (WebP, GIF, BMP, TIFF) or with too
//! many bytes is made into a JPEG or PNG: see [`Conversion`].
//!
//! ```no_run
//! use kling_media::{Downloader, Input, Limits, LinkPolicy};
//!
//! # async fn example() -> Result<(), kling_media::MediaError> {
//! let downloader = Downloader::new(LinkPolicy::HttpsOnly)?;
//! let picture = Input::from_path("boat.png")?;
//! let image = picture.prepare(&downloader, &Limits::LEGACY_IMAGE).await?;
//! println!("{} characters for the field `image`", image.as_str().len());
//! # Ok(())
//! # }
//! ```
//!
//! # Out
//!
//! A result's link becomes a stream of known length and type, which is resumed when the connection breaks and never
//! held in memory as a whole.
//!
//! ```no_run
//! use futures_util::TryStreamExt;
//! use kling_media::{Downloader, LinkPolicy};
//!
//! # async fn example() -> Result<(), kling_media::MediaError> {
//! let downloader = Downloader::new(LinkPolicy::HttpsOnly)?;
//! let download = downloader.open("https://cdn.example.com/result.mp4", 30_000_000).await?;
//! println!("{} bytes of {}", download.length(), download.kind().mime_type());
//! let mut received = 0;
//! let mut stream = Box::pin(download.into_stream());
//! while let Some(chunk) = stream.try_next().await? {
//!     received += chunk.len();
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Where connections go
//!
//! - To public addresses over https, judged by the address at the moment of connecting and at every redirect: see
//!   [`LinkPolicy`]. Links that are only passed on to Kling are not followed here, nor are their names looked up; they
//!   are judged by their form. Which ones are [fetched](Input::is_fetched) is told by their name.
//! - To Dify's own files, by the links that Dify signed: also over plain http and in private networks, redirected only
//!   within the same origin, and never to metadata services. Which hosts are Dify's own is said by [`DifyOrigins`].
//! - No connection carries a credential. No error, log or `Debug` text carries a link.

#![forbid(unsafe_code)]

mod brands;
mod check;
mod convert;

mod download;
mod error;
mod format;
mod input;
mod kind;
mod link;
mod net;
mod off_thread;
mod origins;
mod source;

pub use check::{Limits, Medium, Misfit, Ratio, Shape, limits};
pub use convert::{CONVERSION_MEMORY, CONVERTED_KINDS, Conversion};
pub use download::{Download, Downloader, MAX_SPOOL_BYTES};
pub use error::MediaError;
pub use format::{Damage, Facts, MAX_MOVIE_HEADER_BYTES, Movie, MovieScanner};
pub use input::{FETCH_TIME, Input, InputProblem, LOOK_TIME, MAX_FILES, MAX_INPUT_BYTES, PRIVATE_FETCH_TIME, Prepared};
pub use kind::FileKind;
pub use link::{LinkPolicy, LinkProblem};
pub use origins::DifyOrigins;
pub use source::MAX_RESUMPTIONS;

/// The readme's example is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

//! Media files for Kling AI.
//!
//! Out: a result's link becomes a stream of known length and type, which is resumed when the connection breaks and
//! never held in memory as a whole.
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

#![forbid(unsafe_code)]

mod download;
mod error;
mod kind;
mod link;
mod source;

pub use download::{Download, Downloader};
pub use error::MediaError;
pub use kind::FileKind;
pub use link::LinkPolicy;
pub use source::MAX_RESUMPTIONS;

//! What a user can put right about an input.

use crate::LinkProblem;

/// Why something given cannot serve as a file. Plain data: the text is English, and callers can say it in other words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InputProblem {
    /// JSON of another shape; the text says which.
    #[error("{0} was given where a file is wanted")]
    NotAFile(&'static str),
    /// Several files where one is wanted.
    #[error("{0} files were given where one is wanted")]
    Several(usize),
    /// More files in a list than any request takes.
    #[error("more than {most} files were given")]
    TooMany {
        /// How many are read.
        most: usize,
    },
    /// Text that is neither link nor Base64.
    #[error("the text is neither a link that begins with https:// nor the Base64 of an image or video")]
    NotUnderstood,
    /// A `data:` URI or Base64 that cannot be decoded.
    #[error("the Base64 cannot be decoded")]
    NotBase64,
    /// A file of Dify's whose URL is only a path: Dify was not told its own address.
    #[error(
        "Dify gives its files no full address: set FILES_URL in Dify's .env, such as `https://dify.example.com` without a \
         slash at the end (INTERNAL_FILES_URL wins over it where it is set), and restart Dify"
    )]
    FilesUrlUnset,
    /// A link that Kling must not or cannot follow.
    #[error(
        "the link {0}: Kling follows it by itself, so that it must begin with https:// and lead to a public host; an \
         image can also be given as a file"
    )]
    Link(LinkProblem),
    /// A video as content.
    #[error("Kling takes videos by link alone: give one that begins with https:// and leads to a public host")]
    VideoWithoutLink,
    /// A video of a Dify that the internet cannot reach.
    #[error(
        "Kling takes videos by link alone, and Dify's own link to this one {0}: give a public https:// link to it, or \
         set FILES_URL in Dify's .env to a public https:// address (INTERNAL_FILES_URL wins over it where it is set)"
    )]
    VideoNotPublic(LinkProblem),
}

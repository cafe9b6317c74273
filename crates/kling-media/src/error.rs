//! Why a file did not come, or cannot be used.

use std::{fmt, io};

use kling_client::transport::CertificateProblem;

use crate::{InputProblem, Misfit};

/// What went wrong with a file. No text holds the link, which is signed: callers who may show it have it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MediaError {
    /// The link itself cannot be used; the reason says why.
    #[error("the link {0}")]
    BadLink(&'static str),
    /// The server has no such file (any more), or keeps it to itself.
    #[error("the file server answered HTTP {status}")]
    Refused {
        /// The HTTP status.
        status: u16,
    },
    /// More bytes than the caller wants.
    #[error("the file is larger than {limit} bytes{}", Announced(*length))]
    TooLarge {
        /// Its length, where the server told it.
        length: Option<u64>,
        /// The caller's limit.
        limit: u64,
    },
    /// More bytes than are held for a file whose length the server does not tell.
    #[error("the server does not tell the file's length, and more than {limit} bytes cannot be handed over without it")]
    UnknownLength {
        /// How many bytes are held.
        limit: u64,
    },
    /// A page or message instead of a media file.
    #[error("the link leads to {0} and not to a media file")]
    NotMedia(&'static str),
    /// The connection broke, and went on breaking.
    #[error("the download stopped after {received} of {} bytes and could not be resumed", Expected(*expected))]
    Broken {
        /// Bytes that arrived.
        received: u64,
        /// Bytes that the server announced.
        expected: Option<u64>,
        /// The last break.
        #[source]
        cause: Option<reqwest::Error>,
    },
    /// The server told a wrong length.
    #[error("the file is not as long as announced: {received} of {} bytes arrived", Expected(*expected))]
    WrongLength {
        /// Bytes that arrived.
        received: u64,
        /// Bytes that were announced.
        expected: Option<u64>,
    },
    /// Between two connections the file became another.
    #[error("the file changed while it was being fetched")]
    Changed,
    /// A file of Dify's did not come in time.
    #[error("the file did not come within {seconds} s")]
    TimedOut {
        /// The time it had.
        seconds: u64,
    },
    /// Nobody answers at the address that Dify gives its files: a wrong setting, as a rule.
    #[error(
        "the address that Dify gives its files cannot be reached from here: set INTERNAL_FILES_URL in Dify's .env to \
         one that can, such as `http://api:5001`, or FILES_URL where that is not set"
    )]
    DifyUnreachable {
        /// The last attempt.
        #[source]
        cause: Option<reqwest::Error>,
    },
    /// A file that someone gave to Dify by a link into a private network, or to nowhere: the same error for every way in
    /// which that can fail, so that it tells nothing about that network.
    #[error(
        "the link leads to a host that is not public, and no image or video that can be used came from there. If the \
         host is Dify itself, name its address in FILES_URL or INTERNAL_FILES_URL, also in the environment of Dify's \
         plugin daemon"
    )]
    PrivateAddress,
    /// The file's host is not trusted, or a proxy in between.
    #[error(
        "the certificate of the file's host is not accepted ({problem}). Where an authority of your own signed it, name \
         that in SSL_CERT_FILE in the plugin daemon's environment; for Dify's own files, INTERNAL_FILES_URL may be an \
         http:// address"
    )]
    Certificate {
        /// What is wrong with it.
        problem: CertificateProblem,
    },
    /// What was given is no file, or none that Kling could get at.
    #[error(transparent)]
    Input(#[from] InputProblem),
    /// The file is not one that Kling takes.
    #[error(transparent)]
    Unfit(#[from] Misfit),
    /// A local file cannot be read, or a writer does not take more.
    #[error("a local file cannot be read or written")]
    Io(#[from] io::Error),
    /// The HTTP client cannot be set up.
    #[error("the HTTP client cannot be set up: {0}")]
    Setup(String),
}

struct Announced(Option<u64>);

impl fmt::Display for Announced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |length| write!(f, ": it has {length}"))
    }
}

struct Expected(Option<u64>);

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(length) => write!(f, "{length}"),
            None => f.write_str("an unknown number of"),
        }
    }
}

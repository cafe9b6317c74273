use std::fmt;
use std::time::Duration;

use super::queue::Target;

/// Something that goes wrong once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// A download (`GET /files/...` that would deliver) is cut after this many bytes of its body: the announced length
    /// is the true one, the connection just ends. From the full length on nothing is cut.
    BreakDownloadAfter(usize),
    /// A download announces this `Content-Length` instead of the true one. Above the true length the connection ends
    /// early, below it the body stops there.
    LieAboutLength {
        /// The length announced, in bytes.
        claimed: usize,
    },
    /// The request is not processed but answered with this HTTP status: in Kling's envelope where the service documents
    /// an error with this status (429 is 1302 "rate too high"), else with the HTML page of a gateway. Numbers below 200
    /// or above 999 count as 500.
    Status(u16),
    /// The request is not processed; this is what the caller gets.
    NotProcessed(Reply),
    /// The request is processed, its answer is lost; this is what the caller gets instead.
    Processed(Reply),
    /// The request is processed only after so long, whether or not the caller is still there.
    ProcessedLate(Duration),
    /// The request is processed and answered, the answer is damaged on its way.
    Damaged(Damage),
    /// The task that this create makes does not fare as usual. The answer is the true one.
    Task(Misfortune),
}

/// What comes in place of the true answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reply {
    /// Nothing: the connection is closed.
    Drop,
    /// Nothing for so long, then the connection is closed.
    Silence(Duration),
    /// This error code of Kling's, in its envelope and with its HTTP status. A code that is not documented comes with
    /// HTTP 400.
    Code {
        /// The envelope's `code`.
        code: u32,
        /// `Retry-After`, in seconds.
        retry_after: Option<u32>,
    },
    /// The HTML page of a gateway, with this HTTP status.
    Page(u16),
}

impl Reply {
    /// An error code without `Retry-After`.
    pub const fn code(code: u32) -> Self {
        Self::Code { code, retry_after: None }
    }
}

/// What becomes of a true answer on its way. HTTP status and headers stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Damage {
    /// Half of the body, announced as such: JSON that ends in the middle.
    Truncated,
    /// No body.
    Emptied,
    /// `Content-Length` is 100 more than there is: the connection ends early.
    LengthTooLarge,
    /// `Content-Length` is half of what there is.
    LengthTooSmall,
    /// `data` stands in an array.
    DataInArray,
    /// The other surface's word for success: `succeeded` for `succeed`, and the other way round.
    OtherWordForSuccess,
    /// A status word that nobody knows, in place of every status.
    UnknownWord,
}

/// What happens to a task besides growing up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Misfortune {
    /// It stays in `processing` so much longer, and holds its slots.
    StuckFor(Duration),
    /// Queries and lists do not show it at first. Its custom id is taken all the same.
    HiddenFor(Duration),
    /// From so long after the create on, queries and lists do not show it: for some time, or for good.
    Vanishes {
        /// Counted from the create.
        after: Duration,
        /// How long; `None` is for good.
        lasting: Option<Duration>,
    },
}

impl Fault {
    /// The requests it concerns unless told otherwise.
    pub(super) fn target(self) -> Target {
        match self {
            Self::BreakDownloadAfter(_) | Self::LieAboutLength { .. } => Target::Download,
            Self::Task(_) => Target::Task,
            Self::Status(_)
            | Self::NotProcessed(_)
            | Self::Processed(_)
            | Self::ProcessedLate(_)
            | Self::Damaged(_) => Target::Answer,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BreakDownloadAfter(bytes) => write!(f, "cut after {bytes} bytes"),
            Self::LieAboutLength { claimed } => write!(f, "claimed to have {claimed} bytes"),
            Self::Status(status) => write!(f, "not processed, HTTP {status}"),
            Self::NotProcessed(reply) => write!(f, "not processed, {reply}"),
            Self::Processed(reply) => write!(f, "processed, but {reply}"),
            Self::ProcessedLate(late) => write!(f, "processed {} s late", late.as_secs()),
            Self::Damaged(damage) => write!(f, "processed, {damage}"),
            Self::Task(misfortune) => write!(f, "its task {misfortune}"),
        }
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Drop => f.write_str("connection closed"),
            Self::Silence(time) => write!(f, "silence for {} s", time.as_secs()),
            Self::Code { code, retry_after: None } => write!(f, "code {code}"),
            Self::Code { code, retry_after: Some(seconds) } => write!(f, "code {code}, retry after {seconds} s"),
            Self::Page(status) => write!(f, "HTML page with HTTP {status}"),
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Truncated => "answer cut in half",
            Self::Emptied => "answer without a body",
            Self::LengthTooLarge => "Content-Length too large",
            Self::LengthTooSmall => "Content-Length too small",
            Self::DataInArray => "data in an array",
            Self::OtherWordForSuccess => "the other surface's word for success",
            Self::UnknownWord => "an unknown status word",
        })
    }
}

impl fmt::Display for Misfortune {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StuckFor(time) => write!(f, "is stuck for {} s", time.as_secs()),
            Self::HiddenFor(time) => write!(f, "is hidden for {} s", time.as_secs()),
            Self::Vanishes { after, lasting: None } => write!(f, "vanishes after {} s", after.as_secs()),
            Self::Vanishes { after, lasting: Some(time) } => {
                write!(f, "vanishes after {} s for {} s", after.as_secs(), time.as_secs())
            }
        }
    }
}

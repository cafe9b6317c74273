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
    /// A download tells no length: the body comes in chunks and ends when the connection says so.
    DownloadWithoutLength,
    /// The file can be read up to this byte and no further: this delivery and every later one of it, whole or in part,
    /// breaks there.
    FileEndsAt(usize),
    /// A download comes drop by drop: never idle for long, and far too slow in all.
    DownloadTrickles,
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
    /// A body of its own with this HTTP status, called `application/json` whatever it is: see [`GATEWAY_ANSWERS`] for
    /// what gateways say, and [`WRONG_STATUS_ANSWERS`] for codes of Kling's under a status that is not theirs.
    Json {
        /// The HTTP status.
        status: u16,
        /// The body.
        body: &'static str,
    },
    /// This error code of Kling's, with a message that no program should pass on as it is: it quotes the texts of the
    /// request's body, and holds a signed link, a line break and escape codes of a terminal.
    Quoting {
        /// The envelope's `code`.
        code: u32,
    },
    /// 400/1201, `External_task_id <the request's> already exists`, whether or not there is such a task.
    Duplicate,
    /// This HTTP status with a `Location`: the same path, with `?again` behind it. A program that follows a 307 or 308
    /// posts a second time.
    Redirect(u16),
}

/// What gateways in front of a service answer in JSON of their own: codes that are HTTP statuses, numbers as texts, no
/// code at all, a code that says success. None of it is Kling's word about the request. Not from any documentation: forms
/// that common gateways and frameworks use (nginx, Envoy, Spring Cloud Gateway, APISIX, Kong).
pub const GATEWAY_ANSWERS: &[Reply] = &[
    Reply::Json { status: 502, body: r#"{"code":502,"message":"Bad Gateway"}"# },
    Reply::Json { status: 504, body: r#"{"code":504,"message":"Gateway Timeout"}"# },
    Reply::Json { status: 500, body: r#"{"code":500,"message":"Internal Server Error"}"# },
    Reply::Json { status: 503, body: r#"{"code":-1,"message":"system busy"}"# },
    Reply::Json { status: 520, body: r#"{"code":520,"message":"unknown error"}"# },
    Reply::Json { status: 429, body: r#"{"code":429,"message":"Too Many Requests"}"# },
    Reply::Json { status: 408, body: r#"{"code":408,"message":"Request Timeout"}"# },
    Reply::Json { status: 425, body: r#"{"code":425,"message":"Too Early"}"# },
    Reply::Json { status: 502, body: r#"{"code":"502","message":"Bad Gateway"}"# },
    Reply::Json { status: 502, body: r#"{"code":502,"message":null}"# },
    Reply::Json { status: 503, body: r#"{"message":"no healthy upstream"}"# },
    Reply::Json { status: 502, body: r#"{"code":0,"message":"SUCCEED"}"# },
    Reply::Json { status: 502, body: r#"{"code":0,"message":"SUCCEED","data":null}"# },
    Reply::Json { status: 500, body: r#"{"code":200,"message":"ok"}"# },
    Reply::Json { status: 504, body: r#"{"code":null}"# },
    Reply::Json { status: 503, body: r#"{"error":{"code":503,"message":"upstream connect error"}}"# },
    Reply::Json { status: 500, body: r#"{"timestamp":1790000000000,"status":500,"error":"Internal Server Error"}"# },
    Reply::Json { status: 502, body: r#"{"code":99999999999999999999,"message":"overflow"}"# },
    Reply::Json { status: 504, body: r#"{"code":504.0,"message":"timeout"}"# },
    Reply::Json { status: 503, body: r#"[{"code":503}]"# },
    Reply::Json { status: 500, body: r#""Internal Server Error""# },
    Reply::Json { status: 502, body: "null" },
    Reply::Json { status: 503, body: "upstream request timeout" },
];

/// Kling's own codes that say "later", under another HTTP status than the documented one (some refusals come with 200).
pub const WRONG_STATUS_ANSWERS: &[Reply] = &[
    Reply::Json { status: 200, body: r#"{"code":1302,"message":"request rate is too high","request_id":"r"}"# },
    Reply::Json { status: 200, body: r#"{"code":1303,"message":"parallel task over resource pack limit"}"# },
    Reply::Json { status: 200, body: r#"{"code":5000,"message":"internal error","request_id":"r"}"# },
    Reply::Json { status: 200, body: r#"{"code":5001,"message":"service is temporarily unavailable"}"# },
    Reply::Json { status: 500, body: r#"{"code":1303,"message":"parallel task over resource pack limit"}"# },
];

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
    /// `data` is `null`.
    WithoutData,
    /// Ids of tasks are JSON numbers, all digits of them.
    IdsAsNumbers,
    /// The answer is about somebody else's finished task, as from a cache that takes no notice of what was asked.
    OfAStranger,
    /// The task as it was when it was made: no result, no reason. An answer that was kept too long somewhere.
    Outdated,
    /// Success without the results.
    WithoutResults,
    /// The answer has 3 MiB: its own fields, and more of others.
    Large,
    /// The answer has 15 MiB.
    Huge,
    /// The body comes in chunks and tells no length.
    Chunked,
    /// The body comes byte by byte, one in five seconds: never idle for long, and never done.
    Trickles,
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
    /// The service's parts hear of the task late, each in its own time: while nobody knows of its custom id, a second
    /// create with the same id makes a second task.
    Lagging {
        /// Queries by any id do not show it for so long.
        queries: Duration,
        /// Lists do not show it for so long.
        lists: Duration,
        /// The check for duplicate custom ids does not know it for so long.
        duplicates: Duration,
    },
    /// It ends `failed` at its usual time, and its reason is written like the message of [`Reply::Quoting`].
    FailsQuoting,
}

impl Fault {
    /// The requests it concerns unless told otherwise.
    pub(super) fn target(self) -> Target {
        match self {
            Self::BreakDownloadAfter(_)
            | Self::LieAboutLength { .. }
            | Self::DownloadWithoutLength
            | Self::FileEndsAt(_)
            | Self::DownloadTrickles => Target::Download,
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
            Self::DownloadWithoutLength => f.write_str("sent without a length"),
            Self::FileEndsAt(bytes) => write!(f, "a file that breaks at byte {bytes} for good"),
            Self::DownloadTrickles => f.write_str("sent drop by drop"),
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
            Self::Json { status, body } => write!(f, "HTTP {status} with {body}"),
            Self::Quoting { code } => write!(f, "code {code} with a message that quotes the request"),
            Self::Duplicate => f.write_str("\"already exists\""),
            Self::Redirect(status) => write!(f, "redirection with HTTP {status}"),
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
            Self::WithoutData => "data is null",
            Self::IdsAsNumbers => "ids as numbers",
            Self::OfAStranger => "the answer about a stranger's task",
            Self::Outdated => "an outdated answer",
            Self::WithoutResults => "success without results",
            Self::Large => "an answer of 3 MiB",
            Self::Huge => "an answer of 15 MiB",
            Self::Chunked => "an answer without a length",
            Self::Trickles => "an answer byte by byte",
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
            Self::Lagging { queries, lists, duplicates } => {
                let [queries, lists, duplicates] = [queries, lists, duplicates].map(Duration::as_secs);
                write!(
                    f,
                    "is unknown to queries for {queries} s, to lists for {lists} s, as a duplicate for {duplicates} s"
                )
            }
            Self::FailsQuoting => f.write_str("fails with a message that quotes the request"),
        }
    }
}

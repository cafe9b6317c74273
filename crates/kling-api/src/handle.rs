//! A task's address: enough to find it again from anywhere.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::{Id, Region, Surface, TaskPath};

const PREFIX: &str = "kling";
const VERSION: u32 = 1;
/// Between the fields of the payload: part of no field.
const SEPARATOR: char = '\n';
const CHECKSUM_BYTES: usize = 4;
/// Longer texts are no handles, whoever made them.
const MAX_TEXT_BYTES: usize = 512;

/// Where a submitted task lives: surface, region, create path and id.
///
/// Its text form is opaque to users: `kling1_` and the Base64 (URL alphabet) of the fields and their CRC-32. It holds
/// no secret and works from another process, after an upgrade and with other keys of the same account.
///
/// ```
/// use kling_api::{Handle, Id, Region, Surface, TaskPath};
///
/// let handle = Handle::new(Surface::Legacy, Region::Singapore, TaskPath::TEXT2VIDEO, Id::new("840000000000000001"));
/// let text = handle.to_string();
/// assert!(text.starts_with("kling1_"));
/// assert_eq!(text.parse(), Ok(handle));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Handle {
    surface: Surface,
    region: Region,
    path: TaskPath,
    id: Id,
}

/// Why a text is not a usable handle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HandleError {
    /// It does not begin like a handle.
    #[error("not a task handle: a handle begins with `kling1_`")]
    NotAHandle,
    /// It begins like one, but characters are missing or changed.
    #[error("the task handle is damaged: copy it again, whole")]
    Damaged,
    /// A later release made it.
    #[error("the task handle has version {0}, which this release cannot read: upgrade to use it")]
    UnsupportedVersion(u32),
}

impl Handle {
    /// Names a submitted task.
    pub fn new(surface: Surface, region: Region, path: TaskPath, id: Id) -> Self {
        Self { surface, region, path, id }
    }

    /// Whether a text is meant to be a handle, damaged or not.
    pub fn looks_like(text: &str) -> bool {
        split_version(text.trim()).is_some()
    }

    /// The handles within a text, whatever stands around them, each once and in their order: a sentence, quotes, JSON.
    ///
    /// ```
    /// use kling_api::Handle;
    ///
    /// assert_eq!(Handle::find_in("no handle here"), []);
    /// assert_eq!(Handle::find_in("Handle: `kling1_damaged`.").len(), 1);
    /// ```
    pub fn find_in(text: &str) -> Vec<Result<Self, HandleError>> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(at) = text.get(from..).and_then(|rest| rest.find(PREFIX)).map(|at| from + at) {
            from = at + PREFIX.len();
            let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            let (before, rest) = text.split_at_checked(at).unwrap_or_default();
            // A mark of emphasis may stand before it, a letter may not.
            if before.ends_with(|c: char| c.is_ascii_alphanumeric()) {
                continue;
            }
            let candidate = rest.split(|c: char| !is_part(c)).next().unwrap_or_default();
            if split_version(candidate).is_none() {
                continue;
            }
            from = at + candidate.len();
            let read = read_before_emphasis(candidate);
            if !found.contains(&read) {
                found.push(read);
            }
        }
        found
    }

    /// The surface that made the task.
    pub fn surface(&self) -> Surface {
        self.surface
    }

    /// The region whose account owns the task.
    pub fn region(&self) -> Region {
        self.region
    }

    /// The create path.
    pub fn path(&self) -> &TaskPath {
        &self.path
    }

    /// The task's id.
    pub fn id(&self) -> &Id {
        &self.id
    }
}

/// The checksum tells where a handle ends and a mark of emphasis behind it begins.
fn read_before_emphasis(text: &str) -> Result<Handle, HandleError> {
    let whole = text.parse();
    let shorter = || text.trim_end_matches(['_', '-']).parse().ok();
    match whole {
        Err(HandleError::Damaged) => shorter().map_or(whole, Ok),
        whole => whole,
    }
}

/// `kling<digits>_<rest>` as version and rest.
fn split_version(text: &str) -> Option<(&str, &str)> {
    let (digits, rest) = text.strip_prefix(PREFIX)?.split_once('_')?;
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some((digits, rest))
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { surface, region, path, id } = self;
        let mut bytes = format!("{}{SEPARATOR}{region}{SEPARATOR}{path}{SEPARATOR}{id}", surface.letter()).into_bytes();
        let checksum = crc32fast::hash(&bytes).to_be_bytes();
        bytes.extend_from_slice(&checksum);
        write!(f, "{PREFIX}{VERSION}_{}", URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for Handle {
    type Err = HandleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (version, encoded) = split_version(text).ok_or(HandleError::NotAHandle)?;
        match version.parse::<u32>() {
            Ok(VERSION) => {}
            Ok(other) => return Err(HandleError::UnsupportedVersion(other)),
            Err(_) => return Err(HandleError::NotAHandle),
        }
        if text.len() > MAX_TEXT_BYTES {
            return Err(HandleError::Damaged);
        }
        let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| HandleError::Damaged)?;
        let (payload, checksum) = bytes.split_last_chunk::<CHECKSUM_BYTES>().ok_or(HandleError::Damaged)?;
        if crc32fast::hash(payload).to_be_bytes() != *checksum {
            return Err(HandleError::Damaged);
        }
        read_payload(payload).ok_or(HandleError::Damaged)
    }
}

fn read_payload(payload: &[u8]) -> Option<Handle> {
    let mut fields = std::str::from_utf8(payload).ok()?.split(SEPARATOR);
    let mut next = || fields.next();
    let handle = Handle {
        surface: Surface::from_letter(next()?)?,
        region: next()?.parse().ok()?,
        path: TaskPath::parse(next()?).ok()?,
        id: Id::new(next().filter(|id| !id.is_empty())?),
    };
    fields.next().is_none().then_some(handle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handle() -> Handle {
        Handle::new(Surface::Legacy, Region::Singapore, TaskPath::TEXT2VIDEO, Id::new("840000000000000001"))
    }

    /// The text form is a promise: handles made by an earlier release must be read by a later one.
    #[test]
    fn text_form_is_stable() {
        insta::assert_snapshot!(handle().to_string(), @"kling1_bApzaW5nYXBvcmUKL3YxL3ZpZGVvcy90ZXh0MnZpZGVvCjg0MDAwMDAwMDAwMDAwMDAwMfqIuyU");
    }

    #[test]
    fn round_trips_on_every_surface_and_region() {
        for surface in [Surface::Legacy, Surface::New] {
            for region in Region::ALL {
                for id in ["1", "840000000000000001", "my-own id/ä"] {
                    let handle = Handle::new(surface, region, TaskPath::TEXT2VIDEO, Id::new(id));
                    assert_eq!(format!("  {handle}\n").parse(), Ok(handle));
                }
            }
        }
    }

    #[test]
    fn any_changed_character_is_noticed() {
        let text = handle().to_string();
        for at in "kling1_".len()..text.len() {
            for other in ['A', 'z', '-'] {
                let mut changed: Vec<char> = text.chars().collect();
                if changed[at] == other {
                    continue;
                }
                changed[at] = other;
                let changed: String = changed.into_iter().collect();
                assert_eq!(changed.parse::<Handle>(), Err(HandleError::Damaged), "{changed}");
            }
        }
    }

    #[test]
    fn any_missing_end_is_noticed() {
        let text = handle().to_string();
        for end in "kling1_".len()..text.len() {
            assert_eq!(text[..end].parse::<Handle>(), Err(HandleError::Damaged));
        }
    }

    #[test]
    fn strangers_and_later_versions_are_told_apart() {
        for text in ["", "840000000000000001", "kling", "kling_x", "klingx_y", "kling1"] {
            assert_eq!(text.parse::<Handle>(), Err(HandleError::NotAHandle), "{text}");
            assert!(!Handle::looks_like(text));
        }
        assert_eq!("kling2_abc".parse::<Handle>(), Err(HandleError::UnsupportedVersion(2)));
        assert!(Handle::looks_like(" kling1_ "));
    }

    #[test]
    fn handles_are_found_within_what_surrounds_them() {
        let text = handle().to_string();
        for surrounded in [
            format!("Handle: {text}"),
            format!("handle：{text}。"),
            format!("`{text}`."),
            format!("**{text}**"),
            format!("_{text}_"),
            format!("“{text}”"),
            format!("{{'handle': '{text}', 'task_id': '1'}}"),
            format!("[\"{text}\"]"),
            format!("The video is not ready yet (status: processing). Ask for it later with this handle: {text}"),
            format!("请稍后使用此 handle 获取：{text}，或使用{text}"),
            format!("https://x.test/?h={text}&a=b"),
        ] {
            assert_eq!(Handle::find_in(&surrounded), [Ok(handle())], "{surrounded}");
        }
        let other = Handle::new(Surface::New, Region::Beijing, TaskPath::NEW_TASKS, Id::new("7"));
        assert_eq!(Handle::find_in(&format!("{text},{other}")), [Ok(handle()), Ok(other)]);
        assert_eq!(Handle::find_in(&format!("{}.", &text[..40])), [Err(HandleError::Damaged)]);
        assert_eq!(Handle::find_in("kling2_abc"), [Err(HandleError::UnsupportedVersion(2))]);
        for none in ["", "kling-v3", "klingx_y", "xkling1_abc", "kling", &"kling".repeat(10_000)] {
            assert_eq!(Handle::find_in(none), []);
        }
    }

    /// A checksum is no signature: what is inside is checked again.
    #[test]
    fn well_summed_nonsense_is_refused() {
        for payload in [
            "l\nbeijing\n/v1/../account\n1",
            "x\nbeijing\n/v1/a\n1",
            "l\nmars\n/v1/a\n1",
            "l\nbeijing\n/v1/a\n",
            "l\nbeijing\n/v1/a\n1\n2",
        ] {
            let mut bytes = payload.as_bytes().to_vec();
            bytes.extend_from_slice(&crc32fast::hash(payload.as_bytes()).to_be_bytes());
            let text = format!("kling1_{}", URL_SAFE_NO_PAD.encode(bytes));
            assert_eq!(text.parse::<Handle>(), Err(HandleError::Damaged), "{payload}");
        }
    }
}

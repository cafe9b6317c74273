//! Files given as text.

use super::{Content, Input, InputProblem, base64, json, json_text};
use crate::{FileKind, LinkPolicy, LinkProblem};

pub(super) fn one(text: &str) -> Result<Option<Input>, InputProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if json_text::is_meant(text) {
        return json::one_in_text(text);
    }
    plain(text).map(Some)
}

/// Text that is not JSON.
pub(super) fn plain(text: &str) -> Result<Input, InputProblem> {
    if let Some(after) = strip_prefix_ignoring_case(text, "data:") {
        return data_uri(after);
    }
    if is_link(text) {
        return link(text);
    }
    if text.starts_with("/files/") {
        return Err(InputProblem::FilesUrlUnset);
    }
    let bytes = base64::decode(text).ok_or(InputProblem::NotUnderstood)?;
    // Many a word is Base64 of something.
    if !FileKind::sniff(&bytes).is_media() {
        return Err(InputProblem::NotUnderstood);
    }
    Ok(Input::from_bytes(bytes))
}

/// Judged by what is allowed anywhere: the policy comes later.
pub(super) fn link(text: &str) -> Result<Input, InputProblem> {
    LinkPolicy::HttpsOrLoopback.passable(text).map_err(InputProblem::Link)?;
    Ok(Input(Content::Link(text.trim().to_owned())))
}

/// Whether it is meant as a link; whether it is a good one shows later.
pub(super) fn is_link(text: &str) -> bool {
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
    let web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    web || text.get(scheme.len()..).is_some_and(|after| !scheme.is_empty() && after.starts_with("://"))
}

/// Pictures that Kling does not take, by the end of their name.
const OTHER_PICTURES: [&str; 9] = [".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".avif", ".dib"];

/// Whether a link names a picture that Kling does not take. What it leads to may be another: many servers make JPEG of
/// it.
pub(super) fn names_other_picture(link: &str) -> bool {
    let path = link.trim().split(['?', '#']).next().unwrap_or_default();
    OTHER_PICTURES.iter().any(|name| {
        let start = path.len().checked_sub(name.len());
        start.and_then(|start| path.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(name))
    })
}

/// `[<type>][;<parameter>]*;base64,<data>`, of which the type is not believed.
fn data_uri(after: &str) -> Result<Input, InputProblem> {
    let (head, data) = after.split_once(',').ok_or(InputProblem::NotBase64)?;
    let is_base64 = head.rsplit(';').next().is_some_and(|last| last.trim().eq_ignore_ascii_case("base64"));
    let bytes = is_base64.then(|| base64::decode(data)).flatten().ok_or(InputProblem::NotBase64)?;
    Ok(Input::from_bytes(bytes))
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// A file of Dify's has a full address, or Dify was not told its own.
pub(super) fn full_address(url: &str) -> Result<&str, InputProblem> {
    let web = ["http://", "https://"].iter().any(|scheme| strip_prefix_ignoring_case(url, scheme).is_some());
    match (web, is_link(url)) {
        (true, _) => Ok(url),
        (false, true) => Err(InputProblem::Link(LinkProblem::NotHttps)),
        (false, false) => Err(InputProblem::FilesUrlUnset),
    }
}

//! References to inputs: `<<<image_1>>>` on the legacy surface, `@image_1` on the new one.

use std::fmt;

/// A reference's words before the number, as the vendor's pages name them (2026-09-20). Some samples show `object`, which
/// no page explains: not looked at.
pub(super) const KINDS: [&str; 4] = ["image", "element", "video", "voice"];
pub(super) const OPEN: &str = "<<<";
pub(super) const CLOSE: &str = ">>>";

/// A reference to the n-th input of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) kind: &'static str,
    /// From 1.
    pub(crate) number: u64,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.kind, self.number)
    }
}

/// Reads `image_1` at the beginning of a text; answers what follows it too.
fn read(text: &str) -> Option<(Reference, &str)> {
    let (kind, rest) = KINDS.iter().find_map(|kind| Some((*kind, text.strip_prefix(*kind)?.strip_prefix('_')?)))?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = rest.split_at(digits);
    if number.is_empty() {
        return None;
    }
    // A number beyond all numbers is a reference all the same, to nothing.
    Some((Reference { kind, number: number.parse().unwrap_or(u64::MAX) }, rest))
}

/// The parts of a legacy prompt: text before a reference, and the reference.
fn split_legacy(text: &str) -> Option<(&str, Reference, &str)> {
    let mut from = 0;
    loop {
        let start = from + text.get(from..)?.find(OPEN)?;
        let inside = start + OPEN.len();
        if let Some((reference, rest)) = text.get(inside..).and_then(read)
            && let Some(rest) = rest.strip_prefix(CLOSE)
        {
            return Some((text.get(..start)?, reference, rest));
        }
        from = start + 1;
    }
}

/// The references of a legacy prompt.
pub(crate) fn legacy(text: &str) -> impl Iterator<Item = Reference> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, reference, after) = split_legacy(rest)?;
        rest = after;
        Some(reference)
    })
}

/// The references of a new-surface prompt that look like those made by [`to_new_surface`].
pub(crate) fn new_surface(text: &str) -> impl Iterator<Item = Reference> {
    text.split('@').skip(1).filter_map(|after| read(after).map(|(reference, _)| reference))
}

/// A legacy prompt in the words of the new surface. A space keeps a reference apart from a word or number after it, which
/// would become part of its name.
pub(crate) fn to_new_surface(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, reference, after)) = split_legacy(rest) {
        written.push_str(before);
        written.push('@');
        written.push_str(&reference.to_string());
        if after.starts_with(|next: char| next.is_alphanumeric() || next == '_') {
            written.push(' ');
        }
        rest = after;
    }
    written.push_str(rest);
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(references: impl Iterator<Item = Reference>) -> Vec<String> {
        references.map(|reference| reference.to_string()).collect()
    }

    #[test]
    fn references_are_found_among_what_only_looks_like_them() {
        let text = "<<<<image_1>>> and<<<element_12>>>, <<<video_1>> <<<voice_1>>><<<object_1>>> <<<image_>>> <<<image_x>>> <<<";
        assert_eq!(names(legacy(text)), ["image_1", "element_12", "voice_1"]);
        assert_eq!(names(legacy("<<<image_99999999999999999999>>>")), [format!("image_{}", u64::MAX)]);
        assert_eq!(names(new_surface("@image_1在 @Mira me@voice_2. image_3 @ image_4")), ["image_1", "voice_2"]);
    }

    #[test]
    fn references_change_their_words_and_stay_apart() {
        for (legacy, new) in [
            ("The man<<<voice_1>>> says", "The man@voice_1 says"),
            ("<<<image_1>>>2 cats", "@image_1 2 cats"),
            ("<<<image_1>>>在雨中", "@image_1 在雨中"),
            ("<<<image_1>>><<<video_1>>>", "@image_1@video_1"),
            ("a <<<thing>>> b", "a <<<thing>>> b"),
            ("", ""),
        ] {
            assert_eq!(to_new_surface(legacy), new);
        }
    }
}

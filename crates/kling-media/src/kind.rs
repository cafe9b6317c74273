//! What a file is, by its first bytes: names and headers lie.

use infer::MatcherType;

use crate::brands;

/// A media type and the suffix that goes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileKind {
    mime_type: &'static str,
    extension: &'static str,
}

impl FileKind {
    /// Bytes of no known type.
    pub const UNKNOWN: Self = Self { mime_type: "application/octet-stream", extension: "bin" };
    /// A JPEG picture.
    pub const JPEG: Self = Self { mime_type: "image/jpeg", extension: "jpg" };
    /// A PNG picture.
    pub const PNG: Self = Self { mime_type: "image/png", extension: "png" };
    /// A WebP picture.
    pub const WEBP: Self = Self { mime_type: "image/webp", extension: "webp" };
    /// A GIF picture.
    pub const GIF: Self = Self { mime_type: "image/gif", extension: "gif" };
    /// A BMP picture.
    pub const BMP: Self = Self { mime_type: "image/bmp", extension: "bmp" };
    /// A TIFF picture.
    pub const TIFF: Self = Self { mime_type: "image/tiff", extension: "tif" };
    /// A HEIC picture, of whatever brand: what telephones take.
    pub const HEIC: Self = Self { mime_type: "image/heic", extension: "heic" };
    /// An AVIF picture.
    pub const AVIF: Self = Self { mime_type: "image/avif", extension: "avif" };
    /// An MP4 video.
    pub const MP4: Self = Self { mime_type: "video/mp4", extension: "mp4" };
    /// Apple's own brand of MP4, read as one.
    pub(crate) const M4V: Self = Self { mime_type: "video/x-m4v", extension: "m4v" };
    /// A `QuickTime` video.
    pub const MOV: Self = Self { mime_type: "video/quicktime", extension: "mov" };

    /// How many first bytes [`sniff`](Self::sniff) wants to see.
    pub const SNIFF_BYTES: usize = 512;

    /// Recognises a file by its first bytes.
    pub fn sniff(head: &[u8]) -> Self {
        if head.starts_with(b"\xff\xd8") {
            // What follows is a marker, as a rule; decoders skip what is none.
            return Self::JPEG;
        }
        if let Some(found) = brands::still(head) {
            return found;
        }
        match infer::get(head).map(|found| Self { mime_type: found.mime_type(), extension: found.extension() }) {
            // Two letters are not enough.
            Some(Self::BMP) if !is_bitmap(head) => Self::UNKNOWN,
            Some(found) => found,
            // The list of brands behind `ftyp` is open; whatever has one is of the MP4 family.
            None if head.get(4..8) == Some(b"ftyp") => Self::MP4,
            None if brands::begins_a_movie(head) => Self::MOV,
            None => Self::UNKNOWN,
        }
    }

    /// A page, a script or a message, which no generation results in.
    pub(crate) fn text_found(head: &[u8]) -> Option<&'static str> {
        let first = head.iter().copied().find(|byte| !byte.is_ascii_whitespace());
        match infer::get(head) {
            Some(found) if found.matcher_type() == MatcherType::Text => Some("a web page"),
            // No media format begins with these.
            None if first == Some(b'<') => Some("a web page"),
            None if first == Some(b'{') => Some("a message"),
            _ => None,
        }
    }

    /// The kind under which it is taken.
    pub(crate) fn canonical(self) -> Self {
        if self == Self::M4V { Self::MP4 } else { self }
    }

    /// Whether it is something to see or hear.
    pub(crate) fn is_media(self) -> bool {
        ["image/", "video/", "audio/"].iter().any(|class| self.mime_type.starts_with(class))
    }

    pub(crate) fn is_image(self) -> bool {
        self.mime_type.starts_with("image/")
    }

    /// Such as `video/mp4`.
    pub fn mime_type(&self) -> &'static str {
        self.mime_type
    }

    /// Such as `mp4`, without a dot.
    pub fn extension(&self) -> &'static str {
        self.extension
    }
}

/// `BM` and a header of one of the lengths that there are.
fn is_bitmap(head: &[u8]) -> bool {
    let length = head.get(14..18).and_then(|length| length.first_chunk()).copied().map(u32::from_le_bytes);
    length.is_some_and(|length| matches!(length, 12 | 16 | 40 | 52 | 56 | 64 | 108 | 124))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_is_known_by_content() {
        let sniff = |head: &[u8]| FileKind::sniff(head).extension();
        assert_eq!(sniff(kling_sim::SAMPLE_MP4), "mp4");
        assert_eq!(sniff(kling_sim::SAMPLE_PNG), "png");
        assert_eq!(sniff(b"\0\0\0\x18ftypklng\0\0\0\0"), "mp4");
        assert_eq!(sniff(b"\xff\xd8\xff\xe0\0\x10JFIF"), "jpg");
        assert_eq!(FileKind::sniff(kling_sim::SAMPLE_MP4), FileKind::MP4);
        assert_eq!(FileKind::sniff(kling_sim::SAMPLE_PNG), FileKind::PNG);
        assert_eq!(FileKind::sniff(b"\xff\xd8\xff\xe0\0\x10JFIF"), FileKind::JPEG);
        assert_eq!(FileKind::sniff(b"\0\0\0\x14ftypqt  \0\0\0\0qt  "), FileKind::MOV);
        assert_eq!(FileKind::sniff(b"\0\0\0\x18ftypM4V \0\0\0\0"), FileKind::M4V);
        assert_eq!(FileKind::sniff(b"\0\0\0\x14wideqt  \0\0\x02\0qt  "), FileKind::MOV);
        assert_eq!(FileKind::sniff(b"\xff\xd8junk\xff\xe0\0\x10JFIF"), FileKind::JPEG);
        assert_eq!(FileKind::sniff(b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"), FileKind::BMP);
        assert_eq!(sniff(b"BMW drives through the rain"), "bin");
        assert_eq!(sniff(b"I amfree text, no QuickTime"), "bin");
        assert_eq!(sniff(b""), "bin");
        assert_eq!(sniff(b"\0\0\0\x18ft"), "bin");
    }

    #[test]
    fn pages_and_messages_are_no_media() {
        assert_eq!(FileKind::text_found(b"<!DOCTYPE html><html>"), Some("a web page"));
        assert_eq!(FileKind::text_found(b"\n  <?xml version=\"1.0\"?><Error/>"), Some("a web page"));
        assert_eq!(FileKind::text_found(b"{\"code\":403}"), Some("a message"));
        assert_eq!(FileKind::text_found(kling_sim::SAMPLE_MP4), None);
        assert_eq!(FileKind::text_found(b""), None);
    }
}

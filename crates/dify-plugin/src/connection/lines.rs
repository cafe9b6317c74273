//! Bytes in, lines out.

use std::mem;

/// The longest line taken from the host, in bytes without its end: 32 MiB.
///
/// Dify's daemon sets no limit of its own; the largest line it is known to write is a 10 MB endpoint body as hex,
/// about 20 MB (dify-plugin-daemon 0.6.10).
pub const MAX_LINE_BYTES: usize = 32 * 1024 * 1024;

/// How much is kept of a longer line: enough to find whose it is, as the daemon writes the session's id first.
const HEAD_BYTES: usize = 8 * 1024;

/// One thing found in the stream.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// A line that is not blank, without its end.
    Line(Vec<u8>),
    /// A line beyond the limit: its first bytes, and its length.
    TooLong { head: Vec<u8>, bytes: usize },
    /// What stood after the last line end when the stream ended, as far as it was kept.
    Partial(Vec<u8>),
}

/// Cuts a byte stream into lines, however it is split. Holds at most one line.
#[derive(Debug)]
pub(crate) struct LineSplitter {
    limit: usize,
    line: Vec<u8>,
    /// Bytes of the current line, also of one that is no longer kept.
    length: usize,
}

impl LineSplitter {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, line: Vec::new(), length: 0 }
    }

    /// Takes from `bytes` up to the end of the next line. `None` when `bytes` is used up.
    pub(crate) fn next(&mut self, bytes: &mut &[u8]) -> Option<Frame> {
        while !bytes.is_empty() {
            let Some(end) = memchr::memchr(b'\n', bytes) else {
                self.extend(bytes);
                *bytes = &[];
                return None;
            };
            let (piece, rest) = bytes.split_at(end);
            *bytes = rest.get(1..).unwrap_or_default();
            self.extend(piece);
            if let Some(frame) = self.finish_line() {
                return Some(frame);
            }
        }
        None
    }

    /// The stream has ended.
    pub(crate) fn finish(self) -> Option<Frame> {
        (self.length > 0).then_some(Frame::Partial(self.line))
    }

    fn extend(&mut self, piece: &[u8]) {
        let kept = self.length <= self.limit;
        self.length += piece.len();
        if self.length <= self.limit {
            self.line.extend_from_slice(piece);
        } else if kept {
            let missing = HEAD_BYTES.saturating_sub(self.line.len()).min(piece.len());
            self.line.extend(piece.iter().take(missing));
            self.line.truncate(HEAD_BYTES);
            self.line.shrink_to_fit();
        }
    }

    fn finish_line(&mut self) -> Option<Frame> {
        let bytes = mem::take(&mut self.length);
        let mut line = mem::take(&mut self.line);
        if bytes > self.limit {
            return Some(Frame::TooLong { head: line, bytes });
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        (!line.trim_ascii().is_empty()).then_some(Frame::Line(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(limit: usize, pieces: &[&[u8]]) -> Vec<Frame> {
        let mut splitter = LineSplitter::new(limit);
        let mut frames = Vec::new();
        for mut piece in pieces.iter().copied() {
            while let Some(frame) = splitter.next(&mut piece) {
                frames.push(frame);
            }
        }
        frames.extend(splitter.finish());
        frames
    }

    fn line(text: &str) -> Frame {
        Frame::Line(text.as_bytes().to_vec())
    }

    #[test]
    fn lines_do_not_depend_on_how_the_bytes_arrive() {
        let bytes = b"one\ntwo\r\n\n \r\nthree\nhal";
        let expected = [line("one"), line("two"), line("three"), Frame::Partial(b"hal".to_vec())];
        assert_eq!(split(100, &[bytes]), expected);
        for size in 1..bytes.len() {
            assert_eq!(split(100, &bytes.chunks(size).collect::<Vec<_>>()), expected, "in pieces of {size}");
        }
    }

    #[test]
    fn a_line_of_exactly_the_limit_passes_and_one_byte_more_does_not() {
        assert_eq!(split(4, &[b"abcd\n"]), [line("abcd")]);
        let too_long = Frame::TooLong { head: b"abcde".to_vec(), bytes: 5 };
        assert_eq!(split(4, &[b"abcde\nok\n"]), [too_long, line("ok")]);
    }

    #[test]
    fn of_a_long_line_only_the_head_is_kept() {
        let long = vec![b'x'; 100_000];
        let mut splitter = LineSplitter::new(50_000);
        for mut piece in long.chunks(7_000) {
            assert_eq!(splitter.next(&mut piece), None);
        }
        assert!(splitter.line.capacity() <= HEAD_BYTES, "{} bytes kept", splitter.line.capacity());
        let mut end: &[u8] = b"\n";
        assert_eq!(splitter.next(&mut end), Some(Frame::TooLong { head: vec![b'x'; HEAD_BYTES], bytes: 100_000 }));
        assert_eq!(splitter.line.capacity(), 0);
    }
}

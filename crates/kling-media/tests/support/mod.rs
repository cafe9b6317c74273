//! Files made for tests, and names that lead where a test wants.
#![allow(dead_code)] // Each test uses a part.
#![allow(clippy::struct_excessive_bools)] // A film has many marks.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kling_media::{DifyOrigins, Downloader, LinkPolicy};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use serde_json::{Value, json};

/// A downloader that does not wait before it tries again.
pub(crate) fn downloader(policy: LinkPolicy) -> Downloader {
    Downloader::new(policy).unwrap().with_first_pause(Duration::ZERO)
}

/// The same that takes the hosts of these addresses for Dify's.
pub(crate) fn downloader_beside(dify: &[&str]) -> Downloader {
    downloader(LinkPolicy::HttpsOnly).with_dify_origins(DifyOrigins::named(dify))
}

/// A file object as Dify makes them.
pub(crate) fn dify_file(url: &str) -> Value {
    json!({
        "dify_model_identity": "__dify__file__",
        "mime_type": "image/png",
        "filename": "a.png",
        "extension": ".png",
        "size": -1,
        "type": "image",
        "url": url,
    })
}

/// The path of a link that Dify signed.
pub(crate) const SIGNED: &str =
    "/files/0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9/file-preview?timestamp=1700000000&nonce=abc&sign=SECRET";

/// Answers each question with the next list of addresses, and the last one for ever.
pub(crate) struct Dns(Mutex<Vec<Vec<SocketAddr>>>);

impl Dns {
    pub(crate) fn answering(answers: &[&[&str]]) -> Arc<Self> {
        let answer = |answer: &&[&str]| answer.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), 0)).collect();
        Arc::new(Self(Mutex::new(answers.iter().map(answer).collect())))
    }
}

impl Resolve for Dns {
    fn resolve(&self, _: Name) -> Resolving {
        let mut answers = self.0.lock().unwrap();
        let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
        Box::pin(std::future::ready(Ok(Box::new(answer.into_iter()) as Addrs)))
    }
}

/// A chunk of a PNG file.
pub(crate) fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap();
    let sum = crc32fast::hash(&[&kind[..], data].concat());
    [&length.to_be_bytes()[..], &kind, data, &sum.to_be_bytes()].concat()
}

/// A PNG of a size, which no decoder has to like: headers, one piece of data, the end.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), b"\x08\x02\0\0\0"].concat();
    let chunks = [chunk(*b"IHDR", &header), chunk(*b"IDAT", b"pixels"), chunk(*b"IEND", b"")];
    [&b"\x89PNG\r\n\x1a\n"[..], &chunks.concat()].concat()
}

/// A JPEG of a size, by the same recipe.
pub(crate) fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let (width, height) = (width.to_be_bytes(), height.to_be_bytes());
    [
        b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xc0\x00\x0b\x08",
        &height[..],
        &width,
        b"\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x12\xff\x00\x34\xff\xd9",
    ]
    .concat()
}

/// A box of an MP4 file.
pub(crate) fn part(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len() + 8).unwrap();
    [&size.to_be_bytes()[..], &kind, body].concat()
}

/// An MP4 file as a test wants it.
#[derive(Debug, Clone)]
pub(crate) struct Video {
    pub brand: [u8; 4],
    pub width: u16,
    pub height: u16,
    pub timescale: u32,
    /// Frames and how long each is shown.
    pub frames: Vec<(u32, u32)>,
    pub turned: bool,
    /// The long form of headers, with 64-bit times.
    pub long: bool,
    /// Nothing about time, as in a fragmented file.
    pub timeless: bool,
    pub handler: [u8; 4],
    /// The number of the track, and whether it is played.
    pub track: u8,
    pub is_enabled: bool,
    /// What is shown of it: for how long, from where, in `timescale`.
    pub edits: Vec<(u32, i32)>,
    /// What `mvex` holds, in a fragmented file.
    pub extends: Vec<u8>,
}

impl Default for Video {
    fn default() -> Self {
        Self {
            brand: *b"isom",
            width: 1280,
            height: 720,
            timescale: 600,
            frames: vec![(120, 25)],
            turned: false,
            long: false,
            timeless: false,
            handler: *b"vide",
            track: 1,
            is_enabled: true,
            edits: Vec::new(),
            extends: Vec::new(),
        }
    }
}

impl Video {
    fn duration(&self) -> u32 {
        if self.timeless { 0 } else { self.frames.iter().map(|(count, ticks)| count * ticks).sum() }
    }

    /// The common beginning of `mvhd` and `mdhd`.
    fn times(&self) -> Vec<u8> {
        let (scale, duration) = (self.timescale.to_be_bytes(), self.duration());
        if self.long {
            [&[1, 0, 0, 0][..], &[0; 16], &scale, &u64::from(duration).to_be_bytes(), &[0; 80]].concat()
        } else {
            [&[0; 4][..], &[0; 8], &scale, &duration.to_be_bytes(), &[0; 80]].concat()
        }
    }

    fn track_header(&self) -> Vec<u8> {
        let one = 0x1_0000_u32.to_be_bytes();
        let zero = [0; 4];
        let rows = if self.turned { [zero, one, zero, one, zero, zero] } else { [one, zero, zero, zero, one, zero] };
        let flags = 6 + u8::from(self.is_enabled);
        let before = if self.long {
            [&[1, 0, 0, flags][..], &[0; 16], &[0, 0, 0, self.track], &[0; 28]].concat()
        } else {
            [&[0, 0, 0, flags][..], &[0; 8], &[0, 0, 0, self.track], &[0; 24]].concat()
        };
        [before, rows.concat(), vec![0; 12 + 8]].concat()
    }

    fn edit_list(&self) -> Vec<u8> {
        if self.edits.is_empty() {
            return Vec::new();
        }
        let version = u8::from(self.long);
        let entry = |(ticks, start): &(u32, i32)| {
            if self.long {
                [&u64::from(*ticks).to_be_bytes()[..], &i64::from(*start).to_be_bytes(), &[0, 1, 0, 0]].concat()
            } else {
                [&ticks.to_be_bytes()[..], &start.to_be_bytes(), &[0, 1, 0, 0]].concat()
            }
        };
        let entries: Vec<u8> = self.edits.iter().flat_map(entry).collect();
        let count = u32::try_from(self.edits.len()).unwrap().to_be_bytes();
        part(*b"edts", &part(*b"elst", &[&[version, 0, 0, 0][..], &count, &entries].concat()))
    }

    pub(crate) fn index(&self) -> Vec<u8> {
        self.index_of(&self.trak())
    }

    /// The index of a film of several tracks.
    pub(crate) fn index_of(&self, tracks: &[u8]) -> Vec<u8> {
        let extends = if self.extends.is_empty() { Vec::new() } else { part(*b"mvex", &self.extends) };
        part(*b"moov", &[part(*b"mvhd", &self.times()), tracks.to_vec(), extends].concat())
    }

    pub(crate) fn trak(&self) -> Vec<u8> {
        let frames = if self.timeless { &[][..] } else { &self.frames };
        let count = u32::try_from(frames.len()).unwrap().to_be_bytes();
        let table: Vec<u8> =
            frames.iter().flat_map(|(count, ticks)| [count.to_be_bytes(), ticks.to_be_bytes()].concat()).collect();
        let stts = part(*b"stts", &[&[0; 4][..], &count, &table].concat());
        let sample = [&[0; 24][..], &self.width.to_be_bytes(), &self.height.to_be_bytes(), &[0; 50]].concat();
        let stsd = part(*b"stsd", &[&[0, 0, 0, 0, 0, 0, 0, 1][..], &part(*b"avc1", &sample)].concat());
        let stbl = part(*b"stbl", &[stsd, stts].concat());
        let hdlr = part(*b"hdlr", &[&[0; 8][..], &self.handler, &[0; 13]].concat());
        let mdia = part(*b"mdia", &[part(*b"mdhd", &self.times()), hdlr, part(*b"minf", &stbl)].concat());
        part(*b"trak", &[part(*b"tkhd", &self.track_header()), self.edit_list(), mdia].concat())
    }

    pub(crate) fn head(&self) -> Vec<u8> {
        part(*b"ftyp", &[&self.brand[..], &[0; 4], &self.brand].concat())
    }

    /// Index first, as for streaming.
    pub(crate) fn file(&self) -> Vec<u8> {
        [self.head(), self.index(), part(*b"mdat", &[7; 5000])].concat()
    }
}

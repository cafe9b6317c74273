//! Pictures to give to a tool: a ring, drawn by formula, from several sides.

/// Kling takes pictures from 300 pixels a side (documentation of 2026-09-20).
const SIDE: u32 = 320;
/// The most that a stored block of deflate holds (RFC 1951).
const STORED_BLOCK: usize = 65_535;

/// A PNG of the ring, turned away further the higher the number; 0 is from the front.
pub(super) fn png(turn: u32) -> Vec<u8> {
    let mut header = [SIDE, SIDE].map(u32::to_be_bytes).concat();
    // 8 bits each of red, green and blue; the only methods there are; not interlaced.
    header.extend([8, 2, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(*b"IHDR", header), (*b"IDAT", zlib(&lines(turn))), (*b"IEND", Vec::new())] {
        push_chunk(&mut png, kind, &data);
    }
    png
}

/// The pixels, each line after the number of its filter: none.
fn lines(turn: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    for y in 0..SIDE {
        bytes.push(0);
        for x in 0..SIDE {
            bytes.extend(pixel(turn, x, y));
        }
    }
    bytes
}

fn pixel(turn: u32, x: u32, y: u32) -> [u8; 3] {
    let from_centre = |at: u32, scale: u32| u64::from(at.abs_diff(SIDE / 2) * scale).pow(2);
    // A turned ring is as high and less wide.
    let distance = from_centre(x, 2 + turn.min(100)) + from_centre(y, 2);
    let shade = |at: u32, share: u32| u8::try_from(at * share / SIDE).unwrap_or(u8::MAX);
    match distance {
        32_400..=57_600 => [230, 170 - shade(y, 60), 60],
        _ => [20 + shade(y, 60), 40 + shade(x, 40), 90],
    }
}

fn push_chunk(png: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let mut checksum = crc32fast::Hasher::new();
    checksum.update(&kind);
    checksum.update(data);
    png.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    png.extend(kind);
    png.extend(data);
    png.extend(checksum.finalize().to_be_bytes());
}

/// A zlib stream (RFC 1950) that does not compress.
fn zlib(data: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut blocks = data.chunks(STORED_BLOCK).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        stream.push(u8::from(blocks.peek().is_none()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    stream.extend(adler32(data).to_be_bytes());
    stream
}

fn adler32(data: &[u8]) -> u32 {
    let (a, b) = data.iter().fold((1_u32, 0), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    b << 16 | a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_that_is_not_compressed_reads_as_it_was() {
        assert_eq!(adler32(b"Wikipedia"), 0x11E6_0398);
        let long = vec![7; STORED_BLOCK + 1];
        let stream = zlib(&long);
        assert_eq!(stream[2..7], [0, 0xff, 0xff, 0, 0]);
        assert_eq!(stream[7 + STORED_BLOCK..][..6], [1, 1, 0, 0xfe, 0xff, 7]);
        assert_eq!(stream.len(), 2 + 5 + STORED_BLOCK + 5 + 1 + 4);
    }

    #[test]
    fn the_ring_is_a_picture_and_differs_from_every_side() {
        let (front, side) = (png(0), png(1));
        assert!(front.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x01\x40\0\0\x01\x40\x08\x02\0\0\0"));
        // Chunks follow one another to the end, each with its checksum.
        let mut rest = &front[8..];
        let mut kinds = Vec::new();
        while !rest.is_empty() {
            let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
            let (body, after) = rest[4..].split_at(4 + length);
            assert_eq!(crc32fast::hash(body).to_be_bytes(), after[..4]);
            kinds.push(String::from_utf8_lossy(&body[..4]).into_owned());
            rest = &after[4..];
        }
        assert_eq!(kinds, ["IHDR", "IDAT", "IEND"]);
        assert!(front != side && front.len() == side.len());
        // From the front as wide as high.
        let is_ring = |turn, x, y| pixel(turn, x, y)[0] == 230;
        assert!(is_ring(0, 160, 50) && is_ring(0, 50, 160) && !is_ring(0, 160, 160) && !is_ring(0, 10, 10));
        assert!(is_ring(1, 160, 50) && !is_ring(1, 50, 160));
    }
}

//! How much of a JPEG is there that has no end marker: its blocks are counted, and no pixel is made of them.
//!
//! Decoders show a file that is cut off with grey below, and a careless program's file without its last two bytes as
//! any other. Source: ITU-T T.81, the sequential Huffman coding of one scan. Other codings cannot be counted this way.

use super::bytes::u16_at;
use super::jpeg::{Segments, is_frame};

/// Whether the scan goes on to the last block but one, of those that the size makes. `None` where that cannot be told.
pub(super) fn is_complete(file: &[u8]) -> Option<bool> {
    let mut headers = Headers::default();
    let mut segments = Segments::new(file).ok()?;
    loop {
        let (marker, body) = segments.next_segment().ok()?;
        match marker {
            // Baseline and extended sequential.
            0xc0 | 0xc1 => headers.frame = Some(Frame::read(body)?),
            _ if is_frame(marker) => return None,
            0xc4 => headers.add_tables(body)?,
            0xdd => headers.restart_after = usize::from(u16_at(body, 0).ok()?),
            0xda => return headers.count(body, segments.rest()),
            _ => {}
        }
    }
}

#[derive(Default)]
struct Headers<'a> {
    frame: Option<Frame<'a>>,
    /// By class (DC, AC) and number.
    tables: [[Option<Table<'a>>; 4]; 2],
    restart_after: usize,
}

struct Frame<'a> {
    width: usize,
    height: usize,
    /// Number, sampling and quantization of each.
    components: &'a [[u8; 3]],
}

impl<'a> Frame<'a> {
    fn read(body: &'a [u8]) -> Option<Self> {
        let (components, _) = body.get(6..)?.as_chunks::<3>();
        let components = components.get(..usize::from(*body.get(5)?))?;
        let side = |at| u16_at(body, at).ok().map(usize::from);
        Some(Self { width: side(3)?, height: side(1)?, components })
    }
}

impl<'a> Headers<'a> {
    fn add_tables(&mut self, mut body: &'a [u8]) -> Option<()> {
        while let Some((place, rest)) = body.split_first() {
            let (counts, symbols) = rest.split_first_chunk()?;
            let length = counts.iter().map(|count| usize::from(*count)).sum();
            let (symbols, rest) = symbols.split_at_checked(length)?;
            let number = usize::from(place & 15);
            *self.tables.get_mut(usize::from(place >> 4))?.get_mut(number)? = Some(Table { counts, symbols });
            body = rest;
        }
        Some(())
    }

    fn count(&self, scan: &[u8], data: &[u8]) -> Option<bool> {
        let frame = self.frame.as_ref()?;
        let (in_scan, _) = scan.get(1..)?.as_chunks::<2>();
        let in_scan = in_scan.get(..usize::from(*scan.first()?))?;
        if in_scan.len() != frame.components.len() {
            return None;
        }
        // The blocks of one unit, in order: the tables that each is coded with.
        let (mut unit, mut across, mut down) = (Vec::new(), 1, 1);
        for ([number, sampling, _], [also, tables]) in frame.components.iter().zip(in_scan) {
            let (horizontal, vertical) = (usize::from(sampling >> 4), usize::from(sampling & 15));
            let table = |class: usize, number: u8| self.tables.get(class)?.get(usize::from(number))?.as_ref();
            if number != also || !(1..=4).contains(&horizontal) || !(1..=4).contains(&vertical) {
                return None;
            }
            let blocks = if in_scan.len() == 1 { 1 } else { horizontal * vertical };
            unit.extend(vec![(table(0, tables >> 4)?, table(1, tables & 15)?); blocks]);
            if in_scan.len() > 1 {
                (across, down) = (across.max(horizontal), down.max(vertical));
            }
        }
        let units = frame.width.div_ceil(8 * across) * frame.height.div_ceil(8 * down);
        let mut bits = Bits { data, held: 0, left: 0 };
        for done in 0..units {
            if self.restart_after > 0 && done > 0 && done % self.restart_after == 0 {
                bits.restart();
            }
            for (dc, ac) in &unit {
                match bits.block(dc, ac) {
                    Ok(()) => {}
                    Err(Stop::End) => return Some(done + 1 >= units),
                    Err(Stop::NoCode) => return None,
                }
            }
        }
        Some(true)
    }
}

/// A Huffman table: how many codes there are of each length, and what they stand for.
#[derive(Clone, Copy)]
struct Table<'a> {
    counts: &'a [u8; 16],
    symbols: &'a [u8],
}

enum Stop {
    /// The data ends, or a marker follows.
    End,
    /// No table has such a code.
    NoCode,
}

/// The data of a scan, bit for bit.
struct Bits<'a> {
    data: &'a [u8],
    held: u8,
    left: u8,
}

impl Bits<'_> {
    fn next(&mut self) -> Result<usize, Stop> {
        if self.left == 0 {
            let (byte, rest) = match self.data {
                [0xff, 0x00, rest @ ..] => (0xff, rest),
                [0xff, ..] | [] => return Err(Stop::End),
                [byte, rest @ ..] => (*byte, rest),
            };
            (self.held, self.left, self.data) = (byte, 8, rest);
        }
        self.left -= 1;
        Ok(usize::from(self.held >> self.left & 1))
    }

    fn skip(&mut self, count: u8) -> Result<(), Stop> {
        (0..count).try_for_each(|_| self.next().map(drop))
    }

    /// Goes on after the marker that separates stretches of data.
    fn restart(&mut self) {
        self.left = 0;
        if let [0xff, 0xd0..=0xd7, rest @ ..] = self.data {
            self.data = rest;
        }
    }

    fn symbol(&mut self, table: &Table<'_>) -> Result<u8, Stop> {
        let (mut code, mut first, mut passed) = (0, 0, 0);
        for count in table.counts {
            code = code << 1 | self.next()?;
            first <<= 1;
            let count = usize::from(*count);
            if code < first + count {
                return code
                    .checked_sub(first)
                    .and_then(|at| table.symbols.get(passed + at))
                    .copied()
                    .ok_or(Stop::NoCode);
            }
            (first, passed) = (first + count, passed + count);
        }
        Err(Stop::NoCode)
    }

    /// Steps over the 64 coefficients of a block.
    fn block(&mut self, dc: &Table<'_>, ac: &Table<'_>) -> Result<(), Stop> {
        let length = self.symbol(dc)?;
        self.skip(length)?;
        let mut at = 1;
        while at < 64 {
            let symbol = self.symbol(ac)?;
            let (zeros, length) = (symbol >> 4, symbol & 15);
            if length == 0 && zeros < 15 {
                break;
            }
            at += u32::from(zeros) + 1;
            self.skip(length)?;
        }
        Ok(())
    }
}

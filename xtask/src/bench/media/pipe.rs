//! How fast anything at all comes through a pipe here.

use std::io::{self, PipeWriter, Write};

use anyhow::Result;
use tokio::task::spawn_blocking;

use super::super::statistics::Rate;
use super::chunks::FILE;
use super::reader::drain;

/// What the writer has at hand at a time, as a plugin has.
const BLOCK_BYTES: usize = 256 * 1024;
const END: &[u8] = b"end";

/// As much as the file that goes in chunks, read in the same way.
pub(super) async fn measure() -> Result<Rate> {
    let (mut output, input) = io::pipe()?;
    let writer = spawn_blocking(move || write(input));
    let answer = spawn_blocking(move || drain(&mut output, END)).await??;
    writer.await??;
    Ok(Rate::of(answer.bytes, answer.time))
}

fn write(mut input: PipeWriter) -> io::Result<()> {
    let block = vec![0; BLOCK_BYTES];
    for _ in 0..FILE.div_ceil(BLOCK_BYTES as u64) {
        input.write_all(&block)?;
    }
    input.write_all(END)
}

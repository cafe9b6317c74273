//! Prepares a picture of 10 MB, the largest that Kling takes, for whoever watches time and memory of this process.
//!
//! Prints a line when the picture is there, prepares it when a line comes in, prints what came of it, and stays until
//! its input ends: `cargo run --release -p kling-media --example base64_cost`, then Enter, then Ctrl-D.

use std::error::Error;
use std::hint::black_box;
use std::io;
use std::time::Instant;

use kling_media::{Downloader, Input, Limits, LinkPolicy, limits};
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let downloader = Downloader::new(LinkPolicy::HttpsOnly)?;
    let picture = png(usize::try_from(limits::LEGACY_IMAGE_MAX_BYTES)?)?;
    let picture_bytes = picture.len();
    println!("a picture of {picture_bytes} bytes");

    wait_for_line()?;
    let begin = Instant::now();
    let image = Input::from_bytes(picture).prepare(&downloader, &Limits::LEGACY_IMAGE).await?;
    let time = begin.elapsed();
    let nanoseconds = u64::try_from(time.as_nanos())?;
    println!(
        "{}",
        json!({ "picture_bytes": picture_bytes, "text_bytes": image.as_str().len(), "nanoseconds": nanoseconds })
    );
    wait_for_line()?;
    black_box(image);
    Ok(())
}

fn wait_for_line() -> io::Result<()> {
    io::stdin().read_line(&mut String::new()).map(drop)
}

/// A picture by its headers, of any bytes: nobody looks at the pixels.
fn png(length: usize) -> Result<Vec<u8>, Box<dyn Error>> {
    const HEADER: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x08\0\0\0\x08\0\x08\x02\0\0\0CRC.";
    const END: &[u8] = b"\0\0\0\0IENDCRC.";
    /// Length, type and checksum around a chunk's data.
    const FRAME: usize = 12;
    let pixels = length - HEADER.len() - FRAME - END.len();
    let mut png = Vec::with_capacity(length);
    png.extend(HEADER);
    png.extend(u32::try_from(pixels)?.to_be_bytes());
    png.extend(b"IDAT");
    png.resize(png.len() + pixels, 0xA5);
    png.extend(b"CRC.");
    png.extend(END);
    Ok(png)
}

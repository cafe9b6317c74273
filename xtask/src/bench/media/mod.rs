//! `cargo xtask bench media`: what files cost, on their way out and in.

mod base64;
mod chunks;
mod hand_over;
mod pipe;
mod reader;

use anyhow::Result;

use super::example;
use super::statistics::{Quantity, Rate, Size, Spread};
use super::{judge, machine};
use crate::installed::Installed;
use crate::say;

const MIB: u64 = 1024 * 1024;

/// What handing over a file may add to an idle plugin.
const HAND_OVER_TARGET: Size = Size(4 * MIB);
/// What the chunks of a file must carry, before Base64.
const CHUNKS_TARGET: Rate = Rate(400 * MIB);
/// What may come on top of the one copy that Base64 is: the kernel counts memory of a process in steps, and code is
/// loaded when it first runs.
const BESIDES_THE_COPY: u64 = MIB / 2;

pub(super) async fn run(runs: u32) -> Result<()> {
    let installed = Installed::build().await?;
    let echo = example::build("dify-plugin", "echo")?;
    let base64_cost = example::build("kling-media", "base64_cost")?;
    say::line("machine", machine::describe());
    say::line("python", &installed.python);

    let simulator = hand_over::simulator().await?;
    let (mut held, mut chunks, mut pipes, mut copies) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        held.push(hand_over::measure(installed.plugin(), &simulator).await?);
        chunks.push(chunks::measure(&echo).await?);
        pipes.push(pipe::measure().await?);
        copies.push(base64::measure(&base64_cost)?);
    }

    let before = Spread::of(held.iter().map(|held| held.before))?;
    let idle = Spread::of(held.iter().map(|held| held.idle))?;
    let grown = Spread::of(held.iter().map(hand_over::Held::grown))?;
    say::line("idle", format_args!("{before}   before the first call, {runs} runs"));
    say::line("then", format_args!("{idle}   after a call for a picture"));
    say::line("a file", format_args!("{grown}   above that, at most, handing over {}", say::size(hand_over::FILE)));

    let chunks = Spread::of(chunks)?;
    say::line("chunks", format_args!("{chunks}   of a file of {}, before Base64", say::size(chunks::FILE)));
    say::line("beside it", format_args!("{}   a pipe between two threads, zeros", Spread::of(pipes)?));

    let time = Spread::of(copies.iter().map(|copy| copy.time))?;
    let added = Spread::of(copies.iter().map(|copy| copy.added))?;
    let text = Spread::of(copies.iter().map(|copy| copy.text))?.median;
    let picture = Spread::of(copies.iter().map(|copy| copy.picture))?.median;
    say::line("base64", format_args!("{time}   of a picture of {}, checked", picture.shown()));
    say::line("memory", format_args!("{added}   added, at most; the text has {}", text.shown()));

    judge(format_args!("a file within {}", HAND_OVER_TARGET.shown()), grown.median <= HAND_OVER_TARGET);
    judge(format_args!("chunks at {}", CHUNKS_TARGET.shown()), chunks.median >= CHUNKS_TARGET);
    let copy = Size(text.0 + BESIDES_THE_COPY);
    judge(format_args!("base64 within one copy, {}", copy.shown()), added.median <= copy);
    Ok(())
}

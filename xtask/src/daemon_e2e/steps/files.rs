//! A large file, and texts that are easily spoiled on the way.

use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::daemon_e2e::{Stage, call, kling};
use crate::say;

/// Line ends of several kinds, quotes, a NUL, letters beyond the first plane, what Go escapes in JSON.
const TEXT: &str = "One \"boat\"\r\n<two> & \\three\u{2028}\u{0}🚣🏽 渡河";

pub(super) async fn run(stage: &Stage) -> Result<()> {
    let (daemon, large) = (&stage.daemon.client, &stage.klings.large);
    let parameters = call::prompt(TEXT);
    let began = Instant::now();
    let credentials = kling::api_key(large);
    let answer =
        call::tool(daemon, "text_2_video_create", parameters, &credentials).await?.finish().await?.succeeded()?;
    let took = began.elapsed();
    let file = answer.files.first().context("it gives no file")?;
    ensure!(file.bytes == stage.klings.large_video, "{} is not what Kling made", file.name);
    let size = say::size(file.bytes.len() as u64);
    say::line("large file", format_args!("{size} through the daemon, byte for byte, {:.1} s", took.as_secs_f64()));

    let asked = large.requests();
    let prompt = asked.iter().find_map(|request| request.body.as_ref()?.get("prompt")?.as_str());
    ensure!(prompt == Some(TEXT), "Kling was asked for {prompt:?}, not {TEXT:?}");
    say::line("odd letters", "reached Kling as they were");
    Ok(())
}

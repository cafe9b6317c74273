//! Every tool, with the samples of the demo.

use std::collections::HashMap;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use kling_sim::{SAMPLE_MP4, SAMPLE_PNG};
use serde_json::{Map, Value};

use crate::daemon_e2e::answer::Answer;
use crate::daemon_e2e::{Stage, call, kling};
use crate::demo::dify_files::DifyFiles;
use crate::demo::inputs::{self, Wishes};
use crate::demo::samples::{self, Before, Delivers, SAMPLES, Sample};
use crate::say;

pub(super) async fn run(stage: &Stage) -> Result<()> {
    let files = DifyFiles::serve().await?;
    let mut called = HashMap::new();
    for sample in SAMPLES {
        let earlier = match &sample.before {
            Some(before) => earlier(stage, before, &mut called, &files).await?,
            None => Map::new(),
        };
        let began = Instant::now();
        let answer = call(stage, sample, None, &earlier, &files).await.context(sample.tool)?;
        check(stage, sample, &answer).context(sample.tool)?;
        let files = match answer.files.as_slice() {
            [] => "no file".into(),
            files => format!("{} file{}", files.len(), if files.len() == 1 { "" } else { "s" }),
        };
        let (outputs, logs, took) = (answer.outputs.len(), answer.logs, say::millis(began.elapsed()));
        say::line("tool", format_args!("{}: {outputs} outputs, {files}, {logs} log messages, {took}", sample.tool));
    }
    Ok(())
}

/// The outputs of the call before a sample. Samples that ask for the same call share it.
async fn earlier(
    stage: &Stage,
    before: &Before,
    called: &mut HashMap<(&'static str, bool), Map<String, Value>>,
    files: &DifyFiles,
) -> Result<Map<String, Value>> {
    let Before { tool, waits } = *before;
    if let Some(outputs) = called.get(&(tool, waits)) {
        return Ok(outputs.clone());
    }
    let wait = Some(("wait_for_result", waits.to_string().into()));
    let answer = call(stage, samples::find(tool)?, wait, &Map::new(), files).await.context(tool)?;
    called.insert((tool, waits), answer.outputs.clone());
    Ok(answer.outputs)
}

async fn call(
    stage: &Stage,
    sample: &Sample,
    more: Option<(&str, Value)>,
    earlier: &Map<String, Value>,
    files: &DifyFiles,
) -> Result<Answer> {
    let declared = stage.declaration.tool(sample.tool).context("the package does not have it")?;
    let mut parameters = inputs::of(sample, declared, &Wishes::default(), earlier, files)?;
    parameters.extend(more.map(|(name, value)| (name.to_owned(), value)));
    let credentials = kling::api_key(&stage.klings.fast);
    call::tool(&stage.daemon.client, sample.tool, parameters, &credentials).await?.finish().await?.succeeded()
}

fn check(stage: &Stage, sample: &Sample, answer: &Answer) -> Result<()> {
    let declared = stage.declaration.tool(sample.tool).context("the package does not have it")?;
    let mut given: Vec<_> = answer.outputs.keys().map(String::as_str).collect();
    let mut offered: Vec<_> = declared.outputs().collect();
    given.sort_unstable();
    offered.sort_unstable();
    ensure!(given == offered, "it gives the outputs {given:?}, Dify offers {offered:?}");
    ensure!(answer.texts.len() == 1, "it gives {} texts, not 1", answer.texts.len());
    ensure!(answer.jsons.len() == 1, "it gives {} JSON messages, not 1", answer.jsons.len());

    let (count, mime_type, bytes): (_, _, &[u8]) = match sample.delivers {
        Delivers::Videos(count) => (count, "video/mp4", SAMPLE_MP4),
        Delivers::Images(count) => (count, "image/png", SAMPLE_PNG),
        Delivers::Nothing => (0, "", &[]),
    };
    ensure!(answer.files.len() == count, "it gives {} files, not {count}", answer.files.len());
    for file in &answer.files {
        ensure!(file.mime_type == mime_type, "{} is said to be {}", file.name, file.mime_type);
        ensure!(file.bytes == bytes, "{} is not what Kling made", file.name);
    }
    Ok(())
}

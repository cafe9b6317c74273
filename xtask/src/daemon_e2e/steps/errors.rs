//! What users read when something is wrong.

use anyhow::{Context, Result, bail, ensure};
use kling_sim::Fault;
use serde_json::{Value, json};

use crate::daemon_e2e::answer::Answer;
use crate::daemon_e2e::{Stage, call, kling};
use crate::say;

/// Nobody has it.
pub(super) const WRONG_KEY: &str = "api-key-of-nobody";

const CREATE: &str = "text_2_video_create";
const REFUSED: &str = "InvokeBadRequestError";

/// Saving credentials: good ones of either kind, and a bad one.
pub(super) async fn credentials(stage: &Stage) -> Result<()> {
    let (daemon, fast) = (&stage.daemon.client, &stage.klings.fast);
    for credentials in [kling::api_key(fast), kling::key_pair(fast)] {
        let verdict = call::validate(daemon, &credentials).await?;
        ensure!(verdict == Ok(json!({"result": true})), "good credentials: {verdict:?}");
    }
    say::line("credentials", "API key and key pair accepted");
    let failure = call::validate(daemon, &kling::with_key(fast, WRONG_KEY)).await?.err().context("it is accepted")?;
    ensure!(failure.error_type == "CredentialsValidateFailedError", "{failure}");
    ensure!(!failure.message.contains(WRONG_KEY), "the key is shown");
    say::line("wrong key", failure);
    Ok(())
}

pub(super) async fn run(stage: &Stage) -> Result<()> {
    let before = stage.klings.fast.tasks().len();
    for (what, tool, parameters, words) in [
        ("no prompt", CREATE, json!({}), "`prompt` is empty"),
        ("3,000 letters", CREATE, json!({"prompt": "x".repeat(3000)}), "at most 2500"),
        ("8 MiB", CREATE, json!({"prompt": "x".repeat(8 << 20)}), "`prompt` is longer than 64 KiB"),
        ("no number", CREATE, json!({"prompt": "a", "cfg_scale": "high"}), "`cfg_scale` must be a number"),
        ("no file", "image_2_video_create", json!({"image": [null], "prompt": "a"}), "`image` is needed"),
        ("bad handle", "task_query", json!({"handle": "kling1_bad"}), "the task handle is damaged"),
    ] {
        fails(stage, what, tool, parameters, REFUSED, words).await?;
    }
    let tool = "text_2_opera";
    fails(stage, "no such tool", tool, json!({}), "ValueError", "Tool `text_2_opera` not found").await?;
    ensure!(stage.klings.fast.tasks().len() == before, "something was bought in spite of an error");
    outlives_trouble(stage).await?;
    refused_by_kling(stage).await
}

/// The fate of a post that meets a 503 is open: the task is looked for, not found, and sent again with the same id.
async fn outlives_trouble(stage: &Stage) -> Result<()> {
    let kling = &stage.klings.fast;
    let before = kling.tasks().len();
    kling.faults().push(Fault::Status(503));
    let answer = call::tool(&stage.daemon.client, CREATE, call::prompt("A river"), &kling::api_key(kling)).await?;
    let status = answer.finish().await?.text_of("task_status")?.to_owned();
    ensure!(kling.faults().pending().is_empty(), "nobody met the 503");
    let made = kling.tasks().len() - before;
    ensure!(status == "succeed" && made == 1, "after a 503: {status}, {made} tasks");
    say::line("after a 503", "the task is looked for, sent again with its id, and made once");
    Ok(())
}

/// Calls a tool that must fail with an error of a type and with some words.
async fn fails(stage: &Stage, what: &str, tool: &str, parameters: Value, error_type: &str, words: &str) -> Result<()> {
    let Value::Object(parameters) = parameters else { bail!("{what}: parameters are an object") };
    let credentials = kling::api_key(&stage.klings.fast);
    let call = call::tool(&stage.daemon.client, tool, parameters, &credentials).await.context(what.to_owned())?;
    let failure = call.finish().await.and_then(Answer::failed).context(what.to_owned())?;
    ensure!(failure.error_type == error_type && failure.message.contains(words), "{what}: {failure}");
    say::line(what, failure);
    Ok(())
}

/// A task was made and ended without a video: the error tells why, and which; its handle is in the variables alone.
async fn refused_by_kling(stage: &Stage) -> Result<()> {
    let credentials = kling::api_key(&stage.klings.fast);
    let parameters = call::prompt("[fail] A boat");
    let answer = call::tool(&stage.daemon.client, CREATE, parameters, &credentials).await?.finish().await?;
    let [handle, id] = [answer.text_of("handle")?.to_owned(), answer.text_of("task_id")?.to_owned()];
    let failure = answer.failed()?;
    let tells = failure.message.contains(&id) && !failure.message.contains(&handle);
    ensure!(failure.error_type == REFUSED && tells, "refused by Kling: {failure}");
    say::line("refused", failure.to_string().replace(&id, "[task id]"));
    Ok(())
}

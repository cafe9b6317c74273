//! `cargo xtask conformance`: Dify's own Python SDK reads our declarations and all that our plugins say.

mod conversation;
mod sdk;
mod speaker;

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;
use serde_json::{Value, json};

use crate::{project, say};
use conversation::Request;

/// Whose declarations are read, from the repository's root. Any plugin of ours belongs here.
const DECLARATIONS: [&str; 2] = ["plugin", EXAMPLE];
/// A plugin that sends every message, and needs nothing of Kling.
const EXAMPLE: &str = "crates/dify-plugin/examples/notebook";

/// How to run it.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Be the plugin that makes every call.
    #[arg(long, hide = true)]
    speak: bool,
}

/// Lets the SDK read everything and tells how much that was.
///
/// # Errors
/// When the SDK cannot be had, a plugin does not answer, or the SDK does not understand something; with what.
pub async fn run(options: &Options) -> Result<()> {
    if options.speak {
        return speaker::run().await;
    }
    // Asked first: a build may replace the program.
    let mut speaker = Command::new(env::current_exe()?);
    speaker.args(["conformance", "--speak"]);
    let sdk = sdk::ready()?;
    say::line("sdk", &sdk);

    let example = build_example()?;
    let messages = conversation::hold(Command::new(example), notebook_requests()).await.context("the notebook")?;
    let calls = conversation::hold(speaker, speaker::requests()).await.context("the speaker")?;

    let root = project::root();
    let folders: Vec<_> = DECLARATIONS.iter().map(|folder| root.join(folder)).collect();
    let input = json!({"declarations": folders, "conversations": [messages, calls]});
    for (label, checked) in sdk.check(&input)? {
        say::line(&label, checked);
    }
    say::line("passed", "the SDK understands all of it");
    Ok(())
}

fn build_example() -> Result<PathBuf> {
    let shell = project::shell()?;
    let cargo =
        project::cargo(&shell, "cargo").args(["build", "--quiet", "--package", "dify-plugin", "--example", "notebook"]);
    let told = cargo.arg("--message-format=json").read().context("the example `notebook` cannot be built")?;
    let mut artifacts = told.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let program = artifacts.find_map(|artifact| {
        let is_example = artifact["target"]["name"] == "notebook";
        artifact["executable"].as_str().filter(|_| is_example).map(PathBuf::from)
    });
    program.context("cargo built the example `notebook` and names no program")
}

/// What makes the notebook say all it can.
fn notebook_requests() -> Vec<Request> {
    let tool = |parameters: Value| {
        let fields = json!({"provider": "notebook", "tool": "note", "tool_parameters": parameters, "credentials": {}});
        Request::new("tool", "invoke_tool", fields)
    };
    vec![
        tool(json!({"every_message": true})),
        // An error of the tool's own.
        tool(json!({"action": "read"})),
        tool(json!({"action": "write", "name": "n", "text": "t"})),
        Request::endpoint("GET /notes/n HTTP/1.1\r\nHost: dify.example\r\n\r\n"),
        Request::endpoint("GET /nothing HTTP/1.1\r\nHost: dify.example\r\n\r\n"),
        Request::new("tool", "validate_tool_credentials", json!({"provider": "notebook", "credentials": {}})),
        Request::new("model", "invoke_llm", json!({})),
    ]
}

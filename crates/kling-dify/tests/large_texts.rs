//! The memory of the program after texts of 18 MB: neither parsed nor copied again and again.
#![cfg(target_os = "linux")]

use std::fs;
use std::process::Command;
use std::time::Duration;

use dify_plugin::host::{Host, ToolInvocation};
use kling_dify::PROVIDER;
use serde_json::{Map, Value, json};

const TEXT_BYTES: usize = 18_000_000;
/// The line is 24 MB where quotes are escaped, and the text in it 18 MB more: both stand while it is read.
const MOST_BYTES: u64 = 96 * 1024 * 1024;

fn status(process: u32, field: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let value = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':')).unwrap();
    let kibibytes: u64 = value.trim().strip_suffix("kB").unwrap().trim().parse().unwrap();
    kibibytes * 1024
}

/// Words, and JSON with everything that makes its tool read it. That every parameter is measured is tested with the adapter.
fn calls() -> [(&'static str, &'static str, Value); 2] {
    let object = "{\"\":0},";
    let objects = format!("[{}{{}}]", object.repeat(TEXT_BYTES / object.len()));
    let several = json!({"prompt": "a", "multi_shot": "true", "shot_type": "customize", "multi_prompt": objects});
    [
        ("text_2_video_create", "prompt", json!({"prompt": "x".repeat(TEXT_BYTES)})),
        ("text_2_video_create", "multi_prompt", several),
    ]
}

#[tokio::test]
async fn texts_of_18_mb_take_no_more_than_themselves() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_kling-aigc"));
    // As main.py starts it: what is freed goes back, so that the peak is that of one call.
    program.env("GLIBC_TUNABLES", "glibc.malloc.mmap_threshold=131072:glibc.malloc.trim_threshold=131072");
    let host = Host::spawn(program).unwrap();
    host.ready().await.unwrap();
    let process = host.process_id().unwrap();
    let idle = status(process, "VmRSS");
    for (tool, name, parameters) in calls() {
        let mut call = ToolInvocation::new(PROVIDER, tool);
        call.credentials =
            Map::from_iter([("api_key".to_owned(), json!("key")), ("language".to_owned(), json!("en_US"))]);
        let Value::Object(parameters) = parameters else { unreachable!("an object is written above") };
        call.parameters = parameters;
        let ended = tokio::time::timeout(Duration::from_secs(60), host.invoke(call).await.collect()).await.unwrap();
        let taken = status(process, "VmHWM").saturating_sub(idle);
        assert!(taken <= MOST_BYTES, "{tool} {name}: {} MiB", taken / 1024 / 1024);
        let error = ended.error.expect("it is refused");
        assert!(error.message.starts_with(&format!("`{name}` is longer than 64 KiB")), "{tool}: {}", error.message);
    }
}

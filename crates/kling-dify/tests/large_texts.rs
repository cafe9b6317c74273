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

/// Of every kind of parameter, with everything that makes its tool read it.
fn calls(text: &str) -> Vec<(&'static str, &'static str, Value)> {
    let several = json!({"prompt": "a", "multi_shot": "true", "shot_type": "customize", "multi_prompt": text});
    let element = json!({"element_name": "Ben", "element_description": "a cook", "reference_type": "video_refer",
        "element_video_list": text});
    vec![
        ("text_2_video_create", "prompt", json!({"prompt": text})),
        ("text_2_video_create", "negative_prompt", json!({"prompt": "a", "negative_prompt": text})),
        ("text_2_video_create", "multi_prompt", several),
        ("text_2_video_create", "camera_control", json!({"prompt": "a", "camera_control": text})),
        ("text_2_video_create", "external_task_id", json!({"prompt": "a", "external_task_id": text})),
        ("text_2_video_create", "callback_url", json!({"prompt": "a", "callback_url": text})),
        ("image_2_video_create", "dynamic_masks", json!({"prompt": "a", "dynamic_masks": text})),
        ("omni_video_create", "element_list", json!({"prompt": "a", "element_list": text})),
        ("omni_video_create", "video_list", json!({"prompt": "a", "video_list": text})),
        ("element_create", "element_video_list", element),
        ("task_query", "handle", json!({"handle": text})),
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
    let object = "{\"\":0},";
    let objects = format!("[{}{{}}]", object.repeat(TEXT_BYTES / object.len()));
    for text in [objects, "x".repeat(TEXT_BYTES)] {
        for (tool, name, parameters) in calls(&text) {
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
}

//! Parameters far larger than anybody means are refused by their size, whatever is in them; large ones that are meant are
//! taken.

use kling_dify::declaration::ParameterType;
use kling_dify::{Environment, tables};
use serde_json::{Value, json};

use crate::support::{api_key, call, failure, host, map, simulator};

const MOST: usize = 64 * 1024;
const A: &str = "https://media.example.test/a.png";
const CLIP: &str = "https://media.example.test/in.mp4";

/// Every parameter of every tool that is no file.
fn text_parameters() -> Vec<(&'static str, &'static str)> {
    let texts = tables().into_iter().flat_map(|table| {
        let texts = table.parameters().filter(|one| !matches!(one.kind, ParameterType::File | ParameterType::Files));
        texts.map(|one| (table.name, one.name)).collect::<Vec<_>>()
    });
    texts.collect()
}

/// JSON of small objects, which takes the most memory for its length, of a length in bytes.
fn json_of(length: usize) -> String {
    const PART: &str = "{\"\":0},";
    let mut text = format!("[{}{{}}]", PART.repeat((length - 4) / PART.len()));
    text.insert_str(text.len() - 1, &" ".repeat(length - text.len()));
    text
}

#[tokio::test(start_paused = true)]
async fn every_text_that_is_too_long_is_refused_by_name() {
    let sim = simulator().await;
    let host = host(Environment::default());
    let parameters = text_parameters();
    for json_text in ["multi_prompt", "element_list", "voice_list", "camera_control", "dynamic_masks", "video_list"] {
        assert!(parameters.iter().any(|(_, name)| *name == json_text), "{json_text}");
    }
    let languages = [
        ("en_US", "is longer than 64 KiB", json_of(MOST + 1), "as links."),
        ("zh_Hans", "超过 64 KiB", "x".repeat(MOST + 1), "请缩短。"),
    ];
    for (language, start, text, end) in languages {
        let mut credentials = api_key(&sim.url());
        credentials.insert("language".to_owned(), language.into());
        for (tool, name) in &parameters {
            let outcome = call(&host, tool, &credentials, json!({ *name: text })).await;
            let (kind, message) = failure(&outcome);
            assert_eq!(kind, "InvokeBadRequestError", "{tool} {name}");
            assert!(message.starts_with(&format!("`{name}` {start}")), "{tool}: {message}");
            assert!(message.ends_with(end) && message.len() < 200, "{tool}: {message}");
        }
    }
    assert_eq!(sim.requests().len(), 0);
}

/// Dify and agents hand over lists and objects too.
#[tokio::test(start_paused = true)]
async fn lists_with_too_many_values_are_refused_by_name() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    for table in tables() {
        for parameter in table.parameters() {
            let name = parameter.name;
            let outcome = call(&host, table.name, &credentials, json!({ name: vec![0; 9000] })).await;
            let (kind, message) = failure(&outcome);
            assert_eq!(kind, "InvokeBadRequestError", "{} {name}", table.name);
            let refused = ["has more than 8192 values", "has 9000 files: at most 16"];
            let refused = refused.map(|end| format!("`{name}` {end}"));
            assert!(refused.iter().any(|start| message.starts_with(start)), "{}: {message}", table.name);
        }
    }
    assert_eq!(sim.requests().len(), 0);
}

/// Each with everything that makes its tool read it.
fn large_and_meant() -> Vec<(&'static str, &'static str, Value, Value)> {
    let element = json!({"element_name": "Ben", "element_description": "a cook", "reference_type": "video_refer",
        "element_video_list": CLIP});
    let masks = json!([{"mask": A, "trajectories": [{"x": 1, "y": 1}, {"x": 2, "y": 2}]}]);
    let shots = json!([{"prompt": "door opens", "duration": "2"}, {"prompt": "cat enters", "duration": "3"}]);
    let several = json!({"multi_shot": "true", "shot_type": "customize"});
    vec![
        ("text_2_video_create", "multi_prompt", several.clone(), shots.clone()),
        ("omni_video_create", "multi_prompt", several, shots),
        (
            "text_2_video_create",
            "camera_control",
            json!({"prompt": "a valley", "model_name": "kling-v1"}),
            json!({"type": "simple", "config": {"zoom": 5}}),
        ),
        ("image_2_video_create", "dynamic_masks", json!({"image": A, "prompt": "a", "model_name": "kling-v1"}), masks),
        (
            "image_2_video_create",
            "voice_list",
            json!({"image": A, "prompt": "The man<<<voice_1>>> says hi", "model_name": "kling-v2-6", "sound": "on",
                "mode": "pro"}),
            json!(["850000000000000001"]),
        ),
        ("omni_video_create", "element_list", json!({"prompt": "<<<element_1>>> runs"}), json!([{"element_id": 160}])),
        ("omni_video_create", "video_list", json!({"prompt": "Turn <<<video_1>>> red"}), json!([{"video_url": CLIP}])),
        ("element_create", "element_video_list", element.clone(), json!({"refer_videos": [{"video_url": CLIP}]})),
        ("element_create", "tag_list", element, json!([{"tag_id": "o_102"}])),
    ]
}

#[tokio::test(start_paused = true)]
async fn json_up_to_the_limit_is_read() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    for (tool, name, others, value) in large_and_meant() {
        let compact = value.to_string();
        let (text, padding) = (&compact[..compact.len() - 1], " ".repeat(MOST - compact.len()));
        for (length, given) in [
            (MOST, json!(format!("{text}{padding}{}", &compact[compact.len() - 1..]))),
            (MOST, json!(format!("{padding}{compact}"))),
            (compact.len(), value),
        ] {
            assert!(!given.is_string() || given.as_str().unwrap().len() == length);
            let mut parameters = map(others.clone());
            parameters.insert(name.to_owned(), given);
            parameters.insert("wait_for_result".to_owned(), "false".into());
            let before = sim.tasks().len();
            let outcome = call(&host, tool, &credentials, parameters.into()).await;
            assert_eq!(outcome.error, None, "{tool} {name}");
            assert_eq!(sim.tasks().len(), before + 1, "{tool} {name}");
        }
    }
}

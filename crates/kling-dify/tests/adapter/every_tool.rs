//! Each create tool with its query tool, with either kind of key: waiting, without waiting, by own id, by handle from
//! another process, and by `task_query`.

use dify_plugin::host::{Host, Outcome};
use kling_dify::Environment;
use kling_sim::{SAMPLE_MP4, SAMPLE_PNG};
use serde_json::{Map, Value, json};

use crate::support::{api_key, call, host, key_pair, map, simulator, variable};

const PICTURE: &str = "https://media.example.test/a.png";

/// What a task should come to.
#[derive(Clone, Copy)]
enum Yields {
    Videos,
    Images(usize),
    Element,
}

struct Pair {
    create: &'static str,
    query: &'static str,
    parameters: Value,
    yields: Yields,
}

fn pairs() -> Vec<Pair> {
    let pair = |create, query, parameters, yields| Pair { create, query, parameters, yields };
    vec![
        pair("text_2_video_create", "text_2_video_query", json!({"prompt": "a boat"}), Yields::Videos),
        pair(
            "image_2_video_create",
            "image_2_video_query",
            json!({"image": PICTURE, "prompt": "zoom"}),
            Yields::Videos,
        ),
        pair(
            "omni_video_create",
            "omni_video_query",
            json!({"prompt": "<<<image_1>>> dances", "image_list": [PICTURE]}),
            Yields::Videos,
        ),
        pair(
            "image_generation_create",
            "image_generation_query",
            json!({"prompt": "a puppy", "n": 2}),
            Yields::Images(2),
        ),
        pair(
            "omni_image_create",
            "omni_image_query",
            json!({"prompt": "a story", "result_type": "series", "series_amount": "3"}),
            Yields::Images(3),
        ),
        pair(
            "element_create",
            "element_query",
            json!({
                "element_name": "Mira", "element_description": "a traveller", "reference_type": "image_refer",
                "element_frontal_image": PICTURE, "element_refer_images": ["https://media.example.test/b.png"],
            }),
            Yields::Element,
        ),
    ]
}

fn with(mut parameters: Value, more: Value) -> Value {
    parameters.as_object_mut().unwrap().extend(map(more));
    parameters
}

fn assert_result(outcome: &Outcome, yields: Yields) {
    assert_eq!(outcome.error, None);
    assert_eq!(variable(outcome, "task_status"), "succeed");
    let (count, file) = match yields {
        Yields::Videos => (1, SAMPLE_MP4),
        Yields::Images(count) => (count, SAMPLE_PNG),
        Yields::Element => (0, SAMPLE_PNG),
    };
    assert_eq!(outcome.blobs.len(), count);
    assert!(outcome.blobs.iter().all(|blob| blob.bytes == file));
    let names: Vec<_> = outcome.blobs.iter().map(|blob| blob.filename.clone().unwrap()).collect();
    let id = variable(outcome, "task_id");
    let expected: Vec<_> = match yields {
        Yields::Videos => vec![format!("{id}_1.mp4")],
        _ => (0..count).map(|index| format!("{id}_{index}.png")).collect(),
    };
    assert_eq!(names, expected);
    if let Yields::Element = yields {
        let element = variable(outcome, "element_id");
        assert!(variable(outcome, "url").starts_with("http"), "its frontal picture");
        assert!(element.len() > 16 && outcome.text().contains(element), "{}", outcome.text());
        assert_eq!(outcome.jsons[0]["data"]["task_result"]["elements"][0]["element_id"], element);
    } else {
        assert_eq!(outcome.variables["urls"].as_array().unwrap().len(), count);
        assert!(variable(outcome, "expires_at").ends_with('Z'));
        assert_eq!(variable(outcome, "units"), outcome.jsons[0]["data"]["final_unit_deduction"].as_str().unwrap());
    }
    assert_eq!((outcome.jsons.len(), outcome.texts.len()), (1, 1));
}

async fn ask(host: &Host, tool: &str, credentials: &Map<String, Value>, named: Value) -> Outcome {
    call(host, tool, credentials, with(named, json!({"wait_for_result": "true"}))).await
}

#[tokio::test(start_paused = true)]
async fn created_and_waited_for_with_either_kind_of_key() {
    let sim = simulator().await;
    let host = host(Environment::default());
    for credentials in [api_key(&sim.url()), key_pair(&sim.url())] {
        for Pair { create, parameters, yields, .. } in pairs() {
            let outcome = call(&host, create, &credentials, parameters).await;
            assert_result(&outcome, yields);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn created_without_waiting_and_found_every_way() {
    for credentials in [api_key, key_pair] {
        let sim = simulator().await;
        let credentials = credentials(&sim.url());
        for (number, Pair { create, query, parameters, yields }) in pairs().into_iter().enumerate() {
            let own = format!("own-{number}");
            let parameters = with(parameters, json!({"wait_for_result": "false", "external_task_id": own}));
            let created = call(&host(Environment::default()), create, &credentials, parameters).await;
            assert_eq!((created.error.as_ref(), created.blobs.len()), (None, 0));
            let (id, handle) = (variable(&created, "task_id"), variable(&created, "handle"));
            let other_process = host(Environment::default());
            for named in [json!({"task_id": id}), json!({"external_task_id": own}), json!({"task_id": handle})] {
                assert_result(&ask(&other_process, query, &credentials, named).await, yields);
            }
            for named in [json!({"handle": handle}), json!({"task_id": id}), json!({"external_task_id": own})] {
                assert_result(&ask(&other_process, "task_query", &credentials, named).await, yields);
            }
        }
        assert_eq!(sim.tasks().len(), pairs().len());
    }
}

/// What a workflow may refer to is there in every call that ends well: each declared output, and no other.
#[tokio::test(start_paused = true)]
async fn exactly_the_declared_outputs_are_sent() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    let declared = |tool: &str| {
        let table = kling_dify::tables().into_iter().find(|table| table.name == tool).unwrap();
        let mut names: Vec<_> = table.outputs.to_vec();
        names.sort_unstable();
        names
    };
    let sent = |outcome: &Outcome| {
        let mut names: Vec<_> = outcome.variables.keys().cloned().collect();
        names.sort_unstable();
        names
    };
    for Pair { create, query, parameters, .. } in pairs() {
        let waiting = call(&host, create, &credentials, parameters.clone()).await;
        assert_eq!(sent(&waiting), declared(create));
        let pending = call(&host, create, &credentials, with(parameters, json!({"wait_for_result": "false"}))).await;
        assert_eq!(sent(&pending), declared(create));
        for tool in [query, "task_query"] {
            let asked = call(&host, tool, &credentials, json!({"task_id": variable(&waiting, "task_id")})).await;
            assert_eq!(sent(&asked), declared(tool));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_watermarked_copy_is_a_link_beside_the_clean_one() {
    let sim = simulator().await;
    let parameters = json!({"prompt": "a boat", "watermark": "true"});
    let outcome = call(&host(Environment::default()), "text_2_video_create", &api_key(&sim.url()), parameters).await;
    let marked = outcome.variables["watermark_urls"].as_array().unwrap();
    assert_eq!((marked.len(), outcome.blobs.len()), (1, 1));
    assert_ne!(marked[0], outcome.variables["url"]);
}

/// 5 s of kling-v3, silent, 720p: 0.6 units a second (price page of 2026-09-20).
#[tokio::test(start_paused = true)]
async fn the_estimate_is_told_first_and_the_deduction_beside_it() {
    let sim = simulator().await;
    let outcome =
        call(&host(Environment::default()), "text_2_video_create", &api_key(&sim.url()), json!({"prompt": "a"})).await;
    assert_eq!(outcome.logs[0].data["estimated_units"], "3");
    assert_eq!((variable(&outcome, "estimated_units"), variable(&outcome, "units")), ("3", "3"));
    let data = &outcome.jsons[0]["data"];
    assert_eq!((&data["estimated_units"], &data["final_unit_deduction"]), (&json!("3"), &json!("3")));
}

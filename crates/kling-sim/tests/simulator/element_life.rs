use std::time::Duration;

use kling_sim::{Simulator, TaskKind};
use serde_json::{Value, json};

use crate::client::{ELEMENTS, IMAGE2VIDEO, OMNI_VIDEO, URL, ended, get, http, pass, post, sim};

const PRESETS: &str = "/v1/general/advanced-presets-elements";
const DELETE: [&str; 2] = ["/v1/general/delete-advanced-elements", "/v1/general/delete-elements"];

fn mira() -> Value {
    json!({
        "element_name": "Mira", "element_description": "a traveller", "reference_type": "image_refer",
        "element_image_list": { "frontal_image": URL, "refer_images": [{ "image_url": URL }, { "image_url": URL }] },
        "element_voice_id": "850000000000000001", "tag_list": [{ "tag_id": "o_102" }], "external_task_id": "mira-1",
    })
}

fn ben() -> Value {
    json!({
        "element_name": "Ben", "element_description": "a cook", "reference_type": "video_refer",
        "element_video_list": { "refer_videos": [{ "video_url": URL }] },
    })
}

fn element(task: &Value) -> &Value {
    &task["task_result"]["elements"][0]
}

async fn made(sim: &Simulator, body: &Value) -> u64 {
    element(&ended(sim, ELEMENTS, body).await)["element_id"].as_u64().unwrap()
}

#[tokio::test]
async fn it_is_made_in_a_quarter_of_a_minute() {
    let sim = sim().await;
    let created = post(&sim, ELEMENTS, &mira()).await;
    assert_eq!(created.data()["task_info"]["external_task_id"], "mira-1");
    pass(Duration::from_secs(14)).await;
    let status = async || get(&sim, &format!("{ELEMENTS}/mira-1")).await.data()["task_status"].clone();
    assert_eq!(status().await, "processing");
    pass(Duration::from_secs(1)).await;
    assert_eq!(status().await, "succeed");
    assert_eq!(sim.tasks()[0].kind, TaskKind::Element);
}

#[tokio::test]
async fn its_id_is_a_number_that_floats_cannot_hold() {
    let sim = sim().await;
    let id = made(&sim, &mira()).await;
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let through_a_float = id as f64 as u64;
    assert_ne!(through_a_float, id);
}

#[tokio::test]
async fn one_made_of_pictures_shows_pictures_and_voice() {
    let sim = sim().await;
    let task = ended(&sim, ELEMENTS, &mira()).await;
    let mira = element(&task);
    assert_eq!((&mira["element_name"], &mira["element_description"]), (&json!("Mira"), &json!("a traveller")));
    assert_eq!((&mira["reference_type"], &mira["status"]), (&json!("image_refer"), &json!("succeed")));
    assert_eq!(mira["element_video_list"], json!({}));
    assert_eq!(mira["element_image_list"]["refer_images"].as_array().unwrap().len(), 2);
    assert_eq!(mira["element_voice_info"]["voice_id"], "850000000000000001");
    assert_eq!(mira["tag_list"][0]["id"], "o_102");
    assert!(task.get("watermark_info").is_none());
    let picture = mira["element_image_list"]["frontal_image"].as_str().unwrap();
    assert_eq!(http().get(picture).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn one_made_of_a_video_shows_the_video() {
    let sim = sim().await;
    let task = ended(&sim, ELEMENTS, &ben()).await;
    let ben = element(&task);
    assert_eq!(ben["element_image_list"], json!({}));
    assert!(ben["element_video_list"]["refer_videos"][0]["video_url"].as_str().unwrap().starts_with(&sim.url()));
}

#[tokio::test]
async fn own_ones_and_presets_are_listed_apart() {
    let sim = sim().await;
    let ids = [made(&sim, &mira()).await, made(&sim, &ben()).await];
    let own = get(&sim, &format!("{ELEMENTS}?pageNum=1&pageSize=1")).await;
    assert_eq!(element(&own.data()[0])["element_id"], ids[1], "newest first");
    assert_ne!(element(&own.data()[0])["owned_by"], "kling");
    let all = get(&sim, PRESETS).await;
    let presets = all.data().as_array().unwrap();
    assert!(presets.len() > 2);
    assert!(presets.iter().all(|task| element(task)["owned_by"] == "kling" && task.get("task_info").is_none()));
    let second = get(&sim, &format!("{PRESETS}?pageNum=2&pageSize=1")).await;
    assert_eq!(second.data(), &json!([presets[1]]));
    assert_eq!(get(&sim, &format!("{PRESETS}?pageSize=501")).await.refusal().1, 1201);
    let picture = element(&presets[0])["element_image_list"]["frontal_image"].as_str().unwrap();
    assert_eq!(http().get(picture).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn it_is_deleted_once_on_either_path() {
    let sim = sim().await;
    for path in DELETE {
        let body = mira_without_external_id();
        let task = ended(&sim, ELEMENTS, &body).await;
        let id = element(&task)["element_id"].to_string();
        let deleted = post(&sim, path, &json!({ "element_id": id })).await;
        assert_eq!(deleted.data()["task_status"], "succeed");
        assert_ne!(deleted.data()["task_id"], task["task_id"]);
        let after = get(&sim, &format!("{ELEMENTS}/{}", task["task_id"].as_str().unwrap())).await;
        assert_eq!(element(after.data())["status"], "deleted");
        let message = format!("element_id value '{id}' is invalid");
        let again = post(&sim, path, &json!({ "element_id": id })).await;
        assert_eq!(again.refusal(), (400, 1201, message.as_str()));
    }
}

fn mira_without_external_id() -> Value {
    let mut body = mira();
    body["external_task_id"] = "".into();
    body
}

#[tokio::test]
async fn only_an_own_one_is_deleted_by_its_id_as_a_text() {
    let sim = sim().await;
    let presets = get(&sim, PRESETS).await;
    let preset = element(&presets.data()[0])["element_id"].to_string();
    for id in ["800000000000000163", "Mira", &preset] {
        let answer = post(&sim, DELETE[0], &json!({ "element_id": id })).await;
        assert_eq!(answer.refusal(), (400, 1201, format!("element_id value '{id}' is invalid").as_str()));
    }
    assert_eq!(post(&sim, DELETE[0], &json!({})).await.refusal().2, "element_id cannot be empty");
    let number = post(&sim, DELETE[0], &json!({ "element_id": 160 })).await;
    assert_eq!(number.refusal().2, "element_id type is invalid: a string is expected");
}

#[tokio::test]
async fn what_is_deleted_can_be_used_no_more() {
    let sim = sim().await;
    let id = made(&sim, &mira()).await;
    let body = json!({ "model_name": "kling-v3", "image": URL, "element_list": [{ "element_id": id }] });
    post(&sim, IMAGE2VIDEO, &body).await.data();
    post(&sim, DELETE[0], &json!({ "element_id": id.to_string() })).await.data();
    let message = format!("element_id value '{id}' is invalid");
    assert_eq!(post(&sim, IMAGE2VIDEO, &body).await.refusal(), (400, 1201, message.as_str()));
}

#[tokio::test]
async fn its_kind_decides_what_goes_with_it() {
    let sim = sim().await;
    let (mira, ben) = (made(&sim, &mira()).await, made(&sim, &ben()).await);
    let omni = |model: &str, id: u64| {
        json!({ "model_name": model, "prompt": "<<<element_1>>> runs", "aspect_ratio": "1:1", "duration": "5",
            "element_list": [{ "element_id": id }] })
    };
    post(&sim, OMNI_VIDEO, &omni("kling-v3-omni", ben)).await.data();
    post(&sim, OMNI_VIDEO, &omni("kling-video-o1", mira)).await.data();
    let refused = post(&sim, OMNI_VIDEO, &omni("kling-video-o1", ben)).await;
    assert_eq!(refused.refusal().2, "video character elements are not supported by this model");
}

#[tokio::test]
async fn the_parts_are_held_to_their_limits() {
    let sim = sim().await;
    let pictures = |count: usize| {
        let refer: Vec<_> = (0..count).map(|_| json!({ "image_url": URL })).collect();
        json!({ "frontal_image": URL, "refer_images": refer })
    };
    for (field, value, message) in [
        ("element_name", json!("n".repeat(21)), "element_name exceeds the limit of 20 characters"),
        ("element_name", json!(""), "element_name cannot be empty"),
        ("element_description", json!("d".repeat(101)), "element_description exceeds the limit of 100 characters"),
        ("element_description", Value::Null, "element_description cannot be empty"),
        ("reference_type", Value::Null, "reference_type cannot be empty"),
        ("reference_type", json!("image"), "reference_type value 'image' is invalid"),
        ("reference_type", json!("video_refer"), "element_video_list cannot be empty"),
        ("element_image_list", Value::Null, "element_image_list cannot be empty"),
        ("element_image_list", json!({ "frontal_image": URL }), "element_image_list.refer_images cannot be empty"),
        (
            "element_image_list",
            json!({ "refer_images": [{ "image_url": URL }] }),
            "element_image_list.frontal_image cannot be empty",
        ),
        ("element_image_list", pictures(4), "element_image_list.refer_images has 4 items, at most 3 are allowed"),
        ("tag_list", json!([{ "tag_id": "o_109" }]), "tag_list.tag_id value 'o_109' is invalid"),
    ] {
        let mut body = mira();
        body[field] = value;
        assert_eq!(post(&sim, ELEMENTS, &body).await.refusal(), (400, 1201, message), "{field}");
    }
    for (videos, message) in [
        (json!([]), "element_video_list.refer_videos cannot be empty"),
        (
            json!([{ "video_url": URL }, { "video_url": URL }]),
            "element_video_list.refer_videos has 2 items, at most 1 are allowed",
        ),
        (json!([{ "video_url": "AAAA" }]), "element_video_list.refer_videos.video_url must be an http(s) address"),
    ] {
        let mut body = ben();
        body["element_video_list"] = json!({ "refer_videos": videos });
        assert_eq!(post(&sim, ELEMENTS, &body).await.refusal(), (400, 1201, message));
    }
    assert_eq!(sim.tasks(), []);
}

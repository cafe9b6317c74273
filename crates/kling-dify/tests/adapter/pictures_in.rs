//! Pictures reach Kling: those in Dify as Base64, public links as they are, everything else not at all.

use kling_api::Region;
use kling_dify::Environment;
use kling_media::DifyOrigins;
use kling_sim::SAMPLE_PNG;
use kling_sim::scripted::{Reply, ScriptedServer};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::support::{api_key, call, failure, host, map, simulator};

fn dify_file(url: &str) -> Value {
    json!({
        "dify_model_identity": "__dify__file__", "mime_type": "image/png", "filename": "a.png", "extension": ".png",
        "size": 5, "type": "image", "url": url,
    })
}

#[tokio::test(start_paused = true)]
async fn a_picture_in_dify_is_fetched_and_sent_as_base64_without_prefix() {
    let dify = ScriptedServer::start([Reply::http(200, SAMPLE_PNG), Reply::http(200, SAMPLE_PNG)]).await.unwrap();
    let kling =
        ScriptedServer::start([Reply::http(200, r#"{"code":0,"data":{"task_id":"84","task_status":"submitted"}}"#)])
            .await
            .unwrap();
    let parameters = json!({
        "image": dify_file(&dify.url("/files/a?sign=1")), "image_tail": [dify_file(&dify.url("/files/b?sign=1"))],
        "prompt": "zoom", "wait_for_result": "false", "static_mask": [null], "mode": "pro",
    });
    let outcome =
        call(&host(Environment::default()), "image_2_video_create", &api_key(&kling.url("")), parameters).await;
    assert_eq!(outcome.error, None);
    let requests = kling.requests();
    let body: Value = serde_json::from_str(requests[0].split_once("\r\n\r\n").unwrap().1).unwrap();
    for field in ["image", "image_tail"] {
        let sent = body[field].as_str().unwrap();
        assert!(sent.starts_with("iVBORw0KGgo"), "{field} is a PNG in Base64, without a prefix");
    }
    assert!(body.get("static_mask").is_none());
    assert!(dify.requests().iter().all(|request| !request.contains("authorization")));
}

#[tokio::test(start_paused = true)]
async fn a_picture_that_cannot_be_used_is_named_before_anything_is_paid() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    let text = ScriptedServer::start([Reply::http(200, "no picture at all")]).await.unwrap();
    let gone = ScriptedServer::start([Reply::http(404, "gone")]).await.unwrap();
    for (image, text) in [
        (dify_file(&text.url("/files/a")), "`image`"),
        (dify_file(&gone.url("/files/a")), "404"),
        (dify_file("/files/a?sign=1"), "FILES_URL"),
        (json!("http://10.0.0.1/a.png"), "`image`"),
        (json!("not a picture"), "`image`"),
    ] {
        let outcome =
            call(&host, "image_2_video_create", &credentials, json!({"image": image, "prompt": "zoom"})).await;
        let (_, message) = failure(&outcome);
        assert!(message.contains(text), "{message}");
    }
    let outcome = call(&host, "image_2_video_create", &credentials, json!({"prompt": "zoom"})).await;
    assert!(failure(&outcome).1.contains("`image`"));
    assert_eq!(sim.requests().len(), 0);
}

/// A WebP of 300 x 300 pixels, all of one colour.
const WEBP: &str = "UklGRiYAAABXRUJQVlA4TBkAAAAvK8FKAAdQ0/5H/wMAivT/P0X0P/W//xEBAA==";

#[tokio::test(start_paused = true)]
async fn what_was_converted_is_told_in_the_log() {
    let kling =
        ScriptedServer::start([Reply::http(200, r#"{"code":0,"data":{"task_id":"84","task_status":"submitted"}}"#)])
            .await
            .unwrap();
    let parameters = json!({
        "image": WEBP, "prompt": "zoom", "wait_for_result": "false", "mode": "pro",
    });
    let outcome =
        call(&host(Environment::default()), "image_2_video_create", &api_key(&kling.url("")), parameters).await;
    assert_eq!(outcome.error, None);
    let requests = kling.requests();
    let body: Value = serde_json::from_str(requests[0].split_once("\r\n\r\n").unwrap().1).unwrap();
    assert!(body["image"].as_str().unwrap().starts_with("iVBORw0KGgo"), "a PNG is sent");
    let labels: Vec<_> = outcome.logs.iter().map(|log| log.label.as_str()).collect();
    let told = "`image` is sent to Kling in another form: image/webp (300 x 300, 1 KB) became image/png";
    assert!(labels.iter().any(|label| label.contains(told)), "{labels:?}");
}

const SIGNED: &str =
    "/files/0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9/file-preview?timestamp=1700000000&nonce=abc&sign=SECRET";

/// One on this machine would make its loopback a place for files.
fn without_simulator(dify: DifyOrigins) -> Environment {
    Environment::default().with_dify_origins(dify).with_region_url(Region::Beijing, "https://kling.invalid")
}

/// A file that somebody gave to Dify by link keeps that link: it must not lead into the plugin's own network. Where the
/// environment names Dify, nothing else there is asked; Dify itself is, with errors that say what is wrong.
#[tokio::test(start_paused = true)]
async fn only_dify_itself_is_asked_in_a_private_network() {
    let elsewhere = ScriptedServer::start([]).await.unwrap();
    for language in ["en_US", "zh_Hans"] {
        let ask = async |dify: &str, url: &str| {
            let credentials = map(json!({"api_key": "k", "language": language}));
            let parameters = json!({"image": dify_file(url), "prompt": "zoom"});
            let outcome = call(
                &host(without_simulator(DifyOrigins::named([dify]))),
                "image_2_video_create",
                &credentials,
                parameters,
            )
            .await;
            let (kind, message) = failure(&outcome);
            (kind.to_owned(), message.to_owned())
        };
        let service = ScriptedServer::start([]).await.unwrap();
        let other = ask(&elsewhere.url(""), &service.url(SIGNED)).await;
        assert!(other.0 == "InvokeBadRequestError" && other.1.contains("INTERNAL_FILES_URL"), "{other:?}");
        assert_eq!(other, ask(&elsewhere.url(""), "http://10.0.0.1/a.png").await);
        assert_eq!(service.requests(), [""; 0]);

        let dify = ScriptedServer::start([Reply::http(403, "expired")]).await.unwrap();
        let (kind, message) = ask(&dify.url(""), &dify.url(SIGNED)).await;
        assert!(kind == "InvokeConnectionError" && message.contains("403"), "{message}");
        assert!(!message.contains("SECRET"), "{message}");
    }
    assert_eq!(elsewhere.requests(), [""; 0]);
}

/// Where nobody names Dify, only a link of exactly its shape is asked, and no failure is told apart from another.
#[tokio::test(start_paused = true)]
async fn nothing_tells_an_open_port_from_a_closed_one() {
    let mut told = Vec::new();
    for reply in
        [None, Some(Reply::http(404, "no")), Some(Reply::http(200, "<html>admin</html>")), Some(Reply::silence())]
    {
        let service = ScriptedServer::start(reply).await.unwrap();
        let credentials = map(json!({"api_key": "k", "language": "en_US"}));
        let parameters = json!({"image": dify_file(&service.url(SIGNED)), "prompt": "zoom"});
        let started = Instant::now();
        let outcome =
            call(&host(without_simulator(DifyOrigins::default())), "image_2_video_create", &credentials, parameters)
                .await;
        let (kind, message) = failure(&outcome);
        told.push((kind.to_owned(), message.to_owned(), started.elapsed().as_secs()));
    }
    assert!(told.iter().all(|other| *other == told[0]), "{told:?}");
}

/// Kling would have to reach them: what only this network can reach is never passed on.
#[tokio::test(start_paused = true)]
async fn private_links_in_json_are_not_passed_on() {
    let kling = ScriptedServer::start([]).await.unwrap();
    let (host, credentials) = (host(Environment::default()), api_key(&kling.url("")));
    for link in [
        "http://10.0.0.1/clip.mp4",
        "https://192.168.1.7/clip.mp4",
        "https://169.254.169.254/clip.mp4",
        "/files/clip.mp4",
    ] {
        let video = json!({"prompt": "make <<<video_1>>> red", "video_list": [{"video_url": link}]});
        let element = json!({
            "element_name": "Ben", "element_description": "a cook", "reference_type": "video_refer", "element_video_list": link,
        });
        let mask = json!({
            "image": "https://media.example.test/a.png", "model_name": "kling-v1",
            "dynamic_masks": [{"mask": link, "trajectories": [{"x": 1, "y": 2}, {"x": 3, "y": 4}]}],
        });
        for (tool, parameters, name) in [
            ("omni_video_create", video, "`video_list`"),
            ("element_create", element, "`element_video_list`"),
            ("image_2_video_create", mask, "`dynamic_masks`"),
        ] {
            let outcome = call(&host, tool, &credentials, parameters).await;
            let (kind, message) = failure(&outcome);
            assert_eq!(kind, "InvokeBadRequestError", "{message}");
            assert!(message.starts_with(name), "{message}");
        }
    }
    assert_eq!(kling.requests(), [""; 0]);
}

/// The files of a task that exists take no room while it is waited for: two calls with 70 MB each fit one after the other.
#[tokio::test(start_paused = true)]
async fn a_task_that_is_waited_for_does_not_hold_its_files() {
    let sim = simulator().await;
    let dify = ScriptedServer::start((0..14).map(|_| Reply::http(200, SAMPLE_PNG))).await.unwrap();
    let files: Vec<_> = (0..7)
        .map(|number| {
            let mut file = dify_file(&dify.url(&format!("/files/{number}?sign=1")));
            file["size"] = json!(10_000_000);
            file
        })
        .collect();
    let host = host(Environment::default().with_dify_origins(DifyOrigins::named([dify.url("")])));
    let credentials = api_key(&sim.url());
    let create = async |wait: &str| {
        let parameters =
            json!({"prompt": "a boat", "image_list": files, "wait_for_result": wait, "download_video": "false"});
        let outcome = call(&host, "omni_video_create", &credentials, parameters).await;
        assert_eq!(outcome.error, None);
        Instant::now()
    };
    let (waited, submitted) = tokio::join!(create("true"), create("false"));
    assert!(submitted < waited, "the second call got its room while the first one waited for its task");
}

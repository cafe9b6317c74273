//! Pictures as links in texts: what agents and variables hand over, under the same checks as a file.

use dify_plugin::host::Outcome;
use kling_dify::Environment;
use kling_media::DifyOrigins;
use kling_sim::scripted::{Reply, ScriptedServer};
use kling_sim::{Fault, Reply as KlingReply, RequestKind, Requests, SAMPLE_PNG, Simulator};
use serde_json::{Map, Value, json};

use crate::support::{api_key, call, failure, host, simulator, variable};

const A: &str = "https://media.example.test/a.png?x-oss-process=image/resize,w_800";
const B: &str = "https://media.example.test/b.png";

/// Each text with the tool and the file that it stands for.
const LINKS: [(&str, &str, &str); 7] = [
    ("image_2_video_create", "image_url", "image"),
    ("image_2_video_create", "image_tail_url", "image_tail"),
    ("image_generation_create", "image_url", "image"),
    ("omni_video_create", "image_urls", "image_list"),
    ("omni_video_create", "first_frame_url", "first_frame"),
    ("omni_video_create", "end_frame_url", "end_frame"),
    ("omni_image_create", "image_urls", "image_list"),
];

/// A wish that wants the picture, and nothing else that would be refused.
fn wish(tool: &str, link: &str, value: Value) -> Value {
    let mut wish = json!({"prompt": "it dances", "wait_for_result": "false"});
    if link == "image_tail_url" {
        wish["image_url"] = json!(B);
        wish["mode"] = json!("pro");
    }
    if link == "end_frame_url" {
        wish["first_frame_url"] = json!(B);
    }
    if tool == "image_generation_create" {
        wish["model_name"] = json!("kling-v2-1");
    }
    wish[link] = value;
    wish
}

fn created(sim: &Simulator) -> Value {
    let requests = sim.requests();
    requests.iter().rev().find(|request| request.method == "POST").and_then(|request| request.body.clone()).unwrap()
}

/// All pictures of a create.
fn pictures(body: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let single = ["image", "image_tail"].iter().filter_map(|name| text(&body[*name]));
    let list = body["image_list"].as_array().into_iter().flatten();
    single.chain(list.filter_map(|item| text(&item["image_url"]).or_else(|| text(&item["image"])))).collect()
}

#[tokio::test(start_paused = true)]
async fn a_public_link_is_passed_on_as_it_is() {
    let sim = simulator().await;
    let host = host(Environment::default());
    for (tool, link, _) in LINKS {
        let outcome = call(&host, tool, &api_key(&sim.url()), wish(tool, link, json!(format!(" {A}\n")))).await;
        assert_eq!(outcome.error, None, "{tool}, {link}");
        assert!(pictures(&created(&sim)).contains(&A.to_owned()), "{tool}, {link}: {}", created(&sim));
    }
}

#[tokio::test(start_paused = true)]
async fn several_links_keep_their_order_in_every_spelling() {
    let sim = simulator().await;
    let host = host(Environment::default());
    for tool in ["omni_video_create", "omni_image_create"] {
        for list in
            [json!(format!("{A},{B}")), json!(format!("{A}\n{B}")), json!([A, B]), json!(json!([A, B]).to_string())]
        {
            let outcome = call(&host, tool, &api_key(&sim.url()), wish(tool, "image_urls", list)).await;
            assert_eq!(outcome.error, None, "{tool}");
            assert_eq!(pictures(&created(&sim)), [A, B]);
        }
    }
}

fn signed(base: &str, id: u32, time: u32) -> String {
    format!(
        "{base}/files/0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f{id}/file-preview?timestamp={time}&nonce=n{time}&sign=SECRET{time}"
    )
}

/// Dify's links live 300 s, and many a Dify is reached by nobody outside: Kling gets the file.
#[tokio::test(start_paused = true)]
async fn difys_own_files_are_fetched() {
    let sim = simulator().await;
    for (tool, link, _) in LINKS {
        let dify = ScriptedServer::start([Reply::http(200, SAMPLE_PNG)]).await.unwrap();
        let host = host(Environment::default().with_dify_origins(DifyOrigins::named([dify.url("")])));
        let wish = wish(tool, link, json!(signed(&dify.url(""), 1, 1)));
        let outcome = call(&host, tool, &api_key(&sim.url()), wish).await;
        assert_eq!(outcome.error, None, "{tool}, {link}");
        assert_eq!(dify.requests().len(), 1, "{tool}, {link}");
        let sent = pictures(&created(&sim));
        assert!(sent.iter().any(|picture| picture.starts_with("<base64")), "{tool}, {link}: {sent:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_beside_a_link_is_refused_with_both_names_before_anything_is_paid() {
    let sim = simulator().await;
    for language in ["en_US", "zh_Hans"] {
        let mut credentials: Map<String, Value> = api_key(&sim.url());
        credentials.insert("language".to_owned(), language.into());
        for (tool, link, file) in LINKS {
            let mut wish = wish(tool, link, json!(A));
            wish[file] = json!({"dify_model_identity": "__dify__file__", "type": "image", "url": B});
            let outcome = call(&host(Environment::default()), tool, &credentials, wish).await;
            let (kind, message) = failure(&outcome);
            let rest = message.strip_prefix(&format!("`{link}`")).unwrap_or_else(|| panic!("{message}"));
            assert!(kind == "InvokeBadRequestError" && rest.contains(file), "{message}");
        }
    }
    assert_eq!(sim.requests().len(), 0);
}

/// No file is no file, however Dify spells it.
#[tokio::test(start_paused = true)]
async fn nothing_in_either_parameter_leaves_the_other_alone() {
    let sim = simulator().await;
    let host = host(Environment::default());
    for (tool, link, file) in LINKS {
        for nothing in [json!(null), json!(""), json!([]), json!([null])] {
            let mut with_link = wish(tool, link, json!(A));
            with_link[file] = nothing;
            let outcome = call(&host, tool, &api_key(&sim.url()), with_link).await;
            assert_eq!(outcome.error, None, "{tool}, {link}");
        }
        for blank in [json!(null), json!(""), json!(" \n"), json!("null")] {
            let mut with_file = wish(tool, link, blank);
            with_file[file] = json!(A);
            let outcome = call(&host, tool, &api_key(&sim.url()), with_file).await;
            assert_eq!(outcome.error, None, "{tool}, {file}");
            assert!(pictures(&created(&sim)).contains(&A.to_owned()), "{tool}, {file}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_no_link_to_a_public_picture_is_refused_by_name_and_not_quoted() {
    let sim = simulator().await;
    let host = host(Environment::default());
    for (tool, link, _) in LINKS {
        for value in [
            "the picture above SECRET",
            "a-SECRET.png",
            "http://10.0.0.1/SECRET.png",
            "https://169.254.169.254/latest/SECRET",
            "http://media.example.test/SECRET.png",
            "ftp://media.example.test/SECRET.png",
            "file:///etc/SECRET",
            "https://user:SECRET@media.example.test/a.png",
            "/files/0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f1/file-preview?timestamp=1&nonce=2&sign=SECRET",
            r#"["https://media.example.test/SECRET.png", "#,
        ] {
            let outcome = call(&host, tool, &api_key(&sim.url()), wish(tool, link, json!(value))).await;
            let (kind, message) = failure(&outcome);
            assert_eq!(kind, "InvokeBadRequestError", "{tool}, {link}, {value}: {message}");
            assert!(message.contains(&format!("`{link}`")) && !message.contains("SECRET"), "{value}: {message}");
        }
    }
    assert_eq!(sim.requests().len(), 0);
}

/// Dify writes `None` for a variable without a value, and models write that nothing is there.
#[tokio::test(start_paused = true)]
async fn a_word_for_nothing_is_no_link() {
    let host = host(Environment::default());
    for value in ["None", "null", "undefined", " ", "[]"] {
        let sim = simulator().await;
        let wish = wish("image_generation_create", "image_url", json!(value));
        let outcome = call(&host, "image_generation_create", &api_key(&sim.url()), wish).await;
        assert!(outcome.error.is_none(), "{value}: {:?}", outcome.error);
        assert_eq!(pictures(&created(&sim)), [""; 0], "{value}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_picture_is_one_link() {
    let sim = simulator().await;
    let wish = wish("image_2_video_create", "image_url", json!(format!("{A}\n{B}")));
    let outcome = call(&host(Environment::default()), "image_2_video_create", &api_key(&sim.url()), wish).await;
    assert!(failure(&outcome).1.starts_with("`image_url`"), "{}", failure(&outcome).1);
    assert_eq!(sim.requests().len(), 0);
}

/// Links to Dify's files lead nowhere else in its network.
#[tokio::test(start_paused = true)]
async fn a_link_like_difys_is_not_followed_into_a_private_network() {
    let service = ScriptedServer::start([]).await.unwrap();
    let sim = simulator().await;
    let environment = Environment::default()
        .with_dify_origins(DifyOrigins::named(["https://dify.example.test"]))
        .with_region_url(kling_api::Region::Beijing, "https://kling.invalid");
    let credentials = crate::support::map(json!({"api_key": "k", "language": "en_US"}));
    let wish = wish("image_2_video_create", "image_url", json!(signed(&service.url(""), 1, 1)));
    let outcome = call(&host(environment), "image_2_video_create", &credentials, wish).await;
    let (kind, message) = failure(&outcome);
    assert!(kind == "InvokeBadRequestError" && !message.contains("SECRET"), "{message}");
    assert_eq!((service.requests().len(), sim.requests().len()), (0, 0));
}

/// The link that Dify signs anew for each call is that of the same picture: nothing is paid twice for it.
#[tokio::test(start_paused = true)]
async fn a_call_made_again_is_known_under_each_signature() {
    for (link, list) in [("image_urls", true), ("first_frame_url", false)] {
        let sim = simulator().await;
        let dify = ScriptedServer::start((0..4).map(|_| Reply::http(200, SAMPLE_PNG))).await.unwrap();
        let host = host(Environment::default().with_dify_origins(DifyOrigins::named([dify.url("")])));
        let make = async |id: u32, time: u32| -> Outcome {
            let picture = signed(&dify.url(""), id, time);
            let value = if list { format!("{B}\n{picture}") } else { picture };
            let wish = json!({"prompt": "it dances", "download_video": "false", link: value});
            call(&host, "omni_video_create", &api_key(&sim.url()), wish).await
        };
        sim.faults().push_on(Requests::of(RequestKind::Query), Fault::NotProcessed(KlingReply::code(1002)));
        let first = make(1, 1).await;
        assert!(first.error.is_some());
        let other = make(2, 2).await;
        assert_ne!(variable(&first, "task_id"), variable(&other, "task_id"), "another picture");
        let again = make(1, 3).await;
        assert_eq!(again.error, None);
        assert_eq!(variable(&first, "task_id"), variable(&again, "task_id"));
        assert_eq!(sim.tasks().len(), 2);
    }
}

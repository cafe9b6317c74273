//! What people, models and Dify's templates really hand over: understood with the right value, or refused by name before
//! anything is sent. The kinds follow public reports; each has further members here.

use dify_plugin::host::Outcome;
use kling_dify::Environment;
use kling_sim::scripted::{Reply, ScriptedServer};
use serde_json::{Value, json};

use crate::support::{api_key, call, failure, host, map, simulator, variable};

const T2V: &str = "text_2_video_create";
const I2V: &str = "image_2_video_create";
const OMNI: &str = "omni_video_create";
const PICTURES: &str = "omni_image_create";
const ELEMENT: &str = "element_create";
const A: &str = "https://media.example.test/a.png";
const B: &str = "https://media.example.test/b.png";
const CLIP: &str = "https://media.example.test/clip.mp4";
const ACCEPTED: &str = r#"{"code":0,"data":{"task_id":"84","id":"84","task_status":"submitted","status":"submitted"}}"#;
const NOT_FOUND: &str = r#"{"code":1201,"message":"Task not found by id/external id: own-1"}"#;
const ID: &str = "840000000000000001";

/// A call against a server that accepts its task: how it ended, and the requests that it made.
async fn try_call(tool: &str, parameters: Value) -> (Outcome, Vec<String>) {
    let kling = ScriptedServer::start([Reply::http(400, NOT_FOUND), Reply::http(200, ACCEPTED)]).await.unwrap();
    let mut parameters = map(parameters);
    parameters.insert("wait_for_result".into(), "false".into());
    parameters.entry("external_task_id").or_insert_with(|| "own-1".into());
    let outcome = call(&host(Environment::default()), tool, &api_key(&kling.url("")), parameters.into()).await;
    (outcome, kling.requests())
}

/// The body that a call posts, and its closing text.
async fn posted(tool: &str, parameters: Value) -> (Value, String) {
    let (outcome, requests) = try_call(tool, parameters.clone()).await;
    assert_eq!(outcome.error, None, "{parameters}");
    let (_, body) = requests[1].split_once("\r\n\r\n").unwrap();
    let text = outcome.texts.concat();
    for note in text.lines().filter_map(|line| line.strip_prefix("Note: ")) {
        assert!(outcome.logs.iter().any(|log| log.label == note), "not in the log: {note}");
    }
    (serde_json::from_str(body).unwrap(), text)
}

async fn body(tool: &str, parameters: Value) -> Value {
    posted(tool, parameters).await.0
}

/// What a call is refused with before anything is sent.
async fn refusal(tool: &str, parameters: Value) -> String {
    let (outcome, requests) = try_call(tool, parameters.clone()).await;
    assert!(outcome.error.is_some(), "{parameters}");
    assert_eq!(requests, [""; 0], "{parameters}");
    let (kind, message) = failure(&outcome);
    assert_eq!(kind, "InvokeBadRequestError");
    message.to_owned()
}

fn shots(text: impl Into<Value>) -> Value {
    json!({"multi_shot": "true", "shot_type": "customize", "multi_prompt": text.into()})
}

fn two_shots() -> Value {
    json!([{"index": 1, "prompt": "a", "duration": "2"}, {"index": 2, "prompt": "b", "duration": "3"}])
}

#[tokio::test(start_paused = true)]
async fn lists_that_python_wrote_are_lists() {
    let voices = json!({"prompt": "<<<voice_1>>> hi", "model_name": "kling-v2-6", "sound": "on", "mode": "pro", "voice_list": "['123']"});
    assert_eq!(body(T2V, voices).await["voice_list"], json!([{"voice_id": "123"}]));
    for list in [
        format!("[{{'element_id': '{ID}', 'element_name': 'n'}}]"),
        format!("[{{'element_id': {ID}, 'name': None, 'tags': (), 'owned': True}}]"),
        format!("['{ID}']"),
        format!("('{ID}',)"),
        format!("[\"{{'element_id': '{ID}'}}\"]"),
    ] {
        let sent = body(OMNI, json!({"prompt": "x", "element_list": list})).await;
        assert_eq!(sent["element_list"], json!([{"element_id": 840_000_000_000_000_001_u64}]), "{list}");
    }
    let camera =
        json!({"prompt": "x", "model_name": "kling-v1", "camera_control": "{'type': 'simple', 'config': {'zoom': 5}}"});
    assert_eq!(body(T2V, camera).await["camera_control"]["config"]["zoom"], 5.0);
    let python = "[{'prompt': 'it\\'s \"a\"', 'duration': 2}, {'prompt': \"b's\", 'duration': '3', 'index': None}]";
    let sent = body(T2V, shots(python)).await;
    assert_eq!(sent["multi_prompt"][0]["prompt"], "it's \"a\"");
    assert_eq!(sent["multi_prompt"][1], json!({"index": 2, "prompt": "b's", "duration": "3"}));
    let sent = body(OMNI, json!({"prompt": "x", "video_list": format!("['{CLIP}']")})).await;
    assert_eq!(sent["video_list"], json!([{"video_url": CLIP}]));
    let mask = format!("[{{'mask': '{A}', 'trajectories': [{{'x': '1', 'y': 2.0}}, [3, 4]]}}]");
    let sent = body(I2V, json!({"image": A, "prompt": "x", "model_name": "kling-v1", "dynamic_masks": mask})).await;
    assert_eq!(sent["dynamic_masks"][0]["trajectories"], json!([{"x": 1, "y": 2}, {"x": 3, "y": 4}]));
    let sent = body(PICTURES, json!({"prompt": "x", "image_list": format!("['{A}', '{B}']")})).await;
    assert_eq!(sent["image_list"], json!([{"image": A}, {"image": B}]));
}

#[tokio::test(start_paused = true)]
async fn json_as_models_write_it_is_read() {
    const ONE: &str = "[{\"index\":1,\"prompt\":\"a\",\"duration\":\"5\"}]";
    for text in [
        format!("```json\n{ONE}\n```"),
        "[{\"index\":1,\"prompt\":\"a\",\"duration\":\"5\"},]".to_owned(),
        format!("Here are the shots:\n{ONE}\nEnjoy!"),
        json!(ONE).to_string(),
        ONE.replace('"', "“"),
        "{prompt: 'a', duration: 5}".to_owned(),
        format!("{{\"shots\": {ONE}}}"),
        "{\"shot_1\": {\"prompt\": \"a\", \"duration\": \"5s\"}}".to_owned(),
    ] {
        let sent = body(T2V, shots(text.clone())).await;
        assert_eq!(sent["multi_prompt"], json!([{"index": 1, "prompt": "a", "duration": "5"}]), "{text}");
    }
    let quoted = body(T2V, shots("[{\"prompt\":\"she says \"go\" twice\",\"duration\":\"5\"}]")).await;
    assert_eq!(quoted["multi_prompt"][0]["prompt"], "she says \"go\" twice");
}

#[tokio::test(start_paused = true)]
async fn what_begins_like_a_list_and_is_none_is_refused_with_its_place() {
    for (tool, parameters, start) in [
        (
            OMNI,
            json!({"prompt": "x", "element_list": "[123, 456"}),
            "`element_list` begins like JSON but cannot be read as such: at line 1, character 10, a comma or `]`",
        ),
        (OMNI, json!({"prompt": "x", "element_list": "[abc, def]"}), "`element_list` begins like JSON"),
        (T2V, json!({"prompt": "x", "voice_list": "['1', '2"}), "`voice_list` begins like JSON"),
        (
            T2V,
            shots("[{\"prompt\":\"a\",\n\"duration\" 5}]"),
            "`multi_prompt` begins like JSON but cannot be read as such: at line 2, character 12, a colon",
        ),
        (T2V, shots("```json\n[{\"prompt\":\"a\"\n```"), "`multi_prompt` begins like JSON"),
        (
            T2V,
            json!({"prompt": "x", "model_name": "kling-v1", "camera_control": "{zoom 5}"}),
            "`camera_control` begins like JSON",
        ),
        (OMNI, json!({"prompt": "x", "video_list": "[https://m.example.test/a.mp4]"}), "`video_list` begins like JSON"),
        (
            ELEMENT,
            json!({"element_name": "n", "element_description": "d", "reference_type": "image_refer", "tag_list": "['o_102"}),
            "`tag_list` begins like JSON",
        ),
        (
            PICTURES,
            json!({"prompt": "x", "image_list": "['https://m.example.test/a.png'"}),
            "`image_list` begins like JSON",
        ),
        ("element_delete", json!({"element_id": "['860000000000000001'"}), "`element_id` begins like JSON"),
    ] {
        let message = refusal(tool, parameters).await;
        assert!(message.starts_with(start), "{message}");
    }
}

#[tokio::test(start_paused = true)]
async fn short_forms_separate_at_every_separator() {
    for list in [
        "123、456；789",
        "123，456,789",
        "123;456\n789",
        "123 456 789",
        "123, 456 and 789",
        "123、456和789",
        "- 123\n- 456\n- 789",
        "1. 123\n2. 456\n3. 789",
        "\"123\", '456', `789`",
        "ID: 123, ID: 456, ID: 789",
        "Elements: 123, 456, 789",
        "[123, '456', 789.0]",
        "{\"element_id\":123},{\"element_id\":456},{\"element_id\":789}",
        "１２３，456，789",
    ] {
        let sent = body(OMNI, json!({"prompt": "x", "element_list": list})).await;
        assert_eq!(
            sent["element_list"],
            json!([{"element_id": 123}, {"element_id": 456}, {"element_id": 789}]),
            "{list}"
        );
    }
    for text in [
        "2: a\n3: b",
        "2s: a; 3s: b",
        "2秒：a；3秒：b",
        "2: a, 3: b",
        "- 2: a\n- 3: b",
        "Shot 1 (2s): a\nShot 2 (3s): b",
        "镜头1（2秒）：a\n镜头2（3秒）：b",
        "shot 1, 2, a; shot 2, 3, b;",
        "2.0: a\n3.0: b",
        "```\n2: a\n3: b\n```",
        "+2: a\n03: b",
    ] {
        assert_eq!(body(T2V, shots(text)).await["multi_prompt"], two_shots(), "{text}");
    }
    // Commas, semicolons and brackets within words are words.
    let sent = body(T2V, shots("5: a man, [old]; tired: he sits, 3 times")).await;
    assert_eq!(sent["multi_prompt"][0]["prompt"], "a man, [old]; tired: he sits, 3 times");
    for text in [
        format!("{A}, {B}"),
        format!("{A}\n{B}"),
        format!("{A}，{B}"),
        format!("{A} {B}"),
        format!("[1]({A}), [2]({B})"),
    ] {
        let sent = body(PICTURES, json!({"prompt": "x", "image_list": text})).await;
        assert_eq!(sent["image_list"], json!([{"image": A}, {"image": B}]), "{text}");
    }
    let comma = "https://media.example.test/a,b.png";
    let sent = body(PICTURES, json!({"prompt": "x", "image_list": comma})).await;
    assert_eq!(sent["image_list"], json!([{"image": comma}]));
}

#[tokio::test(start_paused = true)]
async fn our_own_outputs_are_inputs() {
    let elements = json!([
        {"element_id": "1", "element_name": "Mira", "status": "succeed", "element_image_list": {"frontal_image": A}},
        {"element_id": "2", "element_name": "Ben 2026"},
    ]);
    let expected = json!([{"element_id": 1}, {"element_id": 2}]);
    let answer = json!({"code": 0, "message": "SUCCEED", "data": {"elements": elements}});
    for given in [elements.clone(), elements.to_string().into(), answer.clone(), answer.to_string().into()] {
        assert_eq!(
            body(OMNI, json!({"prompt": "x", "element_list": given})).await["element_list"],
            expected,
            "{given}"
        );
    }
    // What the tools of elements say at their end.
    for (text, ids) in [
        ("The element is ready. element_id: 860000000000000001", vec![860_000_000_000_000_001_u64]),
        ("主体已创建。element_id：860000000000000001", vec![860_000_000_000_000_001]),
        (
            "2 elements on this page.\n860000000000000001  Mira\n860000000000000002  Ben 2",
            vec![860_000_000_000_000_001, 860_000_000_000_000_002],
        ),
    ] {
        let sent = body(OMNI, json!({"prompt": "x", "element_list": text})).await;
        assert_eq!(
            sent["element_list"],
            ids.into_iter().map(|id| json!({"element_id": id})).collect::<Value>(),
            "{text}"
        );
    }
    let ready =
        format!("The video is ready.\n{CLIP} (5.041 s)\nThe link works until 2026-12-23T00:00:00Z.\nCost: 3 units.");
    for given in
        [json!([CLIP]), json!(format!("[\"{CLIP}\"]")), json!({"urls": [CLIP]}), json!(ready), json!([{"url": CLIP}])]
    {
        let sent = body(OMNI, json!({"prompt": "x", "video_list": given})).await;
        assert_eq!(sent["video_list"], json!([{"video_url": CLIP}]), "{given}");
    }
    let sent = body(PICTURES, json!({"prompt": "x", "image_list": format!("{{\"urls\": [\"{A}\"]}}")})).await;
    assert_eq!(sent["image_list"], json!([{"image": A}]));
}

/// Whatever a text says of a file, it is a link and no more: Dify's own files come as values.
#[tokio::test(start_paused = true)]
async fn images_come_in_every_shape_and_a_text_earns_no_trust() {
    for images in [
        json!([{"image_url": A}, {"image": B}]),
        json!([format!("{A}, {B}")]),
        json!(format!("[{{\"image_url\": \"{A}\"}}, {{'url': '{B}'}}]").replace('"', "'")),
        json!(format!("{{\"images\": [\"{A}\", \"{B}\"]}}")),
    ] {
        let sent = body(PICTURES, json!({"prompt": "x", "image_list": images})).await;
        assert_eq!(sent["image_list"], json!([{"image": A}, {"image": B}]), "{images}");
    }
    let spaces = "https://media.example.test/my red fox.png";
    let sent = body(PICTURES, json!({"prompt": "x", "image_list": [spaces]})).await;
    assert_eq!(sent["image_list"], json!([{"image": "https://media.example.test/my%20red%20fox.png"}]));
    // As an object of Dify's it would be fetched by the plugin; as text it is a link for Kling, which is none of ours.
    let file = "[{'dify_model_identity': '__dify__file__', 'url': 'http://10.0.0.1/files/a/file-preview?timestamp=1&nonce=2&sign=3'}]";
    let message = refusal(PICTURES, json!({"prompt": "x", "image_list": file})).await;
    assert!(message.starts_with("`image_list`"), "{message}");
}

#[tokio::test(start_paused = true)]
async fn only_what_looks_like_an_id_is_posted() {
    for list in [
        "my fox",
        "element one",
        "12a",
        "-5",
        "1.5",
        "8.6e17",
        "123, abc",
        "860000000000000001, 5x",
        "true",
        "@image_1",
    ] {
        let message = refusal(OMNI, json!({"prompt": "x", "element_list": list})).await;
        assert!(message.starts_with("`element_list` must be ids"), "{list}: {message}");
    }
    for list in ["a gentle voice", "gentle", "['a']", "true"] {
        let message = refusal(T2V, json!({"prompt": "x", "sound": "on", "voice_list": list})).await;
        assert!(message.starts_with("`voice_list` must be voice ids"), "{list}: {message}");
    }
    for id in ["the red fox", "all", "1, 2", "[1, 2]", "860000000000000001 and 860000000000000002", "{}x", "delete 5"] {
        let message = refusal("element_delete", json!({"element_id": id})).await;
        assert!(message.starts_with("`element_id` "), "{id}: {message}");
    }
    for id in [json!(true), json!([["a"]])] {
        assert!(refusal("element_delete", json!({"element_id": id})).await.starts_with("`element_id` must be"));
    }
    assert!(refusal("element_delete", json!({"element_id": "007"})).await.contains("must be a number"));
}

#[tokio::test(start_paused = true)]
async fn an_element_to_delete_is_found_within_what_surrounds_it() {
    const DELETED: &str = r#"{"code":0,"data":{"task_id":"1","task_status":"succeed"}}"#;
    for id in [
        "860000000000000001",
        "`860000000000000001`",
        "**860000000000000001**.",
        "element_id: 860000000000000001",
        "主体 ID：860000000000000001。",
        "['860000000000000001']",
        "{\"element_id\": 860000000000000001}",
        "Please delete the element 860000000000000001 of 2026.",
    ] {
        let kling = ScriptedServer::start([Reply::http(200, DELETED)]).await.unwrap();
        let host = host(Environment::default());
        let outcome = call(&host, "element_delete", &api_key(&kling.url("")), json!({"element_id": id})).await;
        assert_eq!(outcome.error, None, "{id}");
        let requests = kling.requests();
        let (_, body) = requests[0].split_once("\r\n\r\n").unwrap();
        assert_eq!(serde_json::from_str::<Value>(body).unwrap(), json!({"element_id": "860000000000000001"}), "{id}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_number_that_a_double_does_not_hold_is_refused() {
    let long = 840_000_000_000_000_000_u64;
    for (tool, parameters) in [
        ("element_delete", json!({"element_id": long})),
        ("element_delete", json!({"element_id": [long]})),
        ("element_delete", json!({"element_id": 8.4e17})),
        (OMNI, json!({"prompt": "x", "element_list": long})),
        (OMNI, json!({"prompt": "x", "element_list": [{"element_id": (1_u64 << 53) + 1}]})),
        (OMNI, json!({"prompt": "x", "element_list": "[8.4e17]"})),
        (T2V, json!({"prompt": "x", "sound": "on", "voice_list": [long]})),
        (
            ELEMENT,
            json!({"element_name": "n", "element_description": "d", "reference_type": "video_refer", "element_voice_id": long}),
        ),
        ("task_query", json!({"task_id": long})),
        ("task_query", json!({"task_id": -8.4e17})),
        (T2V, json!({"prompt": "x", "external_task_id": 1e21})),
    ] {
        let message = refusal(tool, parameters).await;
        assert!(message.contains("may have been rounded") && message.contains("give it as text"), "{message}");
    }
    // Digits in a text are exact.
    let sent = body(OMNI, json!({"prompt": "x", "element_list": format!("[{{\"element_id\": {ID}}}]")})).await;
    assert_eq!(sent["element_list"][0]["element_id"], 840_000_000_000_000_001_u64);
    let sent = body(OMNI, json!({"prompt": "x", "element_list": 1_u64 << 53})).await;
    assert_eq!(sent["element_list"][0]["element_id"], 1_u64 << 53);
}

#[tokio::test(start_paused = true)]
async fn every_switch_knows_the_same_words() {
    for yes in [
        json!("True"),
        json!("true"),
        json!("on"),
        json!(1),
        json!(true),
        json!("1"),
        json!("yes"),
        json!(1.0),
        json!("ON"),
        json!("是"),
    ] {
        let sent = body(T2V, json!({"prompt": "x", "sound": yes, "watermark": yes})).await;
        assert_eq!((&sent["sound"], &sent["watermark_info"]), (&json!("on"), &json!({"enabled": true})), "{yes}");
        let video = json!([{"video_url": CLIP, "keep_original_sound": yes}]);
        let sent = body(OMNI, json!({"prompt": "x", "video_list": video})).await;
        assert_eq!(sent["video_list"][0]["keep_original_sound"], "yes", "{yes}");
        let several = json!({"prompt": "x", "multi_shot": yes, "shot_type": "intelligence"});
        assert_eq!(body(T2V, several).await["multi_shot"], true, "{yes}");
        let series = json!({"prompt": "x", "result_type": "series", "series_auto": yes});
        assert_eq!(body(PICTURES, series).await["series_amount"], "auto", "{yes}");
    }
    for no in [json!("False"), json!("off"), json!(0), json!(false), json!("no"), json!("关")] {
        let sent = body(T2V, json!({"prompt": "x", "sound": no, "watermark": no, "multi_shot": no})).await;
        assert_eq!(
            (&sent["sound"], &sent["watermark_info"], &sent["multi_shot"]),
            (&json!(null), &json!(null), &json!(null)),
            "{no}"
        );
        let video = format!(
            "[{{'video_url': '{CLIP}', 'keep_original_sound': {}}}]",
            if no.is_boolean() { "False".into() } else { no.to_string() }
        );
        let sent = body(OMNI, json!({"prompt": "x", "video_list": video})).await;
        assert_eq!(sent["video_list"][0]["keep_original_sound"], "no", "{no}");
    }
    assert_eq!(refusal(T2V, json!({"prompt": "x", "sound": "loud"})).await, "`sound` must be one of on, off.");
    assert_eq!(refusal(T2V, json!({"prompt": "x", "sound": ["on"]})).await, "`sound` must be one of on, off.");
}

#[tokio::test(start_paused = true)]
async fn numbers_are_read_and_written_by_us() {
    for five in [
        json!("5.0"),
        json!("05"),
        json!(5),
        json!(5.0),
        json!("+5"),
        json!("5s"),
        json!("5 秒"),
        json!(" 5 "),
        json!("５"),
    ] {
        assert_eq!(body(T2V, json!({"prompt": "x", "duration": five})).await["duration"], "5", "{five}");
        assert_eq!(body(OMNI, json!({"prompt": "x", "duration": five})).await["duration"], "5", "{five}");
        let model = json!({"prompt": "x", "model_name": "kling-3.0", "duration": five});
        assert_eq!(body(T2V, model).await["settings"]["duration"], 5, "{five}");
    }
    for two in [json!("2.0"), json!("02"), json!(2.0), json!("+2"), json!("2")] {
        assert_eq!(body("image_generation_create", json!({"prompt": "x", "n": two})).await["n"], 2, "{two}");
    }
    for (parameters, message) in [
        (json!({"prompt": "x", "duration": "5.5"}), "`duration` must be whole seconds, such as 5 or 10."),
        (json!({"prompt": "x", "duration": "five"}), "`duration` must be whole seconds, such as 5 or 10."),
        (json!({"prompt": "x", "duration": ["5"]}), "`duration` must be whole seconds, such as 5 or 10."),
        (
            json!({"prompt": "x", "max_wait_seconds": ["1744858660069", "user_id"]}),
            "`max_wait_seconds` must be a number of seconds, 0 or more.",
        ),
        (json!({"prompt": "x", "cfg_scale": [0.5]}), "`cfg_scale` must be a number."),
        (json!({"prompt": "x", "cfg_scale": {"value": 1}}), "`cfg_scale` must be a number."),
        (json!({"prompt": "x", "watermark": ["true"]}), "`watermark` must be true or false."),
        (json!({"prompt": ["x"]}), "`prompt` must be a text."),
    ] {
        assert_eq!(refusal(T2V, parameters).await, message);
    }
    assert_eq!(refusal(PICTURES, json!({"prompt": "x", "n": [2]})).await, "`n` must be a whole number.");
    for amount in ["auto", "AUTO", "\"auto\""] {
        let series = json!({"prompt": "x", "result_type": "series", "series_amount": amount});
        assert_eq!(body(PICTURES, series).await["series_amount"], "auto");
    }
    for amount in [json!("4.0"), json!(4), json!("04")] {
        let series = json!({"prompt": "x", "result_type": "series", "series_amount": amount});
        assert_eq!(body(PICTURES, series).await["series_amount"], 4);
    }
    let some = refusal(PICTURES, json!({"prompt": "x", "result_type": "series", "series_amount": "some"})).await;
    assert_eq!(some, "`series_amount` must be a whole number or auto.");
}

#[tokio::test(start_paused = true)]
async fn cameras_take_numbers_as_text() {
    for camera in [
        json!("{\"type\":\"simple\",\"config\":{\"zoom\":\"5\"}}"),
        json!({"type": "simple", "config": {"zoom": "+5.0", "pan": null}}),
        json!("zoom: +5"),
        json!("zoom: 05"),
        json!("Zoom：5"),
        json!("zoom = 5"),
        json!("zoom 5"),
        json!({"config": {"zoom": 5}}),
        json!({"zoom": "5"}),
        json!([{"type": "simple", "config": {"zoom": 5, "tilt": 0}}]),
        json!("`zoom: 5`"),
        json!({"type": "Simple", "config": "{\"zoom\": 5}"}),
    ] {
        let sent = body(T2V, json!({"prompt": "x", "model_name": "kling-v1", "camera_control": camera})).await;
        assert_eq!(
            (&sent["camera_control"]["type"], &sent["camera_control"]["config"]["zoom"]),
            (&json!("simple"), &json!(5.0)),
            "{camera}"
        );
    }
    for camera in [
        json!("down_back"),
        json!("Down Back"),
        json!("'down_back'"),
        json!({"type": "down_back", "config": {}}),
        json!({"type": "down_back", "config": {"zoom": 0}}),
        json!("{'type': 'down_back', 'config': None}"),
    ] {
        let sent = body(T2V, json!({"prompt": "x", "model_name": "kling-v1", "camera_control": camera})).await;
        assert_eq!(sent["camera_control"], json!({"type": "down_back"}), "{camera}");
    }
    for camera in [
        json!("zoom: much"),
        json!("spin: 5"),
        json!([1]),
        json!(7),
        json!({"type": 5}),
        json!({"config": {"zoom": "a lot"}}),
    ] {
        let message = refusal(T2V, json!({"prompt": "x", "model_name": "kling-v1", "camera_control": camera})).await;
        assert!(message.starts_with("`camera_control"), "{camera}: {message}");
    }
    let both = json!({"type": "down_back", "config": {"zoom": 5}});
    let message = refusal(T2V, json!({"prompt": "x", "model_name": "kling-v1", "camera_control": both})).await;
    assert!(message.contains("camera_control.config"), "{message}");
}

#[tokio::test(start_paused = true)]
async fn shot_places_are_written_by_us() {
    let one =
        |index: Value, prompt: &str, duration: Value| json!({"index": index, "prompt": prompt, "duration": duration});
    for list in [
        json!([one(json!(0), "a", json!(2)), one(json!(1), "b", json!(3))]),
        json!([one(json!(1), "a", json!("2s")), one(json!(1), "b", json!("3s"))]),
        json!([one(json!("first"), "a", json!("2.0")), one(json!(null), "b", json!("03"))]),
        json!([one(json!(7), "b", json!(3)), one(json!("2"), "a", json!(2.0))]),
        json!([one(json!(-1), "a", json!("2 s")), one(json!(99_999_999_999_u64), "b", json!("3秒"))]),
        json!(["2: a", "3s: b"]),
    ] {
        assert_eq!(body(T2V, shots(list.clone())).await["multi_prompt"], two_shots(), "{list}");
        assert_eq!(body(T2V, shots(list.to_string())).await["multi_prompt"], two_shots(), "{list}");
    }
    let message = refusal(T2V, shots("[{\"prompt\":\"a\",\"duration\":\"soon\"}]")).await;
    assert!(message.starts_with("`multi_prompt` must be whole seconds"), "{message}");
}

#[tokio::test(start_paused = true)]
async fn what_shows_nothing_is_empty() {
    for blank in ["\u{200b}\u{200b}", "\u{feff}", "\u{3164}", "\u{2800}\u{2800}", "\u{ad}", "\u{2060} \u{200e}", "\0"] {
        let message = refusal(T2V, json!({"prompt": blank})).await;
        assert!(message.starts_with("`prompt` is empty"), "{blank:?}: {message}");
        let sent =
            body(T2V, json!({"prompt": "x", "negative_prompt": blank, "voice_list": blank, "camera_control": blank}))
                .await;
        assert_eq!((&sent["negative_prompt"], &sent["voice_list"]), (&json!(null), &json!(null)));
        assert!(refusal("element_delete", json!({"element_id": blank})).await.starts_with("`element_id` is empty"));
    }
}

#[tokio::test(start_paused = true)]
async fn shots_that_are_given_are_used_and_that_is_said() {
    for form in [json!({}), json!({"multi_shot": "false", "shot_type": "intelligence"}), json!({"multi_shot": "true"})]
    {
        let mut parameters = map(form);
        parameters.extend(map(json!({"prompt": "overall", "multi_prompt": "2: a\n3: b"})));
        for (tool, model) in [(T2V, "kling-v3"), (OMNI, "kling-v3-omni")] {
            parameters.insert("model_name".into(), model.into());
            let (sent, text) = posted(tool, parameters.clone().into()).await;
            assert_eq!((&sent["multi_shot"], &sent["shot_type"]), (&json!(true), &json!("customize")));
            assert_eq!(sent["multi_prompt"], two_shots());
            assert!(
                text.contains("Note: `multi_prompt` has shots") && text.contains("Note: `prompt` is not used"),
                "{text}"
            );
        }
    }
    let by_kling =
        json!({"prompt": "x", "multi_shot": "true", "shot_type": "intelligence", "multi_prompt": "2: a\n3: b"});
    let (sent, text) = posted(T2V, by_kling).await;
    assert_eq!((&sent["shot_type"], &sent["multi_prompt"]), (&json!("intelligence"), &json!(null)));
    assert!(text.contains("Note: `multi_prompt` is not used"), "{text}");
    let (sent, text) = posted(T2V, json!({"prompt": "x", "shot_type": "customize"})).await;
    assert_eq!(sent["shot_type"], json!(null));
    assert!(text.contains("Note: `shot_type` is not used: `multi_shot` is off."), "{text}");
    let (_, text) = posted(T2V, json!({"prompt": "x"})).await;
    assert!(!text.contains("Note"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn what_changes_nothing_is_told_and_what_changes_the_result_is_refused() {
    for (tool, parameters, note) in [
        (PICTURES, json!({"prompt": "x", "result_type": "series", "n": 3}), "`n` is not used"),
        (
            PICTURES,
            json!({"prompt": "x", "series_amount": 4}),
            "`series_amount` is not used: `result_type` is not series",
        ),
        (PICTURES, json!({"prompt": "x", "series_auto": true}), "`series_auto` is not used"),
        (
            PICTURES,
            json!({"prompt": "x", "result_type": "series", "series_auto": "true", "series_amount": 4}),
            "`series_amount` is not used",
        ),
        (
            I2V,
            json!({"image": A, "prompt": "x", "aspect_ratio": "9:16"}),
            "`aspect_ratio` is not used: the image decides",
        ),
        (
            ELEMENT,
            json!({"element_name": "n", "element_description": "d", "reference_type": "image_refer", "element_frontal_image": A,
            "element_refer_images": [B], "element_video_list": CLIP}),
            "`element_video_list` is not used",
        ),
        (
            ELEMENT,
            json!({"element_name": "n", "element_description": "d", "reference_type": "video_refer", "element_frontal_image": A,
            "element_video_list": CLIP}),
            "`element_frontal_image` is not used",
        ),
        (T2V, json!({"prompt": "x", "camera_control": "zoom: 5"}), "`camera_control` cannot be used with kling-v3"),
        (T2V, json!({"prompt": "x", "cfg_scale": 0.7}), "`cfg_scale` may be refused or ignored"),
    ] {
        let (_, text) = posted(tool, parameters).await;
        assert!(text.lines().any(|line| line.starts_with("Note: ") && line.contains(note)), "{note}: {text}");
    }
    for (parameters, message) in [
        (json!({"prompt": "x", "voice_list": "123"}), "`sound` must be on because of voice_list."),
        (
            json!({"prompt": "x", "model_name": "kling-3.0", "negative_prompt": "blur"}),
            "`negative_prompt` cannot be used with kling-3.0.",
        ),
        (
            json!({"prompt": "x", "model_name": "kling-3.0", "cfg_scale": 0.7}),
            "`cfg_scale` cannot be used with kling-3.0.",
        ),
        (
            json!({"prompt": "x", "model_name": "kling-3.0", "camera_control": "zoom: 5"}),
            "`camera_control` cannot be used with kling-3.0.",
        ),
        (
            json!({"prompt": "x", "model_name": "kling-v2-5-turbo", "cfg_scale": 0.7}),
            "`cfg_scale` cannot be used with kling-v2-5-turbo.",
        ),
    ] {
        assert_eq!(refusal(T2V, parameters).await, message);
    }
}

#[tokio::test(start_paused = true)]
async fn notes_are_chinese_where_chinese_is_set() {
    let kling = ScriptedServer::start([Reply::http(400, NOT_FOUND), Reply::http(200, ACCEPTED)]).await.unwrap();
    let mut credentials = api_key(&kling.url(""));
    credentials.insert("language".into(), "zh_Hans".into());
    let parameters =
        json!({"prompt": "总体", "multi_prompt": "5：门开了", "wait_for_result": "false", "external_task_id": "own-1"});
    let outcome = call(&host(Environment::default()), T2V, &credentials, parameters).await;
    let text = outcome.texts.concat();
    assert!(text.ends_with("\n注意：`multi_prompt` 中有分镜，已按自定义多镜头生成。\n注意：未使用 `prompt`：由 `multi_prompt` 中的分镜代替。"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn references_that_are_nearly_right_are_written_and_said() {
    for near in ["@image_1", "<<<Image_1>>>", "<<< image_1 >>>", "&lt;&lt;&lt;image_1&gt;&gt;&gt;", "@Image1", "@图片1"]
    {
        let (sent, text) = posted(OMNI, json!({"prompt": format!("{near} runs"), "image_list": [A]})).await;
        assert_eq!(sent["prompt"], "<<<image_1>>> runs", "{near}");
        assert!(text.contains("Note: `prompt`: the reference to image_1 is written as `<<<image_1>>>`."), "{text}");
    }
    let (sent, text) = posted(OMNI, json!({"prompt": "@image_2 runs", "image_list": [A]})).await;
    assert_eq!(sent["prompt"], "@image_2 runs");
    assert!(text.contains("Note: `prompt` mentions image_2, which is not given"), "{text}");
    let (sent, text) = posted(OMNI, json!({"prompt": "<<<image_1>>> runs", "image_list": [A]})).await;
    assert_eq!(sent["prompt"], "<<<image_1>>> runs");
    assert!(!text.contains("Note"), "{text}");
    let missing = refusal(OMNI, json!({"prompt": "<<<Image_3>>>", "image_list": [A]})).await;
    assert_eq!(missing, "`prompt` refers to image_3, which is not given.");
}

#[tokio::test(start_paused = true)]
async fn a_reference_to_a_frame_is_understood_on_either_surface() {
    let frame = |model: &str| json!({"prompt": "<<<image_1>>> smiles", "image": A, "model_name": model});
    let (sent, text) = posted(I2V, frame("kling-3.0")).await;
    assert_eq!(sent["contents"][0], json!({"type": "prompt", "text": "the first frame smiles"}));
    assert!(text.contains("the reference to image_1 is written as `the first frame`"), "{text}");
    assert_eq!(body(I2V, frame("kling-v3")).await["prompt"], "<<<image_1>>> smiles");
    for model in ["kling-v3-omni", "kling-3.0-omni"] {
        let sent =
            body(OMNI, json!({"prompt": "<<<first_frame>>> smiles", "first_frame": A, "model_name": model})).await;
        let prompt = if model == "kling-v3-omni" { &sent["prompt"] } else { &sent["contents"][0]["text"] };
        assert!(prompt.as_str().unwrap().contains("image_1"), "{prompt}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_video_to_refer_to_gives_no_ratio() {
    let video = json!([{"video_url": CLIP, "refer_type": "feature"}]);
    assert_eq!(body(OMNI, json!({"prompt": "x", "video_list": video})).await["aspect_ratio"], "16:9");
    let v2 = json!({"prompt": "x", "video_list": video, "model_name": "kling-3.0-omni", "multi_shot": "true", "shot_type": "intelligence"});
    assert_eq!(body(OMNI, v2).await["settings"]["aspect_ratio"], "16:9");
    assert_eq!(body(OMNI, json!({"prompt": "x", "video_list": CLIP})).await["aspect_ratio"], json!(null));
    assert_eq!(body(OMNI, json!({"prompt": "x", "first_frame": A})).await["aspect_ratio"], json!(null));
}

/// What a template makes of a variable without a value.
#[tokio::test(start_paused = true)]
async fn none_as_a_word_is_nothing() {
    for none in ["None", "null", " None ", "undefined"] {
        let parameters = json!({"prompt": "x", "duration": none, "mode": none, "cfg_scale": none, "sound": none, "voice_list": none,
            "multi_prompt": none, "camera_control": none, "max_wait_seconds": none, "watermark": none});
        let (sent, text) = posted(T2V, parameters).await;
        assert_eq!(
            (&sent["duration"], &sent["mode"], &sent["sound"]),
            (&json!("5"), &json!("std"), &json!(null)),
            "{none}"
        );
        assert!(!text.contains("Note"), "{text}");
    }
    let sent = body(OMNI, json!({"prompt": "None", "element_list": "[None, '', null]", "video_list": "[]"})).await;
    assert_eq!(
        (&sent["prompt"], &sent["element_list"], &sent["video_list"]),
        (&json!("None"), &json!(null), &json!(null))
    );
}

#[tokio::test(start_paused = true)]
async fn options_are_known_in_other_spellings() {
    let sent =
        body(T2V, json!({"prompt": "x", "mode": "PRO", "aspect_ratio": "9：16", "model_name": " Kling-V3 "})).await;
    assert_eq!(
        (&sent["mode"], &sent["aspect_ratio"], &sent["model_name"]),
        (&json!("pro"), &json!("9:16"), &json!("kling-v3"))
    );
    assert_eq!(body(T2V, json!({"prompt": "x", "aspect_ratio": "9x16"})).await["aspect_ratio"], "9:16");
    for tags in [
        "102, 104",
        "o_102、o_104",
        "character, item",
        "人物，道具",
        "['o_102', 'O_104']",
        "[{'tag_id': 'o_102'}, {'tag_id': '104'}]",
    ] {
        let element = json!({"element_name": "n", "element_description": "d", "reference_type": "image_refer",
            "element_frontal_image": A, "element_refer_images": [B], "tag_list": tags});
        assert_eq!(
            body(ELEMENT, element).await["tag_list"],
            json!([{"tag_id": "o_102"}, {"tag_id": "o_104"}]),
            "{tags}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_is_found_by_its_handle_within_whatever_surrounds_it() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    let created = call(
        &host,
        T2V,
        &credentials,
        json!({"prompt": "x", "external_task_id": "order-7", "wait_for_result": "false"}),
    )
    .await;
    let (handle, id) = (variable(&created, "handle"), variable(&created, "task_id"));
    let closing = created.texts.concat();
    for given in [
        format!("Handle: {handle}"),
        format!("{handle}."),
        format!("`{handle}`"),
        format!("**{handle}**"),
        format!("handle：{handle}。"),
        format!("{{'handle': '{handle}', 'task_id': '{id}'}}"),
        format!("['{handle}']"),
        closing,
    ] {
        for (tool, name) in [("task_query", "handle"), ("task_query", "task_id"), ("text_2_video_query", "task_id")] {
            let asked = sim.requests().len();
            let found = call(&host, tool, &credentials, json!({name: given})).await;
            assert_eq!(found.error, None, "{given}");
            assert_eq!(variable(&found, "task_id"), id);
            assert_eq!(sim.requests().len() - asked, 1, "its place is known");
        }
    }
    for (name, given) in [
        ("task_id", format!("Task ID: {id}")),
        ("task_id", format!("`{id}`.")),
        ("task_id", format!("the task {id} please")),
        ("task_id", format!("任务 ID：{id}")),
        ("task_id", format!("['{id}']")),
        ("external_task_id", "\"order-7\"".to_owned()),
        ("external_task_id", "the task's external_task_id: order-7".to_owned()),
        ("external_task_id", "`order-7`".to_owned()),
        ("external_task_id", "{'external_task_id': 'order-7'}".to_owned()),
    ] {
        let found = call(&host, "text_2_video_query", &credentials, json!({name: given})).await;
        assert_eq!(found.error, None, "{given}");
        assert_eq!(variable(&found, "task_id"), id, "{given}");
    }
    let asked = sim.requests().len();
    let two = format!("{handle} and {}", kling_api_handle());
    let outcome = call(&host, "task_query", &credentials, json!({"handle": two})).await;
    assert_eq!(failure(&outcome).1, "`handle` names several tasks: give the handle of one.");
    assert_eq!(sim.requests().len(), asked);
}

/// What a call is known again by is what was handed over, however it is read; the id of the caller's own is read.
#[tokio::test(start_paused = true)]
async fn the_same_call_again_is_the_same_request() {
    const PYTHON: &str = "[{'prompt': 'a', 'duration': 5}]";
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    let request = |id: &str, shots: &str| {
        json!({"prompt": "x", "multi_prompt": shots, "sound": "True", "duration": "5.0", "external_task_id": id,
            "wait_for_result": "false"})
    };
    let first = call(&host, T2V, &credentials, request("order-8", PYTHON)).await;
    assert_eq!(first.error, None);
    for id in ["order-8", "`order-8`", "\"order-8\"", "external_task_id: order-8"] {
        let again = call(&host, T2V, &credentials, request(id, PYTHON)).await;
        assert_eq!(again.error, None, "{id}");
        assert_eq!(variable(&again, "task_id"), variable(&first, "task_id"), "{id}");
        assert_eq!(variable(&again, "external_task_id"), "order-8");
    }
    let other = call(&host, T2V, &credentials, request("order-8", "5: b")).await;
    assert!(failure(&other).1.contains("order-8"), "another request under the same id is refused");
}

/// A handle of another task: the one in the documentation of handles.
fn kling_api_handle() -> &'static str {
    "kling1_bApzaW5nYXBvcmUKL3YxL3ZpZGVvcy90ZXh0MnZpZGVvCjg0MDAwMDAwMDAwMDAwMDAwMfqIuyU"
}

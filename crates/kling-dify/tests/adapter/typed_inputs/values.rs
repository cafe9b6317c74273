//! Switches, numbers, cameras, places, and what is nothing.

use serde_json::{Value, json};

use super::{CLIP, OMNI, PICTURES, T2V, body, posted, refusal, shots, two_shots};

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

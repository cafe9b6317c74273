//! Lists and JSON in texts, and what stands around them.

use serde_json::{Value, json};

use super::{A, B, CLIP, ELEMENT, I2V, ID, OMNI, PICTURES, T2V, body, refusal, shots, two_shots};

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

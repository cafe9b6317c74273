//! A legacy-shaped request becomes the new surface's; the exact bodies are pinned.

use kling_api::{
    CameraControl, DynamicMask, ElementRef, Image2VideoRequest, OmniVideoRequest, PathRequest, Product, ReferenceVideo,
    Shot, Text2VideoRequest, VideoImage, Violation, Voice, WatermarkInfo,
};
use serde_json::{Value, json};

#[expect(clippy::unnecessary_wraps, reason = "reads as the field it fills")]
fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// Path and body of what passes the rules.
fn posted(request: Result<PathRequest, Violation>) -> Value {
    let request = request.unwrap().check().unwrap();
    json!({"path": request.path.as_str(), "body": request.body})
}

fn refusal(request: Result<PathRequest, Violation>, product: Product) -> String {
    let checked = request.and_then(|request| request.check().map_err(|broken| broken.in_legacy_words(product)));
    checked.unwrap_err().to_string()
}

fn shots() -> Vec<Shot> {
    vec![
        Shot { index: 1, prompt: "a fox wakes up; it yawns".into(), duration: "4".into() },
        Shot { index: 2, prompt: "the fox runs into the snow".into(), duration: "5".into() },
    ]
}

fn words(model: &str) -> Text2VideoRequest {
    Text2VideoRequest {
        model_name: text(model),
        prompt: text("A paper boat drifts down a rainy street"),
        ..Text2VideoRequest::default()
    }
}

fn picture(model: &str) -> Image2VideoRequest {
    Image2VideoRequest {
        model_name: text(model),
        image: Some("https://media.example.test/start.png".into()),
        prompt: text("she turns and waves"),
        ..Image2VideoRequest::default()
    }
}

fn omni(model: &str, prompt: &str) -> OmniVideoRequest {
    OmniVideoRequest { model_name: text(model), prompt: text(prompt), ..OmniVideoRequest::default() }
}

fn image(url: &str, role: Option<&str>) -> VideoImage {
    VideoImage { image_url: url.into(), role: role.map(str::to_owned) }
}

fn video(refer_type: &str, keep: Option<&str>) -> Vec<ReferenceVideo> {
    vec![ReferenceVideo {
        video_url: "https://media.example.test/in.mp4".into(),
        refer_type: text(refer_type),
        keep_original_sound: keep.map(str::to_owned),
    }]
}

#[test]
fn words_with_everything() {
    insta::assert_json_snapshot!(posted(
        Text2VideoRequest {
            negative_prompt: text(""),
            sound: text("on"),
            mode: text("pro"),
            aspect_ratio: text("16:9"),
            duration: text("8"),
            watermark_info: Some(WatermarkInfo { enabled: true }),
            callback_url: text("https://hooks.example.test/kling"),
            external_task_id: text("job-0001"),
            ..words("kling-3.0")
        }
        .for_new_surface()
    ));
}

#[test]
fn words_alone() {
    let body = |model| posted(words(model).for_new_surface());
    let prompt = "A paper boat drifts down a rainy street";
    assert_eq!(
        body("kling-3.0"),
        json!({"path": "/text-to-video/kling-3.0", "body": {"prompt": prompt, "settings": {"multi_shot": false}}})
    );
    for model in ["kling-3.0-turbo", "kling-2.6", "kling-2.5-turbo"] {
        assert_eq!(body(model), json!({"path": format!("/text-to-video/{model}"), "body": {"prompt": prompt}}));
    }
}

#[test]
fn customized_shots_are_written_into_the_prompt() {
    let several = |model| Text2VideoRequest {
        multi_shot: Some(true),
        shot_type: text("customize"),
        multi_prompt: shots(),
        duration: text("9"),
        ..words(model)
    };
    insta::assert_json_snapshot!([
        posted(several("kling-3.0").for_new_surface()),
        posted(several("kling-3.0-turbo").for_new_surface()),
    ]);
    assert_eq!(
        refusal(several("kling-2.6").for_new_surface(), Product::TextToVideo),
        "multi_shot cannot be used with kling-2.6"
    );
}

#[test]
fn intelligent_shots_switch_them_on() {
    let several = Text2VideoRequest { multi_shot: Some(true), shot_type: text("intelligence"), ..words("kling-3.0") };
    assert_eq!(posted(several.for_new_surface())["body"]["settings"], json!({"multi_shot": true}));
}

#[test]
fn a_model_yet_to_come_is_sent_everything() {
    insta::assert_json_snapshot!(posted(
        Text2VideoRequest { sound: text("off"), mode: text("8k"), duration: text("30"), ..words("kling-4.0-flash") }
            .for_new_surface()
    ));
}

#[test]
fn frames_elements_and_options_of_a_picture() {
    insta::assert_json_snapshot!(posted(
        Image2VideoRequest {
            image_tail: Some("https://media.example.test/end.png".into()),
            prompt: text("<<<element_1>>>turns and waves"),
            element_list: vec![ElementRef::new("800000000000000163")],
            mode: text("4k"),
            sound: text("off"),
            duration: text("6"),
            external_task_id: text("job-0002"),
            ..picture("kling-3.0")
        }
        .for_new_surface()
    ));
}

#[test]
fn a_voice_of_2_6() {
    insta::assert_json_snapshot!(posted(
        Image2VideoRequest {
            prompt: text("The host <<<voice_1>>> says hello"),
            voice_list: vec![Voice { voice_id: "850000000000000001".into() }],
            sound: text("on"),
            mode: text("pro"),
            duration: text("5"),
            ..picture("kling-2.6")
        }
        .for_new_surface()
    ));
}

#[test]
fn pictures_frames_and_elements_of_omni_keep_their_numbers() {
    insta::assert_json_snapshot!(posted(
        OmniVideoRequest {
            image_list: vec![
                image("https://media.example.test/hero.png", None),
                image("https://media.example.test/start.png", Some("first_frame")),
                image("https://media.example.test/end.png", Some("end_frame")),
            ],
            element_list: vec![ElementRef::new("9223372036854775807")],
            sound: text("on"),
            mode: text("std"),
            duration: text("7"),
            ..omni("kling-3.0-omni", "<<<image_1>>> and <<<element_1>>>, from <<<image_2>>> to <<<image_3>>>")
        }
        .for_new_surface()
    ));
}

#[test]
fn a_video_to_edit_keeps_its_length_and_sound() {
    let edit = |model, keep| OmniVideoRequest {
        image_list: vec![image("https://media.example.test/red.png", None)],
        video_list: video("base", keep),
        sound: text("off"),
        mode: text("pro"),
        duration: text("5"),
        ..omni(model, "Make the car in <<<video_1>>> red like <<<image_1>>>")
    };
    insta::assert_json_snapshot!([
        posted(edit("kling-3.0-omni", Some("yes")).for_new_surface()),
        posted(edit("kling-o1", Some("no")).for_new_surface()),
        posted(edit("kling-o1", None).for_new_surface()),
    ]);
}

#[test]
fn a_video_to_continue_is_cut_into_shots_in_silence() {
    let next = |model, keep| OmniVideoRequest {
        video_list: video("feature", keep),
        duration: text("5"),
        ..omni(model, "Next shot after <<<video_1>>>")
    };
    insta::assert_json_snapshot!([
        posted(next("kling-3.0-omni", Some("no")).for_new_surface()),
        posted(next("kling-o1", Some("yes")).for_new_surface()),
    ]);
    assert_eq!(
        refusal(next("kling-3.0-omni", Some("yes")).for_new_surface(), Product::OmniVideo),
        "video_list.keep_original_sound must be no because of refer_type"
    );
}

#[test]
fn what_the_new_surface_does_not_have_is_refused_by_name() {
    let camera = Some(CameraControl { kind: "forward_up".into(), config: None });
    for (field, request) in [
        ("negative_prompt", Text2VideoRequest { negative_prompt: text("blur"), ..words("kling-3.0") }),
        ("cfg_scale", Text2VideoRequest { cfg_scale: Some(0.7), ..words("kling-3.0") }),
        ("camera_control", Text2VideoRequest { camera_control: camera.clone(), ..words("kling-3.0") }),
        ("voice_list", Text2VideoRequest { voice_list: vec![Voice { voice_id: "1".into() }], ..words("kling-3.0") }),
    ] {
        let message = refusal(request.for_new_surface(), Product::TextToVideo);
        assert_eq!(message, format!("{field} cannot be used with kling-3.0"));
    }
    let mask = DynamicMask { mask: "iVBORw0KGgo=".into(), trajectories: vec![] };
    for (field, request) in [
        ("negative_prompt", Image2VideoRequest { negative_prompt: text("blur"), ..picture("kling-2.6") }),
        ("cfg_scale", Image2VideoRequest { cfg_scale: Some(0.7), ..picture("kling-2.6") }),
        ("static_mask", Image2VideoRequest { static_mask: Some("iVBORw0KGgo=".into()), ..picture("kling-2.6") }),
        ("dynamic_masks", Image2VideoRequest { dynamic_masks: vec![mask], ..picture("kling-2.6") }),
        ("camera_control", Image2VideoRequest { camera_control: camera, ..picture("kling-2.6") }),
    ] {
        let message = refusal(request.for_new_surface(), Product::ImageToVideo);
        assert_eq!(message, format!("{field} cannot be used with kling-2.6"));
    }
    let sounding = Text2VideoRequest { sound: text("on"), ..words("kling-2.5-turbo") };
    assert_eq!(refusal(sounding.for_new_surface(), Product::TextToVideo), "sound cannot be used with kling-2.5-turbo");
    // The output of 3.0 Turbo has sound by itself; no field asks for it.
    let turbo = Text2VideoRequest { sound: text("on"), ..words("kling-3.0-turbo") };
    assert_eq!(posted(turbo.for_new_surface())["body"].get("settings"), None);
}

#[test]
fn models_of_the_legacy_surface_or_of_other_paths_are_refused() {
    for model in ["kling-v3", "kling-3.0-omni", "kling-o1", "kling-9/../x", "kling-3.0 "] {
        assert_eq!(
            refusal(words(model).for_new_surface(), Product::TextToVideo),
            "model_name must be one of kling-3.0-turbo, kling-3.0, kling-2.6, kling-2.5-turbo",
            "{model}"
        );
    }
}

#[test]
fn rules_speak_the_words_of_the_form() {
    let tail = Image2VideoRequest {
        image_tail: Some("https://media.example.test/end.png".into()),
        mode: text("std"),
        ..picture("kling-2.5-turbo")
    };
    assert_eq!(refusal(tail.for_new_surface(), Product::ImageToVideo), "mode must be pro because of image_tail");
    let nothing = Image2VideoRequest { image: None, ..picture("kling-3.0") };
    assert_eq!(refusal(nothing.for_new_surface(), Product::ImageToVideo), "image is empty");
    let four_k = Text2VideoRequest { mode: text("4k"), ..words("kling-2.6") };
    assert_eq!(refusal(four_k.for_new_surface(), Product::TextToVideo), "mode is 4k: kling-2.6 takes std, pro");
    let ratio = omni("kling-3.0-omni", "a market");
    assert_eq!(
        refusal(ratio.for_new_surface(), Product::OmniVideo),
        "aspect_ratio is needed when there is no first_frame, video_list"
    );
    let missing = omni("kling-3.0-omni", "<<<image_3>>>");
    assert_eq!(refusal(missing.for_new_surface(), Product::OmniVideo), "prompt refers to image_3, which is not given");
    let sum = Text2VideoRequest {
        multi_shot: Some(true),
        shot_type: text("customize"),
        multi_prompt: shots(),
        ..words("kling-3.0")
    };
    assert_eq!(
        refusal(sum.for_new_surface(), Product::TextToVideo),
        "multi_prompt adds up to 9 s: it must be 5 s, the duration"
    );
}

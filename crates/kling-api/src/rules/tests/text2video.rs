use super::{accepted, refused, text, unwarned, warned};
use crate::rules::{MAX_PROMPT_CHARS, MAX_SHOT_CHARS};
use crate::{CameraConfig, CameraControl, Shot, Text2VideoRequest, Voice};

fn request() -> Text2VideoRequest {
    Text2VideoRequest { prompt: text("a paper boat"), ..Text2VideoRequest::default() }
}

fn v3() -> Text2VideoRequest {
    Text2VideoRequest { model_name: text("kling-v3"), ..request() }
}

fn shots(lengths: &[&str]) -> Text2VideoRequest {
    Text2VideoRequest {
        multi_shot: Some(true),
        shot_type: text("customize"),
        multi_prompt: (1..)
            .zip(lengths)
            .map(|(index, duration)| Shot { index, prompt: "door opens".into(), duration: (*duration).to_owned() })
            .collect(),
        ..Text2VideoRequest::default()
    }
}

fn voices(count: usize) -> Vec<Voice> {
    vec![Voice { voice_id: "850000000000000001".into() }; count]
}

#[test]
fn a_plain_prompt_is_enough() {
    assert_eq!(request().check().unwrap().into_inner(), request());
    unwarned(&request());
}

#[test]
fn l1_a_missing_or_blank_prompt_is_refused() {
    for prompt in [None, text(""), text(" \n\t")] {
        refused(Text2VideoRequest { prompt, ..request() }, "prompt is empty");
    }
    refused(Text2VideoRequest { shot_type: text("intelligence"), ..shots(&[]) }, "prompt is empty");
}

#[test]
fn c10_lengths_count_characters_and_never_quote_the_text() {
    let longest = "画".repeat(MAX_PROMPT_CHARS);
    accepted(&Text2VideoRequest { prompt: Some(longest.clone()), ..request() });
    refused(
        Text2VideoRequest { prompt: Some(longest.clone() + "画"), ..request() },
        "prompt is 2501 characters long: at most 2500 are allowed",
    );
    refused(
        Text2VideoRequest { negative_prompt: Some(longest + "画"), ..request() },
        "negative_prompt is 2501 characters long: at most 2500 are allowed",
    );
}

#[test]
fn references_in_prompts_and_shots_must_exist() {
    let speaking = |prompt: &str| Text2VideoRequest {
        prompt: text(prompt),
        voice_list: voices(1),
        sound: text("on"),
        ..request()
    };
    accepted(&speaking("the host<<<voice_1>>> says"));
    refused(speaking("the host<<<voice_2>>> says"), "prompt refers to voice_2, which is not given");
    refused(speaking("the host<<<voice_0>>> says"), "prompt refers to voice_0, which is not given");
    refused(speaking("<<<image_1>>>"), "prompt refers to image_1, which is not given");
    let mut shots = shots(&["5"]);
    shots.multi_prompt[0].prompt = "<<<element_3>>>".into();
    refused(shots.clone(), "multi_prompt refers to element_3, which is not given");
    shots.multi_prompt[0].prompt = "a door".into();
    accepted(&Text2VideoRequest { prompt: text("void <<<image_9>>>"), ..shots });
}

#[test]
fn l3_shots_are_one_to_six_and_add_up_to_the_duration() {
    accepted(&shots(&["2", "3"]));
    accepted(&Text2VideoRequest { duration: text("9"), ..shots(&["4", "5"]) });
    refused(shots(&["2", "2"]), "multi_prompt adds up to 4 s: it must be 5 s, the duration");
    refused(shots(&["1"; 7]), "multi_prompt has 7 items: 1 to 6 are allowed");
    refused(shots(&["5", "0"]), "multi_prompt must be whole seconds, such as 5 or 10");
    refused(shots(&["x"]), "multi_prompt must be whole seconds, such as 5 or 10");
    let mut long = shots(&["5"]);
    long.multi_prompt[0].prompt = "x".repeat(MAX_SHOT_CHARS + 1);
    refused(long, "multi_prompt is 513 characters long: at most 512 are allowed");
}

#[test]
fn l4_multi_shot_needs_its_type_and_its_shots() {
    refused(
        Text2VideoRequest { multi_shot: Some(true), ..request() },
        "shot_type must be customize or intelligence because of multi_shot",
    );
    refused(
        Text2VideoRequest { multi_shot: Some(true), shot_type: text("auto"), ..request() },
        "shot_type must be one of customize, intelligence",
    );
    refused(shots(&[]), "multi_prompt has 0 items: 1 to 6 are allowed");
}

#[test]
fn l5_cfg_scale_lies_between_0_and_1_and_not_with_every_model() {
    let with = |model: &str, scale| Text2VideoRequest { model_name: text(model), cfg_scale: Some(scale), ..request() };
    for (scale, shown) in [(-0.1, "-0.1"), (1.1, "1.1"), (f64::NAN, "NaN")] {
        refused(
            Text2VideoRequest { cfg_scale: Some(scale), ..request() },
            &format!("cfg_scale is {shown}: 0 to 1 is allowed"),
        );
    }
    accepted(&Text2VideoRequest { cfg_scale: Some(1.0), ..request() });
    for model in ["kling-v2-6", "kling-v2-5-turbo"] {
        refused(with(model, 0.7), &format!("cfg_scale cannot be used with {model}"));
    }
    warned(&with("kling-v3", 0.7), "cfg_scale may be refused or ignored: the documentation is unclear about it");
    warned(&with("kling-v2-master", 0.7), "cfg_scale cannot be used with kling-v2-master");
    unwarned(&with("kling-v1", 0.7));
}

#[test]
fn l6_camera_config_belongs_to_simple_with_one_movement() {
    let with = |kind: &str, config| Text2VideoRequest {
        camera_control: Some(CameraControl { kind: kind.into(), config }),
        ..request()
    };
    let zoom = |zoom| Some(CameraConfig { zoom, ..CameraConfig::default() });
    accepted(&with("simple", zoom(-10.0)));
    accepted(&with("forward_up", None));
    refused(with("simple", None), "camera_control.config is needed because of camera_control.type");
    refused(with("forward_up", zoom(1.0)), "camera_control.config cannot be combined with camera_control.type");
    refused(with("simple", zoom(10.5)), "camera_control.zoom is 10.5: -10 to 10 is allowed");
    refused(with("simple", zoom(0.0)), "camera_control.config has 0 values other than 0: exactly 1 is allowed");
    let two = Some(CameraConfig { pan: 1.0, roll: 1.0, ..CameraConfig::default() });
    refused(with("simple", two), "camera_control.config has 2 values other than 0: exactly 1 is allowed");
    refused(
        with("spin", None),
        "camera_control.type must be one of simple, down_back, forward_up, right_turn_forward, left_turn_forward",
    );
}

#[test]
fn l7_voices_are_two_at_most_and_need_sound() {
    let with = |count: usize, sound: Option<&str>| Text2VideoRequest {
        voice_list: voices(count),
        sound: sound.map(str::to_owned),
        ..request()
    };
    accepted(&with(2, Some("on")));
    refused(with(3, Some("on")), "voice_list has 3 items: 0 to 2 are allowed");
    refused(with(1, None), "sound must be on because of voice_list");
}

#[test]
fn voices_where_no_map_has_them_only_warn() {
    let speaking = Text2VideoRequest { voice_list: voices(1), sound: text("on"), ..v3() };
    warned(&speaking, "voice_list may be refused or ignored: the documentation is unclear about it");
}

#[test]
fn c4_the_callback_is_a_url() {
    let with = |url: &str| Text2VideoRequest { callback_url: text(url), ..request() };
    accepted(&with("https://hooks.example.test/kling"));
    accepted(&with(""));
    refused(with("hooks.example.test"), "callback_url must be an http or https URL");
}

#[test]
fn c9_words_are_exact_for_models_known_here() {
    refused(Text2VideoRequest { mode: text("PRO"), ..v3() }, "mode must be one of std, pro, 4k");
    refused(Text2VideoRequest { sound: text("native"), ..v3() }, "sound must be one of on, off");
    refused(Text2VideoRequest { aspect_ratio: text("4:3"), ..v3() }, "aspect_ratio must be one of 16:9, 9:16, 1:1");
    refused(Text2VideoRequest { duration: text("16"), ..v3() }, "duration is 16: 3 to 15 is allowed");
}

#[test]
fn duration_is_whole_seconds() {
    for duration in ["abc", "5.5", "-5", "0", ""] {
        refused(
            Text2VideoRequest { duration: text(duration), ..request() },
            "duration must be whole seconds, such as 5 or 10",
        );
    }
}

#[test]
fn c4_nothing_the_user_wrote_is_in_a_message() {
    const SECRET: &str = "sekrit";
    for request in [
        Text2VideoRequest { mode: text(SECRET), ..v3() },
        Text2VideoRequest { duration: text(SECRET), ..v3() },
        Text2VideoRequest { aspect_ratio: text(SECRET), ..v3() },
        Text2VideoRequest { callback_url: text(SECRET), ..v3() },
        Text2VideoRequest { prompt: Some(SECRET.repeat(500)), ..v3() },
        Text2VideoRequest { model_name: text("kling-3.0-sekrit"), ..v3() },
    ] {
        assert!(!format!("{:?}", Text2VideoRequest { prompt: text(SECRET), ..v3() }).contains(SECRET));
        assert!(!request.check().unwrap_err().to_string().contains(SECRET));
    }
}

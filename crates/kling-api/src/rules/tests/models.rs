//! Rules from the rows of the video models.

use super::{accepted, refused, text, unwarned, warned};
use crate::{
    CameraConfig, CameraControl, DynamicMask, Image2VideoRequest, Point, Shot, Text2VideoRequest, VIDEO_MODELS,
};

fn of(model: &str) -> Text2VideoRequest {
    Text2VideoRequest { model_name: text(model), prompt: text("a boat"), ..Text2VideoRequest::default() }
}

fn picture(model: &str) -> Image2VideoRequest {
    Image2VideoRequest {
        model_name: text(model),
        image: Some("https://media.example.test/a.png".into()),
        ..Image2VideoRequest::default()
    }
}

#[test]
fn an_unknown_model_skips_the_rules_about_models() {
    accepted(&Text2VideoRequest {
        mode: text("8k"),
        duration: text("60"),
        sound: text("surround"),
        aspect_ratio: text("21:9"),
        ..of("kling-v9")
    });
    unwarned(&of("kling-v9"));
}

#[test]
fn a_retired_model_warns_where_a_served_one_refuses() {
    warned(
        &Text2VideoRequest { mode: text("pro"), ..of("kling-v2-master") },
        "mode cannot be used with kling-v2-master",
    );
    warned(&of("kling-v1-5"), "model_name must be one of kling-v3, kling-v2-6, kling-v2-5-turbo");
}

/// The pages say these two of older models themselves; a simulator that read them too refuses.
#[test]
fn v6_v7_hold_for_retired_models_too() {
    refused(Text2VideoRequest { duration: text("7"), ..of("kling-v1") }, "duration is 7: kling-v1 takes 5, 10");
    refused(Text2VideoRequest { mode: text("4k"), ..of("kling-v1-6") }, "mode is 4k: kling-v1-6 takes std, pro");
    refused(
        Text2VideoRequest { mode: text("4k"), ..of("kling-v2-master") },
        "mode is 4k: kling-v2-master takes std, pro",
    );
}

#[test]
fn v1_a_page_serves_the_models_it_lists() {
    let allowed = "model_name must be one of kling-v3, kling-v2-6, kling-v2-5-turbo";
    for model in ["kling-v3-omni", "kling-video-o1", "kling-3.0", "kling-3.0-turbo", "kling-4.0"] {
        refused(of(model), allowed);
        refused(picture(model), allowed);
    }
}

#[test]
fn v1_every_name_of_the_page_is_taken() {
    for model in VIDEO_MODELS.iter().filter_map(|model| model.legacy_name).filter(|name| !name.contains('o')) {
        accepted(&Text2VideoRequest { duration: text("5"), ..of(model) });
    }
}

#[test]
fn v6_modes_are_the_models() {
    accepted(&Text2VideoRequest { mode: text("4k"), ..of("kling-v3") });
    refused(Text2VideoRequest { mode: text("4k"), ..of("kling-v2-6") }, "mode is 4k: kling-v2-6 takes std, pro");
}

#[test]
fn v7_lengths_are_the_models() {
    accepted(&Text2VideoRequest { duration: text("15"), ..of("kling-v3") });
    for model in ["kling-v2-6", "kling-v2-5-turbo"] {
        refused(Text2VideoRequest { duration: text("7"), ..of(model) }, &format!("duration is 7: {model} takes 5, 10"));
    }
}

#[test]
fn multi_shot_is_kling_v3s() {
    let several = |model| Text2VideoRequest { multi_shot: Some(true), shot_type: text("intelligence"), ..of(model) };
    accepted(&several("kling-v3"));
    refused(several("kling-v2-6"), "multi_shot cannot be used with kling-v2-6");
}

#[test]
fn l7_kling_v2_6_sounds_in_pro_only() {
    let sounding = |model, mode| Text2VideoRequest { sound: text("on"), mode: text(mode), ..of(model) };
    accepted(&sounding("kling-v2-6", "pro"));
    accepted(&sounding("kling-v3", "std"));
    refused(sounding("kling-v2-6", "std"), "mode must be pro because of sound");
    refused(sounding("kling-v2-5-turbo", "pro"), "sound cannot be used with kling-v2-5-turbo");
}

#[test]
fn n4_n6_both_frames_are_for_pro_and_for_2_6_silent() {
    let both = |model, mode, sound: &str| Image2VideoRequest {
        image_tail: Some("https://media.example.test/b.png".into()),
        mode: text(mode),
        sound: text(sound),
        ..picture(model)
    };
    accepted(&both("kling-v2-6", "pro", "off"));
    accepted(&both("kling-v2-5-turbo", "pro", "off"));
    accepted(&both("kling-v3", "std", "on"));
    for model in ["kling-v2-6", "kling-v2-5-turbo"] {
        refused(both(model, "std", "off"), "mode must be pro because of image_tail");
    }
    refused(both("kling-v2-6", "pro", "on"), "sound must be off because of image_tail");
}

#[test]
fn n1_no_served_model_takes_a_last_frame_alone() {
    let tail = |model, mode| Image2VideoRequest {
        image: None,
        image_tail: Some("https://media.example.test/b.png".into()),
        mode: text(mode),
        ..picture(model)
    };
    refused(tail("kling-v3", "pro"), "image is needed because of image_tail");
    unwarned(&tail("kling-v1-6", "pro"));
    warned(&tail("kling-v1-6", "std"), "mode must be pro because of image_tail");
}

#[test]
fn n22_both_frames_and_several_shots_go_together() {
    accepted(&Image2VideoRequest {
        image_tail: Some("https://media.example.test/b.png".into()),
        multi_shot: Some(true),
        shot_type: text("customize"),
        multi_prompt: vec![Shot { index: 1, prompt: "a door".into(), duration: "5".into() }],
        ..picture("kling-v3")
    });
}

#[test]
fn l15_camera_and_masks_warn_beyond_the_table_of_2026_03() {
    let config = Some(CameraConfig { zoom: 5.0, ..CameraConfig::default() });
    let camera = Some(CameraControl { kind: "simple".into(), config });
    warned(
        &Text2VideoRequest { camera_control: camera.clone(), ..of("kling-v3") },
        "camera_control cannot be used with kling-v3",
    );
    unwarned(&Text2VideoRequest { camera_control: camera.clone(), mode: text("std"), ..of("kling-v1") });
    warned(
        &Text2VideoRequest { camera_control: camera.clone(), mode: text("pro"), ..of("kling-v1") },
        "mode must be std because of camera_control",
    );
    warned(
        &Text2VideoRequest { camera_control: camera, duration: text("10"), ..of("kling-v1") },
        "duration must be 5 because of camera_control",
    );
    let dynamic_masks = vec![DynamicMask { mask: "iVBORw0KGgo=".into(), trajectories: vec![Point { x: 1, y: 2 }; 2] }];
    warned(&Image2VideoRequest { dynamic_masks, ..picture("kling-v3") }, "dynamic_masks cannot be used with kling-v3");
}

#[test]
fn v8_silence_of_3_0_turbo_warns() {
    let warnings = Text2VideoRequest { sound: text("off"), ..of("kling-3.0-turbo") }.warnings();
    assert_eq!(warnings[0].field, "sound");
    assert_eq!(of("kling-3.0-turbo").warnings(), []);
}

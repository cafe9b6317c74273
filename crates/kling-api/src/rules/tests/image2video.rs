use super::{accepted, elements, refused, text, unwarned, warned};
use crate::rules::{MAX_DYNAMIC_MASKS, MAX_TRAJECTORY_POINTS};
use crate::{CameraConfig, CameraControl, DynamicMask, Image2VideoRequest, Media, Point, Shot, Voice};

const URL: &str = "https://media.example.test/a.png";

fn request() -> Image2VideoRequest {
    Image2VideoRequest { image: Some(URL.into()), ..Image2VideoRequest::default() }
}

fn area(points: usize) -> DynamicMask {
    DynamicMask { mask: "iVBORw0KGgo=".into(), trajectories: vec![Point { x: 10, y: 20 }; points] }
}

#[test]
fn l2_a_picture_is_enough() {
    unwarned(&request());
    accepted(&Image2VideoRequest { image: None, image_tail: Some(URL.into()), ..request() });
    refused(Image2VideoRequest { image: None, ..request() }, "image is needed when there is no image_tail");
}

#[test]
fn l2_last_frame_masks_and_camera_exclude_each_other() {
    let config = Some(CameraConfig { zoom: 5.0, ..CameraConfig::default() });
    let camera_control = Some(CameraControl { kind: "simple".into(), config });
    let tail = Image2VideoRequest { image_tail: Some(URL.into()), ..request() };
    refused(
        Image2VideoRequest { static_mask: Some(URL.into()), ..tail.clone() },
        "image_tail cannot be combined with static_mask",
    );
    refused(
        Image2VideoRequest { dynamic_masks: vec![area(2)], ..tail.clone() },
        "image_tail cannot be combined with dynamic_masks",
    );
    refused(
        Image2VideoRequest { camera_control: camera_control.clone(), ..tail },
        "image_tail cannot be combined with camera_control",
    );
    refused(
        Image2VideoRequest { camera_control, dynamic_masks: vec![area(2)], ..request() },
        "dynamic_masks cannot be combined with camera_control",
    );
    accepted(&Image2VideoRequest { static_mask: Some(URL.into()), dynamic_masks: vec![area(2)], ..request() });
}

#[test]
fn l2_elements_are_three_at_most_and_numbers() {
    let with = |count| Image2VideoRequest { element_list: elements(count), ..request() };
    accepted(&with(3));
    refused(with(4), "element_list has 4 items: 0 to 3 are allowed");
    let named = Image2VideoRequest { element_list: vec![crate::ElementRef::new("Mira")], ..request() };
    refused(named, "element_list must be a number");
    refused(
        Image2VideoRequest { model_name: text("kling-v2-6"), ..with(1) },
        "element_list cannot be used with kling-v2-6",
    );
}

#[test]
fn l2_elements_with_voices_only_warn() {
    let both = Image2VideoRequest {
        element_list: elements(1),
        voice_list: vec![Voice { voice_id: "850000000000000001".into() }],
        sound: text("on"),
        ..request()
    };
    warned(&both, "voice_list cannot be combined with element_list");
}

#[test]
fn l7_kling_v2_6_speaks_with_a_voice_in_pro() {
    let speaking = |mode| Image2VideoRequest {
        model_name: text("kling-v2-6"),
        prompt: text("The man<<<voice_1>>> says hi"),
        voice_list: vec![Voice { voice_id: "850000000000000001".into() }],
        sound: text("on"),
        mode: text(mode),
        ..request()
    };
    unwarned(&speaking("pro"));
    refused(speaking("std"), "mode must be pro because of sound");
}

#[test]
fn c4_pictures_are_urls_or_base64_without_a_prefix() {
    let with = |image: &str| Image2VideoRequest { image: Some(Media::from(image)), ..request() };
    accepted(&with("iVBORw0KGgo="));
    refused(with("data:image/png;base64,iVBORw0KGgo="), "image must be Base64 without a data: prefix");
    refused(with("ftp://media.example.test/a.png"), "image must be an http or https URL, or Base64");
    refused(with(""), "image is empty");
    let masked = DynamicMask { mask: "data:image/png;base64,iVBORw0KGgo=".into(), ..area(2) };
    refused(
        Image2VideoRequest { dynamic_masks: vec![masked], ..request() },
        "dynamic_masks must be Base64 without a data: prefix",
    );
}

#[test]
fn masks_are_six_at_most_with_2_to_77_points_in_5_seconds() {
    let with = |areas: usize, points| Image2VideoRequest { dynamic_masks: vec![area(points); areas], ..request() };
    accepted(&with(MAX_DYNAMIC_MASKS, MAX_TRAJECTORY_POINTS));
    refused(with(7, 2), "dynamic_masks has 7 items: 0 to 6 are allowed");
    refused(with(1, 1), "trajectories has 1 items: 2 to 77 are allowed");
    refused(with(1, 78), "trajectories has 78 items: 2 to 77 are allowed");
    accepted(&Image2VideoRequest { duration: text("10"), ..with(1, 78) });
}

#[test]
fn l1_a_prompt_may_be_missing_unless_kling_makes_the_shots() {
    let shots = vec![Shot { index: 1, prompt: "a door".into(), duration: "5".into() }];
    let several = |shot_type| Image2VideoRequest { multi_shot: Some(true), shot_type: text(shot_type), ..request() };
    accepted(&Image2VideoRequest { multi_prompt: shots, ..several("customize") });
    refused(several("intelligence"), "prompt is empty");
}

#[test]
fn references_count_both_frames_and_the_elements() {
    let with = |prompt: &str| Image2VideoRequest { prompt: text(prompt), element_list: elements(1), ..request() };
    accepted(&with("<<<element_1>>> leaves <<<image_1>>>"));
    refused(with("<<<image_2>>>"), "prompt refers to image_2, which is not given");
    refused(with("<<<element_2>>>"), "prompt refers to element_2, which is not given");
}

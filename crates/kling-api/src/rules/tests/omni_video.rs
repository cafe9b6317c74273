use super::{accepted, elements, refused, text, unwarned, warned};
use crate::{OmniVideoRequest, ReferenceVideo, Shot, VideoImage};

const OMNI: &str = "kling-v3-omni";
const O1: &str = "kling-video-o1";

fn of(model: &str) -> OmniVideoRequest {
    OmniVideoRequest {
        model_name: text(model),
        prompt: text("a market"),
        aspect_ratio: text("16:9"),
        ..OmniVideoRequest::default()
    }
}

/// Reference pictures, and frames by role.
fn images(references: usize, roles: &[&str]) -> Vec<VideoImage> {
    let image = |role: Option<&str>| VideoImage {
        image_url: "https://media.example.test/1.png".into(),
        role: role.map(str::to_owned),
    };
    roles.iter().map(|role| image(Some(role))).chain((0..references).map(|_| image(None))).collect()
}

fn video(refer_type: &str) -> Vec<ReferenceVideo> {
    vec![ReferenceVideo {
        video_url: "https://media.example.test/in.mp4".into(),
        refer_type: text(refer_type),
        keep_original_sound: None,
    }]
}

fn request(model: &str, references: usize, roles: &[&str], element_count: usize) -> OmniVideoRequest {
    OmniVideoRequest { image_list: images(references, roles), element_list: elements(element_count), ..of(model) }
}

fn with_video(refer_type: &str, request: OmniVideoRequest) -> OmniVideoRequest {
    OmniVideoRequest { video_list: video(refer_type), ..request }
}

#[test]
fn l8_the_ratio_is_needed_unless_a_first_frame_or_an_edit_sets_it() {
    let unset = |request: OmniVideoRequest| OmniVideoRequest { aspect_ratio: None, ..request };
    unwarned(&of(OMNI));
    refused(unset(of(OMNI)), "aspect_ratio is needed when there is no first_frame");
    refused(unset(with_video("feature", of(OMNI))), "aspect_ratio is needed when there is no first_frame");
    accepted(&unset(request(OMNI, 0, &["first_frame"], 0)));
    accepted(&unset(with_video("base", of(OMNI))));
    accepted(&unset(of("kling-v9-omni")));
}

#[test]
fn l8_an_end_needs_a_beginning_and_each_stands_once() {
    accepted(&request(OMNI, 0, &["first_frame", "end_frame"], 0));
    refused(request(OMNI, 0, &["end_frame"], 0), "first_frame is needed because of end_frame");
    refused(request(OMNI, 0, &["first_frame"; 2], 0), "first_frame has 2 items: 0 to 1 are allowed");
    refused(request(OMNI, 0, &["last_frame"], 0), "image_list.type must be one of first_frame, end_frame");
}

#[test]
fn l8_sound_is_off_with_a_video() {
    for (model, refer_type) in [(OMNI, "base"), (OMNI, "feature")] {
        let sounding = OmniVideoRequest { sound: text("on"), ..with_video(refer_type, of(model)) };
        refused(sounding, "sound must be off because of video_list");
    }
    refused(OmniVideoRequest { sound: text("on"), ..of(O1) }, "sound cannot be used with kling-video-o1");
}

#[test]
fn l8_several_shots_of_a_feature_are_intelligent() {
    let several = |shot_type| OmniVideoRequest {
        multi_shot: Some(true),
        shot_type: text(shot_type),
        multi_prompt: vec![Shot { index: 1, prompt: "a door".into(), duration: "5".into() }],
        ..with_video("feature", of(OMNI))
    };
    accepted(&several("intelligence"));
    refused(several("customize"), "shot_type must be intelligence because of video_list");
}

#[test]
fn c4_c9_videos_are_urls_with_known_words() {
    let with = |video: ReferenceVideo| OmniVideoRequest { video_list: vec![video], ..of(OMNI) };
    let plain = || video("base").remove(0);
    refused(with(ReferenceVideo { video_url: "AAAA".into(), ..plain() }), "video_list must be an http or https URL");
    refused(with(ReferenceVideo { video_url: "".into(), ..plain() }), "video_list is empty");
    refused(
        with(ReferenceVideo { refer_type: text("style"), ..plain() }),
        "video_list.refer_type must be one of base, feature",
    );
    refused(
        with(ReferenceVideo { keep_original_sound: text("true"), ..plain() }),
        "video_list.keep_original_sound must be one of yes, no",
    );
}

#[test]
fn n8_an_edit_is_one_shot_without_frames() {
    let edit = with_video("base", request(OMNI, 1, &["first_frame"], 0));
    refused(edit, "first_frame cannot be combined with video_list");
    let several = OmniVideoRequest { multi_shot: Some(true), shot_type: text("intelligence"), ..of(OMNI) };
    refused(with_video("base", several), "multi_shot cannot be combined with video_list");
}

#[test]
fn n9_one_video_at_most() {
    let mut two = video("base");
    two.extend(video("feature"));
    for model in [OMNI, O1] {
        refused(
            OmniVideoRequest { video_list: two.clone(), ..of(model) },
            "video_list has 2 items: 0 to 1 are allowed",
        );
    }
}

#[test]
fn n10_n11_seven_pictures_and_elements_whatever_their_kind() {
    accepted(&request(OMNI, 7, &[], 0));
    accepted(&request(OMNI, 3, &[], 4));
    refused(request(OMNI, 8, &[], 0), "image_list has 8 items: 0 to 7 are allowed");
    refused(request(OMNI, 4, &[], 4), "image_list and element_list have 8 items together: at most 7 are allowed");
    warned(&request(OMNI, 7, &[], 3), "image_list and element_list have 10 items together: at most 7 are allowed");
}

#[test]
fn n12_n14_four_pictures_and_elements_with_a_video() {
    for model in [OMNI, O1] {
        accepted(&with_video("base", request(model, 2, &[], 2)));
        refused(
            with_video("base", request(model, 3, &[], 2)),
            "image_list and element_list have 5 items together: at most 4 are allowed",
        );
    }
}

#[test]
fn n13_three_elements_with_frames() {
    accepted(&request(OMNI, 0, &["first_frame", "end_frame"], 3));
    refused(request(OMNI, 0, &["first_frame"], 4), "element_list has 4 items: 0 to 3 are allowed");
}

#[test]
fn n14_o1_takes_seven_pictures_and_elements() {
    accepted(&request(O1, 4, &[], 3));
    refused(request(O1, 5, &[], 3), "image_list and element_list have 8 items together: at most 7 are allowed");
}

#[test]
fn n15_o1_takes_both_frames_by_themselves() {
    accepted(&request(O1, 0, &["first_frame", "end_frame"], 0));
    refused(request(O1, 1, &["first_frame", "end_frame"], 0), "image_list cannot be combined with end_frame");
    refused(request(O1, 0, &["first_frame", "end_frame"], 1), "element_list cannot be combined with end_frame");
}

#[test]
fn n16_o1_continues_a_video_from_a_first_frame_only() {
    accepted(&with_video("feature", request(O1, 0, &["first_frame"], 0)));
    refused(
        with_video("feature", request(O1, 0, &["first_frame", "end_frame"], 0)),
        "end_frame cannot be combined with video_list",
    );
    refused(with_video("base", request(O1, 0, &["first_frame"], 0)), "first_frame cannot be combined with video_list");
}

#[test]
fn n17_o1_makes_5_or_10_seconds_without_reference_pictures() {
    let seven = |request: OmniVideoRequest| OmniVideoRequest { duration: text("7"), ..request };
    accepted(&seven(request(O1, 1, &["first_frame"], 0)));
    refused(seven(request(O1, 0, &["first_frame"], 0)), "duration is 7: kling-video-o1 takes 5, 10");
    warned(&seven(of(O1)), "duration is 7: kling-video-o1 takes 5, 10");
    unwarned(&seven(request(O1, 1, &[], 0)));
    unwarned(&seven(of(OMNI)));
}

#[test]
fn v7_an_edit_is_as_long_as_its_input() {
    accepted(&OmniVideoRequest { duration: text("30"), ..with_video("base", of(O1)) });
    refused(OmniVideoRequest { duration: text("12"), ..of(O1) }, "duration is 12: kling-video-o1 takes 3–10");
}

#[test]
fn references_count_each_list_by_itself() {
    let with = |prompt: &str| OmniVideoRequest {
        prompt: text(prompt),
        ..with_video("feature", request(OMNI, 1, &["first_frame"], 1))
    };
    accepted(&with("<<<image_2>>> meets <<<element_1>>> after <<<video_1>>>"));
    refused(with("<<<image_3>>>"), "prompt refers to image_3, which is not given");
    refused(with("<<<video_2>>>"), "prompt refers to video_2, which is not given");
}

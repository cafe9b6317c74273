//! Conditions of single models of the new surface.

use super::new_surface::{elements, first, last, prompted, url, with_contents};
use super::{accepted, refused, text, unwarned, warned};
use crate::{Content, PathRequest, PathSettings, Product};

fn settings(resolution: &str, audio: &str) -> PathSettings {
    PathSettings { resolution: text(resolution), audio: text(audio), ..PathSettings::default() }
}

fn image(model: &str, contents: Vec<Content>, settings: PathSettings) -> PathRequest {
    with_contents(Product::ImageToVideo, model, contents, settings)
}

fn omni(model: &str, contents: Vec<Content>, settings: PathSettings) -> PathRequest {
    let aspect_ratio = settings.aspect_ratio.clone().or_else(|| text("16:9"));
    with_contents(Product::OmniVideo, model, contents, PathSettings { aspect_ratio, ..settings })
}

fn pictures(count: usize) -> Vec<Content> {
    (1..=count).map(|number| Content::ReferImage { url: url(), id: Some(format!("image_{number}")) }).collect()
}

fn feature() -> Content {
    Content::FeatureVideo { url: "https://media.example.test/in.mp4".into(), id: text("video_1") }
}

fn base() -> Content {
    Content::BaseVideo { url: "https://media.example.test/in.mp4".into(), id: text("video_1") }
}

fn voice(id: &str) -> Content {
    Content::Voice { voice_id: "850000000000000001".into(), id: id.into() }
}

#[test]
fn n2_three_elements_for_3_0() {
    let with = |count| image("kling-3.0", [vec![first()], elements(count)].concat(), PathSettings::default());
    accepted(&with(3));
    refused(with(4), "element has 4 items: 0 to 3 are allowed");
}

#[test]
fn n3_2_6_sounds_in_1080p() {
    accepted(&prompted("kling-2.6", settings("1080p", "native")));
    accepted(&prompted("kling-3.0", settings("720p", "native")));
    refused(prompted("kling-2.6", settings("720p", "native")), "resolution must be 1080p because of audio");
    refused(image("kling-2.6", vec![first()], settings("720p", "native")), "resolution must be 1080p because of audio");
}

#[test]
fn n4_2_6_joins_frames_in_1080p_and_silence() {
    let both = |settings| image("kling-2.6", vec![first(), last()], settings);
    accepted(&both(settings("1080p", "off")));
    refused(both(settings("720p", "off")), "resolution must be 1080p because of last_frame");
    refused(both(settings("1080p", "native")), "audio must be off because of last_frame");
}

#[test]
fn n5_2_6_speaks_with_two_voices_at_most_and_aloud() {
    let with = |voices: Vec<Content>, settings| image("kling-2.6", [vec![first()], voices].concat(), settings);
    accepted(&with(vec![voice("a"), voice("b")], settings("1080p", "native")));
    refused(
        with(vec![voice("a"), voice("b"), voice("c")], settings("1080p", "native")),
        "voice has 3 items: 0 to 2 are allowed",
    );
    refused(with(vec![voice("a")], settings("1080p", "off")), "audio must be native because of voice");
    refused(with(vec![voice("a")], PathSettings::default()), "audio must be native because of voice");
    refused(with(vec![voice("a")], settings("720p", "native")), "resolution must be 1080p because of audio");
}

#[test]
fn n6_2_5_turbo_joins_frames_in_1080p() {
    let both = |resolution: &str| {
        let settings = PathSettings { resolution: text(resolution), ..PathSettings::default() };
        image("kling-2.5-turbo", vec![first(), last()], settings)
    };
    accepted(&both("1080p"));
    refused(both("720p"), "resolution must be 1080p because of last_frame");
}

#[test]
fn n7_3_0_omni_continues_a_video_in_several_silent_shots() {
    let with = |multi_shot, audio| {
        let settings = PathSettings { multi_shot, ..settings("720p", audio) };
        omni("kling-3.0-omni", vec![feature()], settings)
    };
    accepted(&with(Some(true), "off"));
    accepted(&with(None, "off"));
    refused(with(Some(false), "off"), "multi_shot must be true because of feature_video");
    for audio in ["native", "original"] {
        refused(with(Some(true), audio), "audio must be off because of feature_video");
    }
    accepted(&omni("kling-o1", vec![feature()], settings("720p", "original")));
}

#[test]
fn n8_3_0_omni_edits_in_one_shot_without_frames_or_sound_of_its_own() {
    let with = |contents, multi_shot, audio| {
        omni("kling-3.0-omni", contents, PathSettings { multi_shot, ..settings("720p", audio) })
    };
    accepted(&with(vec![base()], Some(false), "original"));
    refused(with(vec![base()], Some(false), "native"), "audio must be original or off because of base_video");
    refused(with(vec![base()], Some(true), "off"), "multi_shot cannot be combined with base_video");
    refused(with(vec![first(), base()], Some(false), "off"), "first_frame cannot be combined with base_video");
}

#[test]
fn n9_one_video() {
    for model in ["kling-3.0-omni", "kling-o1"] {
        refused(
            omni(model, vec![Content::FeatureVideo { url: url(), id: None }, base()], PathSettings::default()),
            "base_video has 2 items: 0 to 1 are allowed",
        );
    }
}

#[test]
fn n10_to_n14_count_pictures_and_elements() {
    let with = |model, contents: &[Vec<Content>]| omni(model, contents.concat(), PathSettings::default());
    for model in ["kling-3.0-omni", "kling-o1"] {
        accepted(&with(model, &[pictures(3), elements(4)]));
        refused(
            with(model, &[pictures(4), elements(4)]),
            "refer_image and element have 8 items together: at most 7 are allowed",
        );
        accepted(&with(model, &[vec![feature()], pictures(4)]));
        refused(
            with(model, &[vec![feature()], pictures(4), elements(1)]),
            "refer_image and element have 5 items together: at most 4 are allowed",
        );
    }
    refused(with("kling-3.0-omni", &[vec![first()], elements(4)]), "element has 4 items: 0 to 3 are allowed");
    warned(
        &with("kling-3.0-omni", &[pictures(6), elements(2)]),
        "refer_image and element have 8 items together: at most 7 are allowed",
    );
}

#[test]
fn n15_to_n17_frames_of_o1() {
    let with = |contents, duration| omni("kling-o1", contents, PathSettings { duration, ..PathSettings::default() });
    accepted(&with(vec![first(), last()], None));
    refused(
        with([vec![first(), last()], pictures(1)].concat(), None),
        "refer_image cannot be combined with last_frame",
    );
    refused(with(vec![first(), last(), feature()], None), "last_frame cannot be combined with feature_video");
    accepted(&with([vec![first()], pictures(1)].concat(), Some(7)));
    refused(with(vec![first()], Some(7)), "duration is 7: kling-o1 takes 5, 10");
    warned(&with(vec![], Some(7)), "duration is 7: kling-o1 takes 5, 10");
}

#[test]
fn n18_omni_needs_a_ratio_unless_an_input_sets_it() {
    for model in ["kling-3.0-omni", "kling-o1"] {
        let with = |contents| with_contents(Product::OmniVideo, model, contents, PathSettings::default());
        for input in [first(), feature(), base()] {
            accepted(&with(vec![input]));
        }
        refused(with(pictures(1)), "aspect_ratio is needed when there is no first_frame, feature_video, base_video");
    }
}

#[test]
fn n19_n20_v9_motion_control_follows_a_picture_or_a_video() {
    let with = |model, contents: Vec<Content>, orientation: Option<&str>| {
        let both = vec![Content::Image { url: url() }, Content::Video { url: url() }];
        let character_orientation = orientation.map(str::to_owned);
        let settings = PathSettings { character_orientation, ..PathSettings::default() };
        with_contents(Product::MotionControl, model, [both, contents].concat(), settings)
    };
    unwarned(&with("kling-2.6", vec![], Some("image")));
    accepted(&with("kling-3.0", elements(1), Some("video")));
    refused(with("kling-3.0", vec![], None), "character_orientation is empty");
    refused(with("kling-3.0", vec![], Some("left")), "character_orientation must be one of image, video");
    refused(with("kling-3.0", elements(1), Some("image")), "character_orientation must be video because of element");
    refused(with("kling-3.0", elements(2), Some("video")), "element has 2 items: 0 to 1 are allowed");
    refused(
        with("kling-3.0", vec![Content::Image { url: url() }], Some("video")),
        "image has 2 items: 1 to 1 are allowed",
    );
}

#[test]
fn n24_a_length_for_an_edit_warns() {
    let edit = omni("kling-3.0-omni", vec![base()], PathSettings { duration: Some(5), ..PathSettings::default() });
    warned(&edit, "duration may be refused or ignored: the documentation is unclear about it");
}

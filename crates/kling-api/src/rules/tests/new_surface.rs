//! Rules of every path of the new surface.

use super::{accepted, refused, text, unwarned, warned};
use crate::{Content, Media, PathBody, PathOptions, PathRequest, PathSettings, Product, TaskPath};

pub(super) fn prompted(model: &str, settings: PathSettings) -> PathRequest {
    PathRequest {
        path: TaskPath::new_surface(Product::TextToVideo, model).unwrap(),
        body: PathBody { prompt: text("a boat"), settings, ..PathBody::default() },
    }
}

pub(super) fn with_contents(
    product: Product,
    model: &str,
    contents: Vec<Content>,
    settings: PathSettings,
) -> PathRequest {
    let contents = std::iter::once(Content::Prompt { text: "a boat".into() }).chain(contents).collect();
    PathRequest {
        path: TaskPath::new_surface(product, model).unwrap(),
        body: PathBody { contents, settings, ..PathBody::default() },
    }
}

pub(super) fn url() -> Media {
    "https://media.example.test/a.png".into()
}

pub(super) fn first() -> Content {
    Content::FirstFrame { url: url(), id: None }
}

pub(super) fn last() -> Content {
    Content::LastFrame { url: url(), id: None }
}

pub(super) fn elements(count: usize) -> Vec<Content> {
    (1..=count).map(|number| Content::Element { element_id: "160".into(), id: format!("element_{number}") }).collect()
}

fn plain() -> PathSettings {
    PathSettings::default()
}

fn reworded(request: PathRequest, prompt: &str) -> PathRequest {
    PathRequest { body: PathBody { prompt: text(prompt), ..request.body }, ..request }
}

#[test]
fn v1_a_known_model_is_on_its_own_path() {
    unwarned(&prompted("kling-3.0", plain()));
    accepted(&prompted("kling-4.0", PathSettings { resolution: text("8k"), duration: Some(60), ..plain() }));
    refused(
        prompted("kling-3.0-omni", plain()),
        "model_name must be one of kling-3.0-turbo, kling-3.0, kling-2.6, kling-2.5-turbo",
    );
    let legacy = PathRequest { path: TaskPath::TEXT2VIDEO, ..prompted("kling-3.0", plain()) };
    refused(legacy, "path must be one of text-to-video, image-to-video, omni-video, motion-control");
}

#[test]
fn a_prompt_or_contents_are_there() {
    refused(reworded(prompted("kling-3.0", plain()), " "), "prompt is empty");
    let mut empty = with_contents(Product::ImageToVideo, "kling-3.0", vec![], plain());
    empty.body.contents.clear();
    refused(empty, "contents is empty");
}

#[test]
fn v2_contents_are_of_the_paths_types() {
    let image = |model, contents| with_contents(Product::ImageToVideo, model, contents, plain());
    accepted(&image("kling-3.0", vec![first(), last()]));
    refused(image("kling-3.0-turbo", vec![first(), last()]), "last_frame cannot be used with kling-3.0-turbo");
    refused(image("kling-2.6", [vec![first()], elements(1)].concat()), "element cannot be used with kling-2.6");
    let voice = Content::Voice { voice_id: "850000000000000001".into(), id: "calm".into() };
    refused(image("kling-3.0", vec![first(), voice]), "voice cannot be used with kling-3.0");
    let again = Content::Prompt { text: "again".into() };
    refused(image("kling-3.0", vec![first(), again]), "prompt has 2 items: 0 to 1 are allowed");
}

#[test]
fn v3_names_are_unique_and_references_resolve() {
    let picture = |id: &str| Content::ReferImage { url: url(), id: text(id) };
    let omni = |contents, prompt: &str| {
        let settings = PathSettings { aspect_ratio: text("1:1"), ..plain() };
        let mut request = with_contents(Product::OmniVideo, "kling-3.0-omni", contents, settings);
        request.body.contents[0] = Content::Prompt { text: prompt.into() };
        request
    };
    unwarned(&omni(vec![picture("image_1"), picture("image_2")], "@image_1 meets @image_2, mail me@home"));
    refused(omni(vec![picture("image_1")], "@image_2"), "prompt refers to image_2, which is not given");
    refused(omni(vec![picture("image_1")], "@image_12"), "prompt refers to image_12, which is not given");
    refused(omni(vec![picture("a"), picture("a")], "x"), "contents.id is there twice");
    warned(&omni(vec![picture("Zhang"), picture("ZhangSan")], "x"), "contents.id begins like another");
}

#[test]
fn v4_prompts_have_the_paths_length() {
    let long = |model, chars| reworded(prompted(model, plain()), &"画".repeat(chars));
    warned(&long("kling-3.0", 3072), "prompt is 3072 characters long: at most 2500 are allowed");
    refused(long("kling-3.0", 3073), "prompt is 3073 characters long: at most 3072 are allowed");
    unwarned(&long("kling-2.6", 2500));
    refused(long("kling-2.6", 2501), "prompt is 2501 characters long: at most 2500 are allowed");
}

#[test]
fn v5_shots_in_a_prompt_add_up_and_are_meant() {
    let shots = |model, multi_shot, prompt: &str| {
        reworded(prompted(model, PathSettings { duration: Some(9), multi_shot, ..plain() }), prompt)
    };
    let two = "shot 1, 4, a fox wakes up; shot 2, 5, the fox runs;";
    accepted(&shots("kling-3.0", Some(true), two));
    accepted(&shots("kling-3.0", None, two));
    accepted(&shots("kling-3.0-turbo", None, two));
    refused(shots("kling-3.0", Some(false), two), "multi_shot must be true because of prompt");
    refused(
        shots("kling-3.0-turbo", None, "shot 1, 4, a; shot 2, 4, b"),
        "prompt adds up to 8 s: it must be 9 s, the duration",
    );
    refused(shots("kling-3.0", None, "shot 1, 9, a; shot 2, 0, b"), "prompt must be whole seconds, such as 5 or 10");
    refused(shots("kling-3.0", None, &"shot 1, 1, a;".repeat(7)), "prompt has 7 items: 1 to 6 are allowed");
    refused(
        shots("kling-3.0", None, &format!("shot 1, 9, {}", "x".repeat(513))),
        "prompt is 513 characters long: at most 512 are allowed",
    );
    let single = PathSettings { duration: Some(5), ..plain() };
    accepted(&reworded(prompted("kling-2.6", single), two));
}

#[test]
fn v6_resolutions_are_the_paths() {
    let with = |model, resolution: &str| prompted(model, PathSettings { resolution: text(resolution), ..plain() });
    accepted(&with("kling-3.0", "4k"));
    refused(with("kling-3.0-turbo", "4k"), "resolution is 4k: kling-3.0-turbo takes 720p, 1080p");
    refused(with("kling-3.0", "pro"), "resolution must be one of 720p, 1080p, 4k");
    refused(
        prompted("kling-3.0", PathSettings { aspect_ratio: text("4:3"), ..plain() }),
        "aspect_ratio must be one of 16:9, 9:16, 1:1",
    );
}

#[test]
fn v7_lengths_are_the_paths() {
    let with = |model, duration| prompted(model, PathSettings { duration: Some(duration), ..plain() });
    accepted(&with("kling-3.0", 15));
    refused(with("kling-3.0", 16), "duration is 16: kling-3.0 takes 3–15");
    refused(with("kling-2.5-turbo", 6), "duration is 6: kling-2.5-turbo takes 5, 10");
}

#[test]
fn v8_audio_is_the_paths() {
    let with = |model, audio: &str| prompted(model, PathSettings { audio: text(audio), ..plain() });
    accepted(&with("kling-3.0", "native"));
    refused(with("kling-3.0", "original"), "audio is original: kling-3.0 takes native, off");
    refused(with("kling-3.0-turbo", "on"), "audio must be one of native, original, off");
    warned(&with("kling-3.0-turbo", "off"), "audio may be refused or ignored: the documentation is unclear about it");
}

#[test]
fn c4_pictures_may_be_files_and_videos_may_not() {
    let framed = |url: &str| {
        let frame = Content::FirstFrame { url: url.into(), id: None };
        with_contents(Product::ImageToVideo, "kling-3.0", vec![frame], plain())
    };
    warned(&framed("iVBORw0KGgo="), "first_frame may be refused or ignored: the documentation is unclear about it");
    refused(framed("data:image/png;base64,AAAA"), "first_frame must be Base64 without a data: prefix");
    let video = Content::BaseVideo { url: "AAAA".into(), id: None };
    refused(
        with_contents(Product::OmniVideo, "kling-3.0-omni", vec![video], plain()),
        "base_video must be an http or https URL",
    );
    let mut called = prompted("kling-3.0", plain());
    called.body.options = PathOptions { callback_url: text("hook"), ..PathOptions::default() };
    refused(called, "callback_url must be an http or https URL");
}

#[test]
fn n1_image_to_video_begins_with_one_frame() {
    let image = |contents| with_contents(Product::ImageToVideo, "kling-3.0", contents, plain());
    refused(image(vec![]), "first_frame is empty");
    refused(image(vec![last()]), "first_frame is needed because of last_frame");
    refused(image(vec![first(), first()]), "first_frame has 2 items: 1 to 1 are allowed");
    refused(image(vec![first(), last(), last()]), "last_frame has 2 items: 0 to 1 are allowed");
}

#[test]
fn n23_a_missing_prompt_warns() {
    let mut request = with_contents(Product::ImageToVideo, "kling-3.0", vec![first()], plain());
    unwarned(&request);
    request.body.contents.remove(0);
    warned(&request, "prompt may be refused or ignored: the documentation is unclear about it");
}

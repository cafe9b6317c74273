//! Units before they are spent, from the price list of 2026-09-20.

use kling_api::{
    Image2VideoRequest, ImageGenerationRequest, InputImage, OmniImageRequest, OmniVideoRequest, ReferenceVideo,
    SeriesAmount, Text2VideoRequest, UnitPackage, Units, Voice,
};

#[expect(clippy::unnecessary_wraps, reason = "reads as the field it fills")]
fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn shown(units: Option<Units>) -> String {
    units.map_or_else(|| "unknown".to_owned(), |units| format!("{units} {}", units.package()))
}

fn video(model: &str, mode: &str, sound: &str, duration: &str) -> Text2VideoRequest {
    Text2VideoRequest {
        model_name: text(model),
        mode: text(mode),
        sound: text(sound),
        duration: text(duration),
        ..Text2VideoRequest::default()
    }
}

#[test]
fn text_to_video_on_both_surfaces() {
    for (model, mode, sound, duration, units) in [
        ("kling-v3", "std", "off", "5", "3 video"),
        ("kling-v3", "pro", "off", "5", "4 video"),
        ("kling-v3", "std", "on", "5", "4.5 video"),
        ("kling-v3", "pro", "on", "8", "9.6 video"),
        ("kling-v3", "4k", "on", "15", "45 video"),
        ("kling-v2-6", "std", "off", "5", "1.5 video"),
        ("kling-v2-6", "std", "on", "5", "unknown"),
        ("kling-v2-6", "pro", "on", "10", "10 video"),
        ("kling-v2-5-turbo", "pro", "off", "10", "5 video"),
        ("kling-3.0-turbo", "std", "on", "5", "4 video"),
        ("kling-3.0", "pro", "on", "8", "9.6 video"),
        ("kling-v1", "std", "off", "5", "unknown"),
        ("kling-v9", "std", "off", "5", "unknown"),
        ("kling-v3", "8k", "off", "5", "unknown"),
        ("kling-v3", "std", "off", "soon", "unknown"),
    ] {
        assert_eq!(shown(video(model, mode, sound, duration).estimate()), units, "{model} {mode} {sound} {duration}");
    }
}

#[test]
fn a_converted_request_costs_what_it_cost_before() {
    for (model, mode, sound) in [
        ("kling-3.0", "std", "off"),
        ("kling-3.0", "4k", "on"),
        ("kling-3.0-turbo", "pro", "off"),
        ("kling-2.6", "pro", "on"),
    ] {
        let request = Text2VideoRequest { prompt: text("a boat"), ..video(model, mode, sound, "10") };
        let before = request.estimate();
        assert!(before.is_some());
        assert_eq!(request.for_new_surface().unwrap().estimate(), before, "{model} {mode} {sound}");
    }
}

#[test]
fn a_voice_costs_more_when_the_prompt_uses_it() {
    let speaking = |model: &str, prompt: &str| Image2VideoRequest {
        model_name: text(model),
        image: Some("https://media.example.test/host.png".into()),
        prompt: text(prompt),
        voice_list: vec![Voice { voice_id: "850000000000000001".into() }],
        sound: text("on"),
        mode: text("pro"),
        ..Image2VideoRequest::default()
    };
    for model in ["kling-v2-6", "kling-2.6"] {
        assert_eq!(shown(speaking(model, "the host<<<voice_1>>> says hi").estimate()), "6 video");
        assert_eq!(shown(speaking(model, "the host says hi").estimate()), "5 video");
    }
    let converted = |prompt| speaking("kling-2.6", prompt).for_new_surface().unwrap().estimate();
    assert_eq!(shown(converted("the host<<<voice_1>>> says hi")), "6 video");
    assert_eq!(shown(converted("the host says hi")), "5 video");
}

#[test]
fn omni_video_costs_more_with_a_video_and_is_unknown_for_an_edit() {
    let with = |model: &str, refer_type: Option<&str>| OmniVideoRequest {
        model_name: text(model),
        prompt: text("a market"),
        duration: text("5"),
        video_list: refer_type
            .map(|refer_type| ReferenceVideo {
                video_url: "https://media.example.test/in.mp4".into(),
                refer_type: text(refer_type),
                keep_original_sound: None,
            })
            .into_iter()
            .collect(),
        ..OmniVideoRequest::default()
    };
    // The legacy page's default mode is `pro`, the new surface's is 720p.
    assert_eq!(shown(with("kling-v3-omni", None).estimate()), "4 video");
    assert_eq!(shown(with("kling-3.0-omni", None).estimate()), "3 video");
    assert_eq!(shown(with("kling-3.0-omni", None).for_new_surface().unwrap().estimate()), "3 video");
    assert_eq!(shown(with("kling-v3-omni", Some("feature")).estimate()), "6 video");
    assert_eq!(shown(with("kling-o1", Some("feature")).for_new_surface().unwrap().estimate()), "4.5 video");
    assert_eq!(with("kling-v3-omni", Some("base")).estimate(), None);
    assert_eq!(with("kling-o1", Some("base")).for_new_surface().unwrap().estimate(), None);
}

#[test]
fn images_cost_image_units_each() {
    let image =
        |model: &str, n| ImageGenerationRequest { model_name: text(model), n, ..ImageGenerationRequest::default() };
    assert_eq!(image("kling-v3", Some(3)).estimate(), Some(Units::from_hundredths(2400, UnitPackage::Image)));
    assert_eq!(shown(image("kling-v2-1", None).estimate()), "4 image");
    let pictured = ImageGenerationRequest { image: Some("iVBORw0KGgo=".into()), ..image("kling-v2-1", Some(2)) };
    assert_eq!(shown(pictured.estimate()), "16 image");
    assert_eq!(image("kling-v1", None).estimate(), None);
}

#[test]
fn a_series_costs_its_images() {
    let series = |amount| OmniImageRequest {
        model_name: text("kling-v3-omni"),
        image_list: vec![InputImage { image: "iVBORw0KGgo=".into() }],
        resolution: text("4k"),
        result_type: text("series"),
        series_amount: amount,
        n: Some(9),
        ..OmniImageRequest::default()
    };
    assert_eq!(shown(series(Some(SeriesAmount::Count(2))).estimate()), "32 image");
    assert_eq!(shown(series(None).estimate()), "64 image");
    assert_eq!(series(Some(SeriesAmount::Auto)).estimate(), None);
    assert_eq!(shown(OmniImageRequest { result_type: None, ..series(None) }.estimate()), "144 image");
}

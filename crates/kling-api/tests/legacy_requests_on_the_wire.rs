//! The exact bodies of the legacy surface, a full one for each request; absent fields are left out.

use kling_api::{
    CameraConfig, CameraControl, DeleteElementRequest, DynamicMask, ElementImage, ElementImages, ElementRef,
    ElementRequest, ElementTag, ElementVideo, ElementVideos, Id, Image2VideoRequest, ImageGenerationRequest,
    InputImage, OmniImageRequest, OmniVideoRequest, Point, ReferenceVideo, SeriesAmount, Shot, Text2VideoRequest,
    VideoImage, Voice, WatermarkInfo,
};
use serde_json::{Value, json};

#[expect(clippy::unnecessary_wraps, reason = "reads as the field it fills")]
fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn written(request: &impl serde::Serialize) -> Value {
    serde_json::to_value(request).unwrap()
}

const WATERMARK: Option<WatermarkInfo> = Some(WatermarkInfo { enabled: true });

#[test]
fn absent_fields_are_left_out() {
    assert_eq!(written(&Text2VideoRequest::default()), json!({}));
    assert_eq!(written(&Image2VideoRequest::default()), json!({}));
    assert_eq!(written(&OmniVideoRequest::default()), json!({}));
    assert_eq!(written(&ImageGenerationRequest::default()), json!({}));
    assert_eq!(written(&OmniImageRequest::default()), json!({}));
    assert_eq!(
        written(&ElementRequest::default()),
        json!({"element_name": "", "element_description": "", "reference_type": ""})
    );
    assert_eq!(written(&DeleteElementRequest { element_id: Id::from("160") }), json!({"element_id": "160"}));
}

#[test]
fn text2video() {
    insta::assert_json_snapshot!(Text2VideoRequest {
        model_name: text("kling-v3"),
        prompt: text("a <<<voice_1>>>"),
        negative_prompt: text("blur"),
        multi_shot: Some(true),
        shot_type: text("customize"),
        multi_prompt: vec![Shot { index: 1, prompt: "door opens".into(), duration: "5".into() }],
        voice_list: vec![Voice { voice_id: "850000000000000001".into() }],
        sound: text("on"),
        cfg_scale: Some(0.5),
        mode: text("pro"),
        camera_control: Some(CameraControl {
            kind: "simple".into(),
            config: Some(CameraConfig { zoom: 5.0, ..CameraConfig::default() })
        }),
        aspect_ratio: text("16:9"),
        duration: text("5"),
        watermark_info: WATERMARK,
        callback_url: text("https://hooks.example.test/kling"),
        external_task_id: text("job-0001"),
    });
}

#[test]
fn image2video() {
    insta::assert_json_snapshot!(Image2VideoRequest {
        model_name: text("kling-v1"),
        image: Some("iVBORw0KGgo=".into()),
        image_tail: Some("https://media.example.test/b.png".into()),
        prompt: text("zoom out"),
        negative_prompt: text("blur"),
        multi_shot: Some(false),
        shot_type: text("intelligence"),
        multi_prompt: vec![Shot { index: 1, prompt: "door opens".into(), duration: "5".into() }],
        element_list: vec![ElementRef::new("160"), ElementRef::new("9007199254740993")],
        voice_list: vec![Voice { voice_id: "850000000000000001".into() }],
        sound: text("off"),
        cfg_scale: Some(0.5),
        mode: text("pro"),
        static_mask: Some("iVBORw0KGgo=".into()),
        dynamic_masks: vec![DynamicMask {
            mask: "iVBORw0KGgo=".into(),
            trajectories: vec![Point { x: 10, y: 20 }, Point { x: 40, y: 60 }]
        }],
        camera_control: Some(CameraControl { kind: "down_back".into(), config: None }),
        duration: text("5"),
        watermark_info: WATERMARK,
        callback_url: text("https://hooks.example.test/kling"),
        external_task_id: text("job-0002"),
    });
}

#[test]
fn omni_video() {
    insta::assert_json_snapshot!(OmniVideoRequest {
        model_name: text("kling-v3-omni"),
        prompt: text("<<<image_1>>> meets <<<element_1>>>"),
        multi_shot: Some(true),
        shot_type: text("intelligence"),
        multi_prompt: vec![Shot { index: 1, prompt: "door opens".into(), duration: "6".into() }],
        image_list: vec![
            VideoImage { image_url: "https://media.example.test/1.png".into(), role: None },
            VideoImage { image_url: "https://media.example.test/s.png".into(), role: text("first_frame") },
        ],
        element_list: vec![ElementRef::new("160")],
        video_list: vec![ReferenceVideo {
            video_url: "https://media.example.test/in.mp4".into(),
            refer_type: text("base"),
            keep_original_sound: text("yes"),
        }],
        sound: text("off"),
        mode: text("pro"),
        aspect_ratio: text("16:9"),
        duration: text("6"),
        watermark_info: WATERMARK,
        callback_url: text("https://hooks.example.test/kling"),
        external_task_id: text("job-0003"),
    });
}

#[test]
fn image_generation() {
    insta::assert_json_snapshot!(ImageGenerationRequest {
        model_name: text("kling-v2-1"),
        prompt: text("a puppy"),
        negative_prompt: text("blur"),
        image: Some("https://media.example.test/a.png".into()),
        image_reference: text("subject"),
        image_fidelity: Some(0.5),
        human_fidelity: Some(0.45),
        element_list: vec![ElementRef::new("160")],
        resolution: text("2k"),
        n: Some(2),
        aspect_ratio: text("3:2"),
        watermark_info: WATERMARK,
        callback_url: text("https://hooks.example.test/kling"),
        external_task_id: text("job-0004"),
    });
}

#[test]
fn omni_image() {
    let request = |series_amount| OmniImageRequest {
        model_name: text("kling-v3-omni"),
        prompt: text("story of <<<image_1>>>"),
        image_list: vec![InputImage { image: "https://media.example.test/1.png".into() }],
        element_list: vec![ElementRef::new("160")],
        resolution: text("4k"),
        result_type: text("series"),
        n: Some(1),
        series_amount: Some(series_amount),
        aspect_ratio: text("auto"),
        watermark_info: WATERMARK,
        callback_url: text("https://hooks.example.test/kling"),
        external_task_id: text("job-0005"),
    };
    insta::assert_json_snapshot!(request(SeriesAmount::Count(4)));
    assert_eq!(written(&request(SeriesAmount::Auto))["series_amount"], "auto");
}

#[test]
fn element() {
    insta::assert_json_snapshot!(ElementRequest {
        element_name: "Mira".into(),
        element_description: "a traveller".into(),
        reference_type: "image_refer".into(),
        element_image_list: Some(ElementImages {
            frontal_image: "https://media.example.test/f.png".into(),
            refer_images: vec![ElementImage { image_url: "https://media.example.test/s.png".into() }],
        }),
        element_video_list: Some(ElementVideos {
            refer_videos: vec![ElementVideo { video_url: "https://media.example.test/ben.mp4".into() }],
        }),
        element_voice_id: text("850000000000000001"),
        tag_list: vec![ElementTag { tag_id: "o_102".into() }],
        callback_url: text("https://hooks.example.test/kling"),
        external_task_id: text("job-0006"),
    });
}

#[test]
fn debug_shows_neither_words_nor_media_nor_links() {
    let shown = format!(
        "{:?}",
        Image2VideoRequest {
            image: Some("iVBORw0KGgo=".into()),
            prompt: text("sekrit plot"),
            negative_prompt: text("sekrit taste"),
            multi_prompt: vec![Shot { index: 1, prompt: "sekrit shot".into(), duration: "5".into() }],
            callback_url: text("https://hooks.example.test/?token=sekrit"),
            ..Image2VideoRequest::default()
        }
    );
    assert!(!shown.contains("sekrit") && !shown.contains("iVBOR"), "{shown}");
    let path = Text2VideoRequest { prompt: text("sekrit plot"), model_name: text("kling-3.0"), ..Default::default() };
    assert!(!format!("{:?}", path.for_new_surface().unwrap()).contains("sekrit"));
    let element = ElementRequest { element_name: "sekrit".into(), ..ElementRequest::default() };
    assert!(!format!("{element:?}").contains("sekrit"));
}

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kling_sim::{SAMPLE_PNG, SimOptions, Simulator};
use serde_json::{Value, json};

use crate::client::{ELEMENTS, GENERATIONS, IMAGE2VIDEO, OMNI_IMAGE, OMNI_VIDEO, URL, post, sim_with};

/// A PNG of which only the header is there, filled up to a length.
fn png(width: u32, height: u32, length: usize) -> String {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.resize(length.max(bytes.len()), 0);
    STANDARD.encode(bytes)
}

fn jpeg(width: u16, height: u16) -> String {
    let mut bytes = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08".to_vec();
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    STANDARD.encode(bytes)
}

/// Every field of `/v1` that takes a picture.
fn bodies(picture: &str) -> [(&'static str, &'static str, Value); 7] {
    let element = |frontal: &str, refer: &str| {
        json!({ "element_name": "a", "element_description": "b", "reference_type": "image_refer",
            "element_image_list": { "frontal_image": frontal, "refer_images": [{ "image_url": refer }] } })
    };
    let omni = json!({ "prompt": "a", "image_list": [{ "image_url": picture, "type": "first_frame" }] });
    [
        (IMAGE2VIDEO, "image", json!({ "image": picture })),
        (IMAGE2VIDEO, "static_mask", json!({ "image": URL, "static_mask": picture })),
        (OMNI_VIDEO, "image_list.image_url", omni),
        (GENERATIONS, "image", json!({ "prompt": "a", "image": picture })),
        (OMNI_IMAGE, "image_list.image", json!({ "prompt": "a", "image_list": [{ "image": picture }] })),
        (ELEMENTS, "element_image_list.frontal_image", element(picture, URL)),
        (ELEMENTS, "element_image_list.refer_images.image_url", element(URL, picture)),
    ]
}

async fn roomy() -> Simulator {
    sim_with(SimOptions { concurrency: 100, image_concurrency: 100, ..SimOptions::default() }).await
}

#[tokio::test]
async fn good_pictures_are_taken_everywhere() {
    let sim = roomy().await;
    for picture in [STANDARD.encode(SAMPLE_PNG), png(300, 300, 0), png(750, 300, 0), jpeg(300, 750)] {
        for (path, field, body) in bodies(&picture) {
            let answer = post(&sim, path, &body).await;
            assert_eq!(answer.status, 200, "{path} {field}: {}", answer.body);
        }
    }
}

#[tokio::test]
async fn bad_ones_are_refused_everywhere_with_the_fields_name() {
    let sim = roomy().await;
    let with_prefix = format!("data:image/png;base64,{}", png(300, 300, 0));
    for (picture, message) in [
        (with_prefix, "must be Base64 without a data: prefix"),
        ("not base64".to_owned(), "is neither an http(s) address nor valid Base64"),
        (STANDARD.encode(b"GIF89a"), "format is invalid: jpg, jpeg or png is expected"),
        (png(299, 400, 0), "is 299x400: each side must have at least 300 pixels"),
        (jpeg(400, 299), "is 400x299: each side must have at least 300 pixels"),
        (png(751, 300, 0), "is 751x300: the ratio must be within 1:2.5 and 2.5:1"),
    ] {
        for (path, field, body) in bodies(&picture) {
            let message = format!("{field} {message}");
            assert_eq!(post(&sim, path, &body).await.refusal(), (400, 1201, message.as_str()), "{path}");
        }
    }
}

#[tokio::test]
async fn ten_megabytes_are_the_limit_of_v1_alone() {
    const LIMIT: usize = 10 * 1024 * 1024;
    let sim = roomy().await;
    post(&sim, IMAGE2VIDEO, &json!({ "image": png(300, 300, LIMIT) })).await.data();
    let larger = png(300, 300, LIMIT + 1);
    let refused = post(&sim, IMAGE2VIDEO, &json!({ "image": larger })).await;
    assert_eq!(refused.refusal(), (400, 1201, "image is larger than 10 MB"));
    let frame = json!({ "contents": [{ "type": "first_frame", "url": larger }] });
    post(&sim, "/image-to-video/kling-3.0", &frame).await.data();
}

#[tokio::test]
async fn an_end_frame_of_v1_may_have_any_ratio() {
    let sim = roomy().await;
    post(&sim, IMAGE2VIDEO, &json!({ "image_tail": png(3000, 300, 0) })).await.data();
    let message = "image_tail is 3000x299: each side must have at least 300 pixels";
    assert_eq!(post(&sim, IMAGE2VIDEO, &json!({ "image_tail": png(3000, 299, 0) })).await.refusal().2, message);
}

#[tokio::test]
async fn a_prefix_is_no_matter_on_the_other_surface() {
    let sim = roomy().await;
    let frame = json!({ "type": "first_frame", "url": format!("data:image/jpeg;base64,{}", jpeg(300, 300)) });
    post(&sim, "/image-to-video/kling-3.0", &json!({ "contents": [frame] })).await.data();
}

#[tokio::test]
async fn masks_have_one_resolution() {
    let sim = roomy().await;
    let body = |width| {
        let moving = json!([{ "mask": png(width, 300, 0), "trajectories": [{ "x": 1, "y": 1 }, { "x": 2, "y": 2 }] }]);
        json!({ "image": URL, "static_mask": png(300, 300, 0), "dynamic_masks": moving })
    };
    post(&sim, IMAGE2VIDEO, &body(300)).await.data();
    let message = "static_mask and dynamic_masks must all have the same resolution";
    assert_eq!(post(&sim, IMAGE2VIDEO, &body(301)).await.refusal(), (400, 1201, message));
}

use super::{accepted, elements, refused, text, unwarned, warned};
use crate::{IMAGE_MODELS, ImageGenerationRequest, ImageProduct, InputImage, OmniImageRequest, SeriesAmount};

const RATIOS: &str = "16:9, 9:16, 1:1, 4:3, 3:4, 3:2, 2:3, 21:9";

fn generation(model: &str) -> ImageGenerationRequest {
    ImageGenerationRequest { model_name: text(model), prompt: text("a puppy"), ..ImageGenerationRequest::default() }
}

fn pictured(model: &str) -> ImageGenerationRequest {
    ImageGenerationRequest { image: Some("https://media.example.test/a.png".into()), ..generation(model) }
}

fn omni(model: &str) -> OmniImageRequest {
    OmniImageRequest {
        model_name: text(model),
        prompt: text("a story"),
        aspect_ratio: text("1:1"),
        ..OmniImageRequest::default()
    }
}

fn images(count: usize) -> Vec<InputImage> {
    vec![InputImage { image: "https://media.example.test/1.png".into() }; count]
}

#[test]
fn v1_a_page_serves_the_models_it_lists() {
    for model in IMAGE_MODELS {
        match model.product {
            ImageProduct::Generation => accepted(&generation(model.name)),
            ImageProduct::Omni => accepted(&omni(model.name)),
        }
    }
    for model in ["kling-v3-omni", "kling-3.0"] {
        refused(generation(model), "model_name must be one of kling-v3, kling-v2-1");
    }
    refused(omni("kling-v3"), "model_name must be one of kling-v3-omni, kling-image-o1");
    unwarned(&ImageGenerationRequest { resolution: text("8k"), aspect_ratio: text("5:4"), ..generation("kling-v9") });
    unwarned(&OmniImageRequest { resolution: text("8k"), result_type: text("set"), ..omni("kling-v9") });
}

#[test]
fn a_prompt_is_needed_and_refers_to_what_is_there() {
    refused(ImageGenerationRequest { prompt: None, ..generation("kling-v3") }, "prompt is empty");
    refused(OmniImageRequest { prompt: text(" "), ..omni("kling-v3-omni") }, "prompt is empty");
    let with = |prompt: &str| OmniImageRequest {
        prompt: text(prompt),
        image_list: images(2),
        element_list: elements(1),
        ..omni("kling-v3-omni")
    };
    accepted(&with("<<<image_2>>> and <<<element_1>>>, <<<object_1>>>"));
    refused(with("<<<image_3>>>"), "prompt refers to image_3, which is not given");
}

#[test]
fn l11_a_picture_excludes_a_negative_prompt() {
    accepted(&ImageGenerationRequest { negative_prompt: text("blur"), ..generation("kling-v3") });
    accepted(&ImageGenerationRequest { negative_prompt: text(""), ..pictured("kling-v3") });
    refused(
        ImageGenerationRequest { negative_prompt: text("blur"), ..pictured("kling-v3") },
        "negative_prompt cannot be combined with image",
    );
}

#[test]
fn l11_an_image_reference_needs_its_image_and_image_2_1() {
    let with = |request, reference: &str| ImageGenerationRequest { image_reference: text(reference), ..request };
    accepted(&with(pictured("kling-v2-1"), "face"));
    refused(with(generation("kling-v2-1"), "face"), "image is needed because of image_reference");
    refused(with(pictured("kling-v2-1"), "pose"), "image_reference must be one of subject, face");
    refused(with(pictured("kling-v3"), "face"), "image_reference cannot be used with kling-v3");
}

#[test]
fn l11_fidelities_are_0_to_1_and_the_human_one_is_the_subjects() {
    let with = |image_fidelity, human_fidelity, reference: &str| ImageGenerationRequest {
        image_fidelity,
        human_fidelity,
        image_reference: text(reference),
        ..pictured("kling-v2-1")
    };
    accepted(&with(Some(0.0), Some(1.0), "subject"));
    refused(with(Some(1.5), None, "subject"), "image_fidelity is 1.5: 0 to 1 is allowed");
    refused(with(None, Some(-1.0), "subject"), "human_fidelity is -1: 0 to 1 is allowed");
    refused(with(None, Some(0.5), "face"), "image_reference must be subject because of human_fidelity");
    refused(
        ImageGenerationRequest { image_fidelity: Some(0.5), ..pictured("kling-v3") },
        "image_fidelity cannot be used with kling-v3",
    );
}

#[test]
fn l11_one_to_nine_images() {
    for n in [0, 10] {
        let message = format!("n is {n}: 1 to 9 is allowed");
        refused(ImageGenerationRequest { n: Some(n), ..generation("kling-v3") }, &message);
        refused(OmniImageRequest { n: Some(n), ..omni("kling-v3-omni") }, &message);
    }
    accepted(&ImageGenerationRequest { n: Some(9), ..generation("kling-v3") });
}

#[test]
fn l11_ten_pictures_and_elements() {
    accepted(&ImageGenerationRequest { element_list: elements(9), ..pictured("kling-v3") });
    refused(
        ImageGenerationRequest { element_list: elements(10), ..pictured("kling-v3") },
        "image and element_list have 11 items together: at most 10 are allowed",
    );
    let with =
        |count| OmniImageRequest { image_list: images(5), element_list: elements(count), ..omni("kling-image-o1") };
    accepted(&with(5));
    refused(with(6), "image_list and element_list have 11 items together: at most 10 are allowed");
    refused(
        ImageGenerationRequest { element_list: elements(1), ..generation("kling-v2-1") },
        "element_list cannot be used with kling-v2-1",
    );
}

#[test]
fn c9_resolutions_and_ratios_are_the_models() {
    refused(
        ImageGenerationRequest { resolution: text("4k"), ..generation("kling-v3") },
        "resolution must be one of 1k, 2k",
    );
    accepted(&OmniImageRequest { resolution: text("4k"), ..omni("kling-v3-omni") });
    refused(
        OmniImageRequest { resolution: text("4k"), ..omni("kling-image-o1") },
        "resolution is 4k: kling-image-o1 takes 1k, 2k",
    );
    refused(
        ImageGenerationRequest { aspect_ratio: text("auto"), ..generation("kling-v3") },
        &format!("aspect_ratio must be one of {RATIOS}"),
    );
    refused(
        OmniImageRequest { aspect_ratio: text("5:4"), ..omni("kling-v3-omni") },
        &format!("aspect_ratio must be one of {RATIOS}, auto"),
    );
}

#[test]
fn ratio_auto_needs_more_than_text_for_3_0_omni() {
    let auto = |model| OmniImageRequest { aspect_ratio: text("auto"), ..omni(model) };
    refused(auto("kling-v3-omni"), &format!("aspect_ratio is auto: kling-v3-omni takes {RATIOS}"));
    accepted(&OmniImageRequest { image_list: images(1), ..auto("kling-v3-omni") });
    accepted(&auto("kling-image-o1"));
    warned(
        &OmniImageRequest { aspect_ratio: None, ..omni("kling-v3-omni") },
        "aspect_ratio is needed when there is no image_list",
    );
}

#[test]
fn l11_a_series_is_2_to_9_or_auto_and_3_0_omnis() {
    let series =
        |amount| OmniImageRequest { result_type: text("series"), series_amount: Some(amount), ..omni("kling-v3-omni") };
    for amount in [SeriesAmount::Count(2), SeriesAmount::Count(9), SeriesAmount::Auto] {
        unwarned(&series(amount));
    }
    for count in [1, 10] {
        refused(series(SeriesAmount::Count(count)), &format!("series_amount is {count}: 2 to 9 is allowed"));
    }
    refused(
        OmniImageRequest { model_name: text("kling-image-o1"), ..series(SeriesAmount::Auto) },
        "result_type is series: kling-image-o1 takes single",
    );
    refused(
        OmniImageRequest { result_type: text("set"), ..omni("kling-v3-omni") },
        "result_type must be one of single, series",
    );
}

#[test]
fn l11_what_a_result_type_voids_only_warns() {
    let series = OmniImageRequest { result_type: text("series"), n: Some(2), ..omni("kling-v3-omni") };
    warned(&series, "n cannot be combined with result_type");
    let single = OmniImageRequest { series_amount: Some(SeriesAmount::Auto), ..omni("kling-v3-omni") };
    warned(&single, "series_amount cannot be combined with result_type");
}

#[test]
fn c4_pictures_are_urls_or_base64() {
    let input = InputImage { image: "data:image/png;base64,AAAA".into() };
    refused(
        OmniImageRequest { image_list: vec![input], ..omni("kling-v3-omni") },
        "image_list must be Base64 without a data: prefix",
    );
}

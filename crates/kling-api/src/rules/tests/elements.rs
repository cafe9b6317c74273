use super::{accepted, refused, text, unwarned, warned};
use crate::{
    DeleteElementRequest, ElementImage, ElementImages, ElementRequest, ElementTag, ElementVideo, ElementVideos, Id,
};

const FRONT: &str = "https://media.example.test/f.png";

fn of_images(views: usize) -> ElementRequest {
    let view = |number| ElementImage { image_url: format!("https://media.example.test/{number}.png").into() };
    ElementRequest {
        element_name: "Mira".into(),
        element_description: "a traveller".into(),
        reference_type: "image_refer".into(),
        element_image_list: Some(ElementImages {
            frontal_image: FRONT.into(),
            refer_images: (0..views).map(view).collect(),
        }),
        ..ElementRequest::default()
    }
}

fn of_video(videos: usize) -> ElementRequest {
    let video = ElementVideo { video_url: "https://media.example.test/ben.mp4".into() };
    ElementRequest {
        reference_type: "video_refer".into(),
        element_image_list: None,
        element_video_list: Some(ElementVideos { refer_videos: vec![video; videos] }),
        ..of_images(1)
    }
}

#[test]
fn l13_names_and_descriptions_have_their_lengths() {
    unwarned(&of_images(1));
    let named = |name: &str| ElementRequest { element_name: name.into(), ..of_images(1) };
    accepted(&named(&"名".repeat(20)));
    refused(named(&"名".repeat(21)), "element_name is 21 characters long: at most 20 are allowed");
    refused(named(" "), "element_name is empty");
    refused(
        ElementRequest { element_description: "x".repeat(101), ..of_images(1) },
        "element_description is 101 characters long: at most 100 are allowed",
    );
}

#[test]
fn l13_the_reference_type_says_which_list_is_needed() {
    refused(
        ElementRequest { reference_type: "photo".into(), ..of_images(1) },
        "reference_type must be one of image_refer, video_refer",
    );
    refused(
        ElementRequest { element_image_list: None, ..of_images(1) },
        "element_frontal_image is needed because of reference_type",
    );
    refused(
        ElementRequest { element_video_list: None, ..of_video(1) },
        "element_video_list is needed because of reference_type",
    );
    let both = ElementRequest { element_video_list: of_video(1).element_video_list, ..of_images(1) };
    warned(&both, "element_video_list cannot be combined with element_image_list");
}

#[test]
fn l13_one_to_three_views_that_differ_from_the_front() {
    accepted(&of_images(3));
    for views in [0, 4] {
        refused(of_images(views), &format!("element_refer_images has {views} items: 1 to 3 are allowed"));
    }
    let mut same = of_images(1);
    same.element_image_list.as_mut().unwrap().refer_images[0].image_url = FRONT.into();
    refused(same, "element_refer_images must differ from element_frontal_image");
}

#[test]
fn l13_one_video_by_url() {
    accepted(&of_video(1));
    for videos in [0, 2] {
        refused(of_video(videos), &format!("element_video_list has {videos} items: 1 to 1 are allowed"));
    }
    let mut file = of_video(1);
    file.element_video_list.as_mut().unwrap().refer_videos[0].video_url = "AAAA".into();
    refused(file, "element_video_list must be an http or https URL");
}

#[test]
fn l13_unlisted_tags_only_warn() {
    let tagged = |id: &str| ElementRequest { tag_list: vec![ElementTag { tag_id: id.into() }], ..of_images(1) };
    unwarned(&tagged("o_102"));
    warned(&tagged("o_109"), "tag_list must be one of o_101, o_102, o_103, o_104, o_105, o_106, o_107, o_108");
}

#[test]
fn c4_callbacks_are_urls() {
    refused(ElementRequest { callback_url: text("hook"), ..of_images(1) }, "callback_url must be an http or https URL");
}

#[test]
fn a_deletion_names_its_element() {
    let delete = |id: &str| DeleteElementRequest { element_id: Id::new(id) };
    assert!(delete("800000000000000163").check().is_ok());
    for blank in ["", " "] {
        assert_eq!(delete(blank).check().unwrap_err().to_string(), "element_id is empty");
    }
}

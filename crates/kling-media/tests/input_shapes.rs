//! Every way in which a file arrives is read, and what is no file is told apart.

mod support;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use kling_media::{Input, InputProblem, LinkProblem};
use serde_json::{Value, json};
use support::{SIGNED, dify_file, png};

const LINK: &str = "https://cdn.example.com/a.png?sign=1";

fn link() -> Input {
    Input::from_url(LINK).unwrap()
}

fn picture() -> Input {
    Input::from_bytes(png(300, 300))
}

#[test]
fn nothing_given_is_none_in_every_shape() {
    let parameters = json!({});
    assert_eq!(Input::from_json(parameters.get("image")), Ok(None));
    assert_eq!(Input::list_from_json(parameters.get("image")), Ok(vec![]));
    for nothing in [
        json!(null),
        json!([]),
        json!([null]),
        json!([null, null]),
        json!(""),
        json!("  "),
        json!([""]),
        json!("null"),
        json!("[]"),
    ] {
        assert_eq!(Input::from_json(&nothing), Ok(None), "{nothing}");
        assert_eq!(Input::list_from_json(&nothing), Ok(vec![]), "{nothing}");
    }
}

#[test]
fn difys_file_objects_are_read_alone_and_in_lists() {
    let file = dify_file(&format!("http://api:5001{SIGNED}"));
    let alone = Input::from_json(&file).unwrap().unwrap();
    assert_eq!(format!("{alone:?}"), "Input(file of Dify's)");
    assert_eq!(Input::from_json(&json!([file])).unwrap().unwrap(), alone);
    assert_eq!(Input::from_json(&json!([null, file])).unwrap().unwrap(), alone);
    assert_eq!(Input::list_from_json(&file).unwrap(), std::slice::from_ref(&alone));
    assert_eq!(Input::list_from_json(&json!([file, null, LINK])).unwrap(), [alone, link()]);
    assert_eq!(Input::from_json(&json!([file, file])), Err(InputProblem::Several(2)));
    // Null where Dify knows nothing.
    let bare = json!({"dify_model_identity": "__dify__file__", "mime_type": null, "filename": null, "extension": null,
        "size": null, "type": "image", "url": "https://dify.example.com/files/1/file-preview?sign=s"});
    assert!(Input::from_json(&bare).unwrap().is_some());
}

#[test]
fn a_file_without_a_full_address_names_the_setting_to_fix() {
    for url in
        [SIGNED, "files/1/file-preview?sign=1", "api:5001/files/1/file-preview?sign=1", "dify.example.com/files/1"]
    {
        let problem = Input::from_json(&dify_file(url)).unwrap_err();
        assert_eq!(problem, InputProblem::FilesUrlUnset, "{url}");
    }
    assert_eq!(Input::from_text(SIGNED), Err(InputProblem::FilesUrlUnset));
    let text = InputProblem::FilesUrlUnset.to_string();
    assert!(text.contains("FILES_URL in") && text.contains("INTERNAL_FILES_URL wins"), "{text}");
}

#[test]
fn links_are_read_from_text_and_from_objects_without_difys_mark() {
    for value in
        [json!(LINK), json!([LINK]), json!(format!(" {LINK}\n")), json!({"url": LINK}), json!({"remote_url": LINK})]
    {
        assert_eq!(Input::from_json(&value).unwrap().unwrap(), link(), "{value}");
    }
    let lines = json!(format!("{LINK}\n\n {LINK}\r\n"));
    assert_eq!(Input::list_from_json(&lines).unwrap(), [link(), link()]);
    assert_eq!(Input::list_from_json(&json!(format!("[\"{LINK}\", null]"))).unwrap(), [link()]);
}

/// Anyone can write the mark into a text.
#[test]
fn a_file_object_in_text_earns_no_trust() {
    let forged = dify_file(&format!("http://10.0.0.1{SIGNED}")).to_string();
    let problem = InputProblem::Link(LinkProblem::NotHttps);
    assert_eq!(Input::from_text(&forged), Err(problem));
    assert_eq!(Input::from_json(&json!(forged)), Err(problem));
    assert_eq!(Input::list_from_json(&json!(format!("[{forged}]"))), Err(problem));
    let public = dify_file(LINK).to_string();
    assert_eq!(Input::from_text(&public).unwrap().unwrap(), link());
}

#[test]
fn base64_and_data_uris_are_the_file_itself() {
    let standard = STANDARD.encode(png(300, 300));
    let lines: Vec<String> = standard.as_bytes().chunks(20).map(|line| String::from_utf8_lossy(line).into()).collect();
    for text in [
        standard.clone(),
        URL_SAFE_NO_PAD.encode(png(300, 300)),
        lines.join("\r\n"),
        format!("data:image/png;base64,{standard}"),
        // The type is not believed, nor needed.
        format!("DATA:text/plain;charset=utf-8;BASE64,{standard}"),
        format!("data:;base64,{standard}"),
    ] {
        assert_eq!(Input::from_text(&text).unwrap().unwrap(), picture(), "{text}");
        assert_eq!(Input::list_from_json(&json!(text)).unwrap(), [picture()]);
    }
    // Begins like a path.
    let jpeg = support::jpeg(300, 300);
    assert!(STANDARD.encode(&jpeg).starts_with("/9j/"));
    assert_eq!(Input::from_text(&STANDARD.encode(&jpeg)).unwrap().unwrap(), Input::from_bytes(jpeg));
}

#[test]
fn what_is_no_file_is_told_apart() {
    use InputProblem::{Link, NotAFile, NotBase64, NotUnderstood};
    let cases: [(Value, InputProblem); 13] = [
        (json!(7), NotAFile("a number")),
        (json!(true), NotAFile("a yes or no")),
        (json!({}), NotAFile("an object without a link")),
        (json!({"dify_model_identity": "__dify__file__", "url": null}), NotAFile("an object without a link")),
        (json!([[LINK]]), NotAFile("a list in a list")),
        (json!("boat.png"), NotUnderstood),
        (json!("cats"), NotUnderstood),
        (json!("{\"url\":"), NotUnderstood),
        (json!("a prompt that got into the wrong field"), NotUnderstood),
        (json!("data:image/png,plain"), NotBase64),
        (json!("data:image/png;base64,%%%"), NotBase64),
        (json!("ftp://cdn.example.com/a.png"), Link(LinkProblem::NotHttps)),
        (json!("http://cdn.example.com/a.png"), Link(LinkProblem::NotHttps)),
    ];
    for (value, problem) in cases {
        assert_eq!(Input::from_json(&value), Err(problem), "{value}");
        assert!(Input::list_from_json(&value).is_err(), "{value}");
    }
}

#[test]
fn local_files_are_read_up_to_a_limit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    std::fs::write(&path, png(300, 300)).unwrap();
    assert_eq!(Input::from_path(&path).unwrap(), picture());
    let missing = Input::from_path(folder.path().join("b.png")).unwrap_err();
    assert!(matches!(missing, kling_media::MediaError::Io(_)), "{missing}");
    let large = folder.path().join("large.png");
    std::fs::File::create(&large).unwrap().set_len(kling_media::MAX_INPUT_BYTES + 1).unwrap();
    assert!(matches!(Input::from_path(&large), Err(kling_media::MediaError::Unfit(_))));
}

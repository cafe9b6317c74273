//! Texts that mean to be JSON are read for what matters of them, and no text stops the runtime.

use std::fmt::Write;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kling_media::{Downloader, Input, InputProblem, Limits, LinkPolicy, MAX_FILES, Prepared};
use serde_json::json;

#[tokio::test]
async fn a_list_with_the_base64_of_a_large_picture_is_read() {
    let mut picture = kling_sim::SAMPLE_PNG.to_vec();
    picture.resize(3_000_000, 0);
    let encoded = STANDARD.encode(&picture);
    for text in [json!(format!("[\"{encoded}\"]")), json!([encoded]), json!(format!(" [null, \"{encoded}\", \"\"]"))] {
        assert_eq!(Input::read_list(Some(&text)).await.unwrap(), [Input::from_bytes(picture.clone())]);
        assert_eq!(Input::read(Some(&text)).await.unwrap().unwrap(), Input::from_bytes(picture.clone()));
    }
}

#[test]
fn a_list_may_hold_so_many_files_and_no_more() {
    let link = "https://cdn.example.com/a.png";
    for (count, expected) in
        [(MAX_FILES, Ok(MAX_FILES)), (MAX_FILES + 1, Err(InputProblem::TooMany { most: MAX_FILES }))]
    {
        let links = vec![link; count];
        let mut text = String::new();
        for link in &links {
            writeln!(text, "{link}").unwrap();
        }
        for value in [json!(links), json!(json!(links).to_string()), json!(text)] {
            assert_eq!(Input::list_from_json(&value).map(|all| all.len()), expected, "{count}");
        }
    }
}

#[test]
fn what_matters_of_an_object_in_a_text_is_read_however_it_is_written() {
    let one = |text: &str| Input::from_text(text);
    let link = Input::from_url("https://cdn.example.com/a.png").unwrap();
    for text in [
        r#"{"url": "https://cdn.example.com/a.png", "tags": [[{"deep": [1, 2, {}]}], null, 1.5e3, "x"]}"#,
        r#"{"url": null, "remote_url": "https:\/\/cdn.example.com\/a.png"}"#,
        r#"{"url": 7, "remote_url": "https://cdn.example.com/a.png"}"#,
        r#"{"url": " ", "u\u0072l": "https://cdn.example.com/a.png"}"#,
        r#"[null, {"url": "https://cdn.example.com/a.png"}, "  "]"#,
    ] {
        assert_eq!(one(text).unwrap().unwrap(), link, "{text}");
    }
    for (text, problem) in [
        (r#"{"url": ["https://cdn.example.com/a.png"]}"#, InputProblem::NotAFile("an object without a link")),
        ("[1]", InputProblem::NotAFile("a number")),
        ("[true]", InputProblem::NotAFile("a yes or no")),
        (r#"[["https://cdn.example.com/a.png"]]"#, InputProblem::NotAFile("a list in a list")),
        (r#"["https://cdn.example.com/a.png"] and more"#, InputProblem::NotUnderstood),
        (r#"{"url": "https://cdn.example.com/a.png""#, InputProblem::NotUnderstood),
    ] {
        assert_eq!(one(text), Err(problem), "{text}");
    }
}

/// Whatever else runs there goes on, with one thread too.
#[tokio::test(start_paused = true)]
async fn large_content_is_read_checked_and_encoded_beside_the_runtime() {
    let mut picture = kling_sim::SAMPLE_PNG.to_vec();
    picture.resize(4_000_000, 0);
    let value = json!([STANDARD.encode(&picture)]);
    let downloader = Downloader::new(LinkPolicy::HttpsOnly).unwrap();
    assert!(goes_on(Input::read(Some(&value))).await.1);
    let (inputs, went_on) = goes_on(Input::read_list(Some(&value))).await;
    assert!(went_on);
    assert!(goes_on(Input::read_text(value[0].as_str().unwrap())).await.1);
    let before = tokio::time::Instant::now();
    let input = inputs.unwrap().remove(0);
    let (prepared, went_on) = goes_on(input.prepare(&downloader, &Limits::LEGACY_IMAGE)).await;
    assert!(went_on && matches!(prepared, Ok(Prepared::Base64(_))), "{prepared:?}");
    assert_eq!(before.elapsed(), Duration::ZERO, "a paused clock stands still meanwhile");
}

/// Whether another task ran before the work was done.
async fn goes_on<T>(work: impl Future<Output = T>) -> (T, bool) {
    let other = tokio::spawn(async {});
    let done = work.await;
    (done, other.is_finished())
}

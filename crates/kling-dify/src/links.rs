//! Pictures given as links in texts: what agents, which fill no file parameters, can hand over.

use std::borrow::Cow;

use kling_media::{Input, InputProblem};
use serde_json::json;
use url::Url;

use crate::declaration::ToolTable;

/// File parameters and the texts that stand for them where a tool has both.
const LINK_PARAMETERS: [(&str, &str); 5] = [
    ("image", "image_url"),
    ("image_tail", "image_tail_url"),
    ("first_frame", "first_frame_url"),
    ("end_frame", "end_frame_url"),
    ("image_list", "image_urls"),
];

/// What Dify renews each time it signs the link of one of its files.
const SIGNATURE: [&str; 3] = ["timestamp", "nonce", "sign"];
/// A longer text is no link.
const LONGEST_LINK: usize = 4096;

/// The text parameter of a tool that stands for one of its file parameters.
pub(crate) fn link_parameter(table: ToolTable, file: &str) -> Option<&'static str> {
    let (_, link) = LINK_PARAMETERS.into_iter().find(|(name, _)| *name == file)?;
    table.find(link).map(|parameter| parameter.name)
}

/// A link as a file: what Dify signed is fetched as its own file objects are, with the same checks of where it leads.
/// Anything else is for Kling to follow, or for nobody.
pub(crate) async fn read(link: &str) -> Result<Option<Input>, InputProblem> {
    if signed(link).is_some() {
        return Input::read(Some(&json!({ "dify_model_identity": "__dify__file__", "url": link }))).await;
    }
    Input::read_text(link).await
}

/// A link that looks as Dify signs those of its files.
fn signed(link: &str) -> Option<Url> {
    let link = link.trim();
    if link.len() >= LONGEST_LINK || !SIGNATURE.iter().all(|name| link.contains(name)) {
        return None;
    }
    // It has no scheme where Dify was not told its own address.
    let absolute = Url::parse(link).or_else(|_| Url::parse("http://dify.invalid").and_then(|base| base.join(link)));
    let url = absolute.ok()?;
    let names: Vec<_> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    let is_file = url.path_segments().is_some_and(|mut segments| segments.any(|segment| segment == "files"));
    let all_there = SIGNATURE.iter().all(|name| names.iter().any(|there| there == name));
    (is_file && all_there).then_some(url)
}

/// What may stand between two links of a text. None of it is in a link of Dify's.
fn parts(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '，' | ';' | '；' | '、' | '"' | '\'' | '[' | ']')
}

/// How many links in a text look as if Dify had signed them.
pub(crate) fn signed_links(text: &str) -> usize {
    if !SIGNATURE.iter().all(|name| text.contains(name)) {
        return 0;
    }
    text.split(parts).filter(|link| signed(link).is_some()).count()
}

/// A text with Dify's links in it without what Dify renews in them; everything else as it is.
pub(crate) fn without_signatures(text: &str) -> Cow<'_, str> {
    if signed_links(text) == 0 {
        return Cow::Borrowed(text);
    }
    let part = |part: &str| {
        let link = part.trim_end_matches(parts);
        let Some(mut url) = signed(link) else { return part.to_owned() };
        let pairs: Vec<_> = url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        let kept = pairs.into_iter().filter(|(name, _)| !SIGNATURE.contains(&name.as_str()));
        url.query_pairs_mut().clear().extend_pairs(kept);
        format!("{url}{}", part.get(link.len()..).unwrap_or_default())
    };
    Cow::Owned(text.split_inclusive(parts).map(part).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::declaration::text;
    use crate::language::Language;
    use crate::parameters::{MAX_FILES, Parameters};

    const TABLE: ToolTable = ToolTable { name: "t", parameters: &[&[text("image_urls")]], outputs: &[] };
    const FILE: &str = "https://dify.example.test/files/0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9/file-preview";

    fn links(value: Value) -> Result<Vec<String>, String> {
        let values = serde_json::Map::from_iter([("image_urls".to_owned(), value)]);
        let parameters = Parameters::new(&values, TABLE, Language::English);
        parameters.and_then(|p| p.links("image_urls")).map_err(|error| error.to_string())
    }

    #[test]
    fn links_come_in_lines_with_commas_or_as_json() {
        let (a, b) = ("https://a.test/1.png", "https://b.test/2.png");
        for value in [
            json!(format!("{a},{b}")),
            json!(format!(" {a}, {b},\n")),
            json!(format!("{a}\n{b}")),
            json!(format!("{a}，{b}")),
            json!(format!("{a}; {b}")),
            json!(json!([a, b]).to_string()),
            json!([a, null, b]),
            json!([{ "url": a }, { "remote_url": b }]),
            json!(json!([{ "url": a }, b, " "]).to_string()),
        ] {
            assert_eq!(links(value.clone()).unwrap(), [a, b], "{value}");
        }
        for value in [json!(a), json!([a]), json!({ "url": a }), json!(format!("\"{a}\""))] {
            assert_eq!(links(value).unwrap(), [a]);
        }
        for nothing in [json!(null), json!(""), json!(" \n"), json!("null"), json!([]), json!([null]), json!("[]")] {
            assert_eq!(links(nothing).unwrap(), [""; 0]);
        }
    }

    /// Object stores work on pictures by what stands behind a comma in the link.
    #[test]
    fn commas_within_a_link_stay() {
        let (a, b) = ("https://a.test/1.png?x-oss-process=image/resize,w_100;h_2", "https://b.test/2.png");
        assert_eq!(links(json!(format!("{a},{b}"))).unwrap(), [a, b]);
        assert_eq!(links(json!(a)).unwrap(), [a]);
    }

    #[test]
    fn what_is_no_list_of_links_is_refused_by_name() {
        let broken = r#"["https://a.test/1.png", "https://b.test"#;
        for value in [json!(broken), json!("{url: x}"), json!([7]), json!(true), json!({"id": 1})] {
            assert!(links(value.clone()).unwrap_err().starts_with("`image_urls` "), "{value}");
        }
        let many = vec!["https://a.test/1.png"; MAX_FILES + 1];
        assert!(links(json!(many.join(","))).unwrap_err().starts_with("`image_urls` has 17 files"));
    }

    #[test]
    fn a_signature_is_cut_from_each_link_of_a_list() {
        let signed = |id: u32, time: u32| {
            format!("https://d.test/files/{id}/file-preview?timestamp={time}&nonce=n{time}&sign=s{time}%3D")
        };
        for (before, between, after) in [("", "\n", ""), ("", ",", ""), ("[\"", "\", \"", "\"]"), (" ", "，", "\n")] {
            let list = |second: u32, time: u32| {
                format!("{before}{}{between}{}{after}", signed(1, time), signed(second, time + 1))
            };
            assert_eq!(without_signatures(&list(2, 1)), without_signatures(&list(2, 7)));
            assert_ne!(without_signatures(&list(2, 1)), without_signatures(&list(3, 1)), "another picture");
            assert_eq!(signed_links(&list(2, 1)), 2);
        }
        for text in ["a boat", "timestamp nonce sign", "https://cdn.test/a?timestamp=1&nonce=2&sign=3", ""] {
            assert_eq!((without_signatures(text).as_ref(), signed_links(text)), (text, 0));
        }
    }

    #[tokio::test]
    async fn difys_own_links_are_files_of_difys_and_no_others() {
        let shown = async |link: &str| format!("{:?}", read(link).await);
        let query = "?timestamp=1700000000&nonce=abc&sign=c2ln";
        assert_eq!(shown(&format!("{FILE}{query}")).await, "Ok(Some(Input(file of Dify's)))");
        assert_eq!(shown("https://cdn.example.test/a.png").await, "Ok(Some(Input(link)))");
        assert!(matches!(read(&format!("/files/1/file-preview{query}")).await, Err(InputProblem::FilesUrlUnset)));
        for word in ["None", "the picture above", "a.png", "undefined"] {
            assert!(read(word).await.is_err(), "{word}");
        }
    }
}

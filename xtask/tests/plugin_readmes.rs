//! The READMEs in the package name what Dify's pages show, in their language, and both say the same.

mod support;

use std::collections::BTreeSet;
use std::fs;

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};
use serde_json::Value;
use support::{PROVIDER, list, options, parameters, text, tools, yaml};
use xtask::package::contents::{self, Changes};
use xtask::project;
use xtask::readme_preview::drawing::{self, Drawing};
use xtask::readme_preview::page::{IMAGE_HEIGHT, SYNTAX, WIDTH};
use xtask::readme_preview::{READMES, rules};

/// What people load to see a README.
const IMAGE_BYTES: usize = 60_000;
/// A first success fits on a screen of Dify's panel.
const FIRST_STEPS: usize = 10;

/// A README, taken apart.
struct Readme {
    language: &'static str,
    text: String,
    headings: Vec<HeadingLevel>,
    bold: Vec<String>,
    fields: Vec<String>,
    code: BTreeSet<String>,
    links: BTreeSet<String>,
    images: Vec<String>,
    /// The items of the first list.
    first_steps: Vec<String>,
}

fn read(language: &'static str, place: &str) -> Readme {
    let text = text(&format!("plugin/{place}"));
    let mut it = Readme {
        language,
        headings: Vec::new(),
        bold: Vec::new(),
        fields: Vec::new(),
        code: BTreeSet::new(),
        links: BTreeSet::new(),
        images: Vec::new(),
        first_steps: Vec::new(),
        text: String::new(),
    };
    let (mut strong, mut emphasis, mut lists) = (false, false, 0);
    for event in Parser::new_ext(&text, SYNTAX) {
        match &event {
            Event::Start(Tag::Heading { level, .. }) => it.headings.push(*level),
            Event::Start(Tag::Strong) => strong = true,
            Event::End(TagEnd::Strong) => strong = false,
            Event::Start(Tag::Emphasis) => emphasis = true,
            Event::End(TagEnd::Emphasis) => emphasis = false,
            Event::Start(Tag::Link { dest_url, .. }) => drop(it.links.insert(dest_url.to_string())),
            Event::Start(Tag::Image { dest_url, .. }) => it.images.push(dest_url.to_string()),
            Event::Start(Tag::List(_)) => lists += 1,
            Event::Start(Tag::Item) if lists == 1 => it.first_steps.push(String::new()),
            Event::End(TagEnd::List(_)) if lists == 1 => lists += 1,
            Event::Code(code) => drop(it.code.insert(code.to_string())),
            Event::Text(words) if strong => it.bold.push(words.to_string()),
            Event::Text(words) if emphasis => it.fields.push(words.to_string()),
            _ => {}
        }
        if let (1, Event::Text(words) | Event::Code(words), Some(step)) = (lists, &event, it.first_steps.last_mut()) {
            step.push_str(words);
        }
    }
    // Slanted Chinese is hard to read, so a field stands in corner brackets there.
    it.fields.extend(text.split('「').skip(1).filter_map(|rest| Some(rest.split_once('」')?.0.to_owned())));
    it.text = text;
    it
}

fn readmes() -> [Readme; 2] {
    READMES.map(|(language, place)| read(language, place))
}

fn words<'a>(texts: &'a Value, language: &str) -> &'a str {
    texts[language].as_str().or(texts["en_US"].as_str()).unwrap()
}

fn tool_labels(language: &str) -> BTreeSet<String> {
    tools().iter().map(|tool| words(&tool["identity"]["label"], language).to_owned()).collect()
}

fn field_labels(language: &str) -> BTreeSet<String> {
    let provider = yaml(PROVIDER);
    let credentials = provider["credentials_for_provider"].as_object().unwrap().values();
    let parameters = parameters().into_iter().map(|(_, parameter)| parameter);
    credentials.cloned().chain(parameters).map(|it| words(&it["label"], language).to_owned()).collect()
}

/// Whether it is the label, or what it begins with, up to a word's end.
fn names(short: &str, label: &str) -> bool {
    label.strip_prefix(short).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

fn is_of_the_plugin(bold: &str) -> bool {
    bold.starts_with("Kling ") || bold.starts_with("可灵")
}

#[test]
fn dify_shows_them_as_they_are_meant() {
    for (_, place) in READMES {
        assert_eq!(rules::faults(&text(&format!("plugin/{place}"))), Vec::<String>::new(), "{place}");
    }
}

#[test]
fn a_first_video_takes_few_steps_at_the_top() {
    for readme in readmes() {
        let before = readme.text.split_once("1. ").unwrap().0;
        assert!(before.lines().filter(|line| !line.is_empty()).count() <= 3, "{before}");
        let steps = readme.first_steps.len();
        assert!((4..=FIRST_STEPS).contains(&steps), "{steps} steps");
        let all = readme.first_steps.join("\n");
        let label = yaml("tools/text_2_video_create.yaml")["identity"]["label"][readme.language].clone();
        for named in ["kling_aigc-", "klingai.com", "kling.ai/", "prompt", "files", label.as_str().unwrap()] {
            assert!(all.contains(named), "the first steps do not name {named}");
        }
    }
}

#[test]
fn tools_are_called_as_dify_shows_them() {
    for readme in readmes() {
        let labels = tool_labels(readme.language);
        for bold in readme.bold.iter().filter(|bold| is_of_the_plugin(bold)) {
            assert!(labels.contains(bold), "there is no tool \"{bold}\" in {}", readme.language);
        }
        let named: BTreeSet<_> = readme.bold.iter().cloned().collect();
        let missing: Vec<_> = labels.difference(&named).collect();
        assert!(missing.is_empty(), "{} says nothing of {missing:?}", readme.language);
        for tool in tools() {
            let name = tool["identity"]["name"].as_str().unwrap();
            assert!(!readme.code.contains(name), "{name} is shown nowhere in Dify");
        }
    }
}

#[test]
fn fields_are_called_as_dify_shows_them() {
    for readme in readmes() {
        let labels = field_labels(readme.language);
        assert!(readme.fields.len() > 15, "{:?}", readme.fields);
        for field in &readme.fields {
            assert!(
                labels.iter().any(|label| names(field, label)),
                "no field is called {field} in {}",
                readme.language
            );
        }
    }
}

#[test]
fn a_label_is_named_by_its_first_words_only() {
    assert!(names("Region", "Region: the console") && names("区域", "区域：密钥") && names("Mode", "Mode"));
    assert!(!names("Mod", "Mode") && !names("区", "区域：密钥") && !names("Modes", "Mode"));
}

#[test]
fn every_output_and_every_current_model_is_explained() {
    let mut wanted = BTreeSet::new();
    for tool in tools() {
        wanted.extend(tool["output_schema"]["properties"].as_object().unwrap().keys().cloned());
        for parameter in list(&tool["parameters"]).iter().filter(|it| it["name"] == "model_name") {
            for option in list(&parameter["options"]) {
                let retired = words(&option["label"], "en_US").contains("retired");
                wanted.extend((!retired).then(|| option["value"].as_str().unwrap().to_owned()));
            }
        }
    }
    for readme in readmes() {
        let missing: Vec<_> = wanted.difference(&readme.code).collect();
        assert!(missing.is_empty(), "{} says nothing of {missing:?}", readme.language);
    }
}

#[test]
fn every_model_named_can_be_chosen() {
    let models: BTreeSet<_> = parameters()
        .iter()
        .filter(|(place, _)| place.ends_with(".model_name"))
        .flat_map(|(_, parameter)| options(parameter).into_iter().map(|it| it.as_str().unwrap().to_owned()))
        .collect();
    for readme in readmes() {
        for code in readme.code.iter().filter(|code| code.starts_with("kling-")) {
            assert!(models.contains(code), "no tool offers {code}");
        }
    }
}

#[test]
fn both_languages_have_the_same_chapters_and_name_the_same_things() {
    let [english, chinese] = readmes();
    assert_eq!(english.headings, chinese.headings);
    assert_eq!(english.links, chinese.links);
    assert_eq!(english.first_steps.len(), chinese.first_steps.len());

    // Code with words in it is translated.
    let without_words = |readme: &Readme| -> BTreeSet<String> {
        readme.code.iter().filter(|code| code.is_ascii() && !code.contains(' ')).cloned().collect()
    };
    let (one, other) = (without_words(&english), without_words(&chinese));
    let differing: Vec<_> = one.symmetric_difference(&other).collect();
    assert!(differing.is_empty(), "only one of the languages names {differing:?}");

    let numbers = |readme: &Readme| -> Vec<String> {
        let plain = readme.text.replace("2,500", "2500");
        let found = plain.split(|it: char| !it.is_ascii_digit()).filter(|number| number.len() > 1);
        let mut found: Vec<_> = found.map(str::to_owned).collect();
        found.sort();
        found.dedup();
        found
    };
    assert_eq!(numbers(&english), numbers(&chinese), "codes, limits and dates differ");

    let without_language = |readme: &Readme| -> Vec<_> {
        readme.images.iter().map(|it| it.replace(&format!(".{}.", readme.language), ".")).collect()
    };
    assert_eq!(without_language(&english), without_language(&chinese));
}

#[test]
fn images_are_packed_small_and_shown_in_full() {
    let packed = contents::collect(project::root(), &[], &Changes::new()).unwrap();
    let packed: BTreeSet<_> = packed.into_iter().map(|entry| entry.path).collect();
    let mut shown = BTreeSet::new();
    for readme in readmes() {
        assert!(readme.images.len() >= 2, "{:?}", readme.images);
        for address in &readme.images {
            let path = address.strip_prefix("./").unwrap();
            assert!(packed.contains(path), "{path} is not in the package");
            let png = fs::read(project::root().join("plugin").join(path)).unwrap();
            assert!(png.len() <= IMAGE_BYTES, "{path} has {} bytes", png.len());
            let (width, height) = drawing::size(&png).unwrap();
            assert!(width >= WIDTH, "{path} is blurred");
            assert!(height * WIDTH <= IMAGE_HEIGHT * width, "{path} is so high that Dify makes it narrow");
            shown.insert(path.to_owned());
        }
    }
    let assets = packed.iter().filter(|path| path.starts_with("_assets/") && !path.starts_with("_assets/icon"));
    assert_eq!(assets.cloned().collect::<BTreeSet<_>>(), shown, "an image is packed that no README shows");
}

#[test]
fn images_are_as_they_were_drawn_last() {
    for drawing in Drawing::all().unwrap() {
        let png = fs::read(project::root().join("plugin").join(&drawing.asset)).unwrap_or_default();
        let path = drawing.asset.display();
        assert!(drawing.is_shown_by(&png), "{path} is out of date: cargo xtask readme-preview --draw");
    }
}

#[test]
fn images_call_tools_as_dify_shows_them() {
    for drawing in Drawing::all().unwrap() {
        let name = drawing.path.file_name().unwrap().to_str().unwrap();
        let (language, _) = READMES.into_iter().find(|(language, _)| name.contains(language)).unwrap();
        let labels = tool_labels(language);
        let titles: Vec<_> = drawing.svg.split("title tool\"").skip(1).collect();
        assert!(!titles.is_empty(), "{} shows no tool", drawing.path.display());
        for title in titles {
            let title = title.split_once('>').unwrap().1.split_once('<').unwrap().0;
            assert!(labels.contains(title), "{}: there is no tool \"{title}\"", drawing.path.display());
        }
    }
}

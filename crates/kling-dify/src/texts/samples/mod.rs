//! Every message with values filled in, and what must be true of each, in both languages.
//!
//! A new text needs a sample, in the file named as its own; a new file of texts needs a row in [`CATALOGUE`].

mod agents;
mod failures;
mod files;
mod library;
mod network;
mod results;
mod settings;
mod tasks;

use kling_api::{Handle, Id, Region, TaskPath};

use crate::language::Language;

/// The names of texts, each with what it says.
type Samples = Vec<(&'static str, String)>;

/// A file of texts: its name, its source, and its samples.
type Row = (&'static str, &'static str, fn(Language) -> Samples);

const CATALOGUE: &[Row] = &[
    ("agents", include_str!("../agents.rs"), agents::samples),
    ("failures", include_str!("../failures.rs"), failures::samples),
    ("files", include_str!("../files.rs"), files::samples),
    ("library", include_str!("../library.rs"), library::samples),
    ("network", include_str!("../network.rs"), network::samples),
    ("results", include_str!("../results.rs"), results::samples),
    ("settings", include_str!("../settings.rs"), settings::samples),
    ("tasks", include_str!("../tasks.rs"), tasks::samples),
];

const LINK: &str = "https://cdn.example.test/v.mp4?sign=1";

/// What Kling itself says: in its own language, whatever that of the message.
const KLINGS_WORDS: &str = "KLINGS_OWN_WORDS";

fn handle() -> Handle {
    let path = TaskPath::TEXT2VIDEO;
    Handle::new(path.surface(), Region::Beijing, path, Id::new("840000000000000001"))
}

/// Words of a Chinese message that are no Chinese: names, units and settings. What has a digit or an underscore is a
/// name too, and so are media types and what stands in backticks.
const NAMES: &str = "API Access Android DNS Dify HTTP ID IP JPEG JSON KB Key MB Omni PNG Secret beijing env \
     etc/resolv.conf handle http https iPhone image kling.ai klingai.com limit online \
     processing singapore succeed";

/// What is said in both languages, with the text's name.
fn messages() -> impl Iterator<Item = (String, Language, String)> {
    CATALOGUE.iter().flat_map(|(file, _, samples)| {
        [Language::English, Language::Chinese].into_iter().flat_map(move |language| {
            samples(language).into_iter().map(move |(name, text)| (format!("{file}::{name}"), language, text))
        })
    })
}

/// A text without what stands in backticks: names and examples, which nobody translates or follows.
fn without_quotations(text: &str) -> String {
    text.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

/// The words of a text that are written in Latin letters and are no names by their form.
fn latin_words(text: &str) -> Vec<&str> {
    let in_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '\'');
    text.split(|c| !in_word(c))
        .map(|word| word.trim_matches(['-', '.', '/', '\'']))
        .filter(|word| word.contains(|c: char| c.is_ascii_alphabetic()))
        .filter(|word| !word.contains(|c: char| c == '_' || c.is_ascii_digit()))
        .filter(|word| !word.starts_with("image/") && !word.starts_with("video/"))
        .collect()
}

#[test]
fn every_text_has_a_sample() {
    for (file, source, samples) in CATALOGUE {
        let known: Vec<_> = samples(Language::English).into_iter().map(|(name, _)| name).collect();
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        let texts: Vec<_> =
            code.split("pub(crate) fn ").skip(1).filter_map(|rest| rest.split(['(', '<']).next()).collect();
        assert!(!texts.is_empty(), "{file}");
        for text in texts {
            assert!(known.contains(&text), "{file}::{text} has no sample");
        }
    }
}

#[test]
fn an_english_message_is_english_and_a_chinese_one_chinese() {
    for (name, language, text) in messages() {
        if language == Language::English {
            assert!(text.is_ascii(), "{name}: {text}");
            continue;
        }
        assert!(text.contains(|c: char| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{name}: {text}");
        let text_alone = without_quotations(&text);
        for word in text_alone.split_whitespace().filter(|part| !is_link(part)).flat_map(latin_words) {
            assert!(NAMES.split(' ').any(|name| name == word), "{name}: {word:?} in {text}");
        }
    }
}

fn is_link(text: &str) -> bool {
    let host = text.split_once("://").map_or("", |(_, host)| host);
    (text.starts_with("https://") || text.starts_with("http://")) && host.starts_with(|c: char| c.is_alphanumeric())
}

/// Dify shows texts as Markdown, and takes what follows a link into its address. A handle is copied more easily where
/// its line ends with it.
#[test]
fn a_link_stands_alone_on_its_line_and_a_handle_ends_its_line() {
    let (mut links, mut handles) = (0, 0);
    for (name, _, text) in messages() {
        for line in without_quotations(&text).lines() {
            let starts: Vec<_> = line.match_indices("http").map(|(at, _)| at).collect();
            if starts.into_iter().any(|at| line.get(at..).is_some_and(is_link)) {
                assert_eq!(line, LINK, "{name}: {text}");
                links += 1;
            }
            let handle = handle().to_string();
            if line.contains(&handle) {
                assert!(line.ends_with(&handle), "{name}: {text}");
                handles += 1;
            }
        }
    }
    assert!(links > 4 && handles > 4, "the samples have some: {links}, {handles}");
}

#[test]
fn a_message_is_set_properly() {
    for (name, _, text) in messages() {
        for line in text.lines() {
            assert_eq!(line.trim(), line, "{name}: {text}");
            // Only columns of a list are set apart by two spaces.
            let spaced = name != "library::element_list" && line.contains("  ");
            assert!(!spaced && !line.is_empty(), "{name}: {text}");
            for wrong in ["..", "。。", "，。", "：。", "。，", " ,", "picture"] {
                assert!(!line.contains(wrong), "{name}: {wrong} in {text}");
            }
        }
    }
}

/// The tool that a message sends its reader to has the name that the reader sees.
#[test]
fn the_query_tool_is_called_as_its_declaration_calls_it() {
    let yaml = include_str!("../../../../../plugin/tools/task_query.yaml");
    for (language, key) in [(Language::English, "en_US: "), (Language::Chinese, "zh_Hans: ")] {
        let label = yaml.lines().find_map(|line| line.trim().strip_prefix(key)).unwrap();
        let said = super::task_query(language);
        assert!(said.contains(label) && said.contains("task_query"), "{said}: {label}");
    }
}

/// So is a region.
#[test]
fn regions_are_called_as_the_form_calls_them() {
    let yaml = include_str!("../../../../../plugin/provider/kling_aigc.yaml");
    for region in [Region::Beijing, Region::Singapore] {
        let option = yaml.lines().find(|line| line.contains(&format!("value: \"{region}\""))).unwrap();
        for language in [Language::English, Language::Chinese] {
            let said = super::region_name(language, region);
            assert!(option.contains(said.trim_matches(['“', '”'])), "{said}: {option}");
        }
    }
}

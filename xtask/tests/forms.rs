//! The forms that Dify shows, as people read them: titles that fit, words instead of values, the main input first.

mod support;

use std::collections::BTreeSet;

use serde_json::Value;
use support::{PROVIDER, list, parameters, tools, yaml};

const LANGUAGES: [&str; 2] = ["en_US", "zh_Hans"];
/// What the header of a node's panel shows of a title (Dify 1.16.0, in a browser).
const TITLE_CHARS: usize = 24;
/// A link's text stays on one line of the credentials form.
const HELP_CHARS: usize = 40;

/// What only retired models take, and what has no effect any more.
const OBSOLETE: [&str; 7] = [
    "text_2_video_create.cfg_scale",
    "image_2_video_create.cfg_scale",
    "image_2_video_create.aspect_ratio",
    "image_2_video_create.static_mask",
    "text_2_video_create.camera_control",
    "image_2_video_create.camera_control",
    "image_2_video_create.dynamic_masks",
];

/// Images as files, and the same as links for agents.
const TWINS: [(&str, &str); 5] = [
    ("image", "image_url"),
    ("image_tail", "image_tail_url"),
    ("first_frame", "first_frame_url"),
    ("end_frame", "end_frame_url"),
    ("image_list", "image_urls"),
];

fn name(it: &Value) -> &str {
    it["name"].as_str().unwrap()
}

fn tool_name(tool: &Value) -> &str {
    name(&tool["identity"])
}

fn credentials() -> Vec<(String, Value)> {
    let provider = yaml(PROVIDER);
    provider["credentials_for_provider"].as_object().unwrap().clone().into_iter().collect()
}

fn is_chinese(text: &str) -> bool {
    text.contains(|it| ('\u{4e00}'..='\u{9fff}').contains(&it))
}

/// Every text that people read in a form, with its place.
fn human_texts() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    let mut add = |place: &str, both: &Value| {
        for language in LANGUAGES {
            if let Some(text) = both[language].as_str() {
                texts.push((format!("{place}, {language}"), text.to_owned()));
            }
        }
    };
    for tool in tools() {
        add(tool_name(&tool), &tool["identity"]["label"]);
        add(tool_name(&tool), &tool["description"]["human"]);
        for (output, schema) in tool["output_schema"]["properties"].as_object().unwrap() {
            add(&format!("{}.{output}", tool_name(&tool)), &serde_json::json!({"en_US": schema["description"]}));
        }
    }
    for (place, it) in parameters().iter().chain(&credentials()) {
        for part in ["label", "human_description", "placeholder", "help"] {
            add(place, &it[part]);
        }
        for option in list(&it["options"]) {
            add(&format!("{place}={}", option["value"]), &option["label"]);
        }
    }
    texts
}

#[test]
fn titles_fit_the_header_of_a_panel() {
    for language in LANGUAGES {
        let mut seen = BTreeSet::new();
        for tool in tools() {
            let title = tool["identity"]["label"][language].as_str().unwrap().to_owned();
            assert!(title.chars().count() <= TITLE_CHARS, "{title:?} is longer than {TITLE_CHARS} characters");
            assert!(seen.insert(title.clone()), "two tools are called {title:?}");
        }
    }
}

#[test]
fn no_text_holds_markup() {
    // Dify shows texts of forms as they are.
    let texts = human_texts();
    assert!(texts.len() > 500, "{} texts", texts.len());
    for (place, text) in texts {
        assert!(!text.contains('`'), "{place}: {text}");
    }
}

#[test]
fn chinese_texts_are_chinese() {
    for (place, it) in parameters() {
        for part in ["label", "human_description"] {
            assert!(is_chinese(it[part]["zh_Hans"].as_str().unwrap()), "{place}: {part}");
        }
        assert!(it["human_description"]["zh_Hans"].as_str().unwrap().ends_with('。'), "{place} ends without a stop");
        assert!(it["human_description"]["en_US"].as_str().unwrap().ends_with('.'), "{place} ends without a stop");
    }
    for tool in tools() {
        assert!(is_chinese(tool["description"]["human"]["zh_Hans"].as_str().unwrap()), "{}", tool_name(&tool));
    }
}

#[test]
fn options_are_words_in_both_languages() {
    let mut words = 0;
    for (place, it) in parameters().iter().chain(&credentials()) {
        for option in list(&it["options"]) {
            let value = option["value"].as_str().unwrap();
            // Names of models, ratios and sizes read the same everywhere; each has a digit.
            if value.contains(|it: char| it.is_ascii_digit()) {
                continue;
            }
            for language in LANGUAGES {
                let label = option["label"][language].as_str();
                assert!(label.is_some_and(|label| label != value), "{place}={value} is no word in {language}");
            }
            assert!(is_chinese(option["label"]["zh_Hans"].as_str().unwrap()), "{place}={value}");
            words += 1;
        }
    }
    assert!(words > 100, "{words} options");
}

#[test]
fn switches_and_modes_read_the_same_in_every_tool() {
    let labels = [
        ("true", "Yes", "是"),
        ("false", "No", "否"),
        ("on", "On", "开启"),
        ("off", "Off", "关闭"),
        ("std", "Standard (720p)", "标准（720p）"),
        ("pro", "Pro (1080p)", "高品质（1080p）"),
    ];
    for (place, it) in parameters() {
        for option in list(&it["options"]) {
            let row = labels.iter().find(|(value, ..)| option["value"] == *value);
            let Some((_, english, chinese)) = row else { continue };
            assert_eq!(
                (&option["label"]["en_US"], &option["label"]["zh_Hans"]),
                (&(*english).into(), &(*chinese).into()),
                "{place}"
            );
        }
    }
}

#[test]
fn every_output_is_described() {
    for tool in tools() {
        for (output, schema) in tool["output_schema"]["properties"].as_object().unwrap() {
            let place = format!("{}.{output}", tool_name(&tool));
            let description = schema["description"].as_str().unwrap_or_else(|| panic!("{place} is not described"));
            assert!(description.split_whitespace().count() > 2 && !is_chinese(description), "{place}: {description}");
        }
    }
}

#[test]
fn the_main_input_comes_first() {
    let first = |tool: &str, form: &str| {
        let prefix = format!("{tool}.");
        let mut of_tool =
            parameters().into_iter().filter(|(place, it)| place.starts_with(&prefix) && it["form"] == form);
        of_tool.next().map(|(place, _)| place[prefix.len()..].to_owned()).unwrap_or_default()
    };
    for (tool, input, setting) in [
        ("text_2_video_create", "prompt", "model_name"),
        ("image_2_video_create", "image_url", "image"),
        ("omni_video_create", "prompt", "image_list"),
        ("image_generation_create", "prompt", "image"),
        ("omni_image_create", "prompt", "image_list"),
        ("element_create", "element_name", "reference_type"),
        ("task_query", "handle", "wait_for_result"),
    ] {
        assert_eq!((first(tool, "llm").as_str(), first(tool, "form").as_str()), (input, setting), "{tool}");
    }
}

#[test]
fn nothing_current_stands_below_what_only_retired_models_take() {
    let obsolete = |place: &str| OBSOLETE.contains(&place);
    let all = parameters();
    assert_eq!(all.iter().filter(|(place, _)| obsolete(place)).count(), OBSOLETE.len());
    for pair in all.windows(2) {
        let [(above, _), (below, _)] = pair else { unreachable!() };
        let one_tool = above.split('.').next() == below.split('.').next();
        assert!(!(one_tool && obsolete(above)) || obsolete(below), "{below} stands below {above}");
    }
}

#[test]
fn an_image_may_be_a_file_or_a_link() {
    let mut links = 0;
    for tool in tools() {
        let parameters = list(&tool["parameters"]);
        for (file, link) in TWINS {
            let Some(at) = parameters.iter().position(|it| name(it) == file) else { continue };
            let place = format!("{}.{link}", tool_name(&tool));
            let it = &parameters[at + 1];
            assert_eq!(name(it), link, "{place} follows its file");
            assert_eq!(
                (&it["type"], &it["form"], &it["required"]),
                (&"string".into(), &"llm".into(), &false.into()),
                "{place}"
            );
            for text in [&it["llm_description"], &it["human_description"]["en_US"]] {
                let text = text.as_str().unwrap();
                assert!(text.contains("ublic https link") && text.contains("ive either"), "{place}: {text}");
            }
            links += 1;
        }
    }
    assert_eq!(links, 7);
}

#[test]
fn retired_options_come_last() {
    let mut retired = 0;
    for (place, it) in parameters() {
        let labels: Vec<&str> = list(&it["options"]).iter().map(|it| it["label"]["en_US"].as_str().unwrap()).collect();
        let of_retired: Vec<bool> = labels.iter().map(|label| label.contains("retired")).collect();
        assert!(of_retired.is_sorted(), "{place}: {labels:?}");
        retired += of_retired.iter().filter(|it| **it).count();
    }
    assert_eq!(retired, 14);
}

#[test]
fn no_two_fields_of_a_form_have_one_label() {
    let no_twice = |place: &str, fields: &[Value]| {
        for language in LANGUAGES {
            let mut seen = BTreeSet::new();
            for field in fields {
                let label = field["label"][language].as_str().unwrap();
                assert!(seen.insert(label), "{place}: {label:?} stands twice");
            }
        }
    };
    for tool in tools() {
        no_twice(tool_name(&tool), list(&tool["parameters"]));
    }
    no_twice("credentials", &credentials().into_iter().map(|(_, it)| it).collect::<Vec<_>>());
}

#[test]
fn help_is_a_short_link() {
    // Dify shows help beside a link only, and all of it as the link.
    let mut links = BTreeSet::new();
    for (name, it) in credentials() {
        assert_eq!(it.get("help").is_some(), it.get("url").is_some(), "{name}");
        for language in LANGUAGES {
            let help = it["help"][language].as_str().unwrap_or_default();
            assert!(help.chars().count() <= HELP_CHARS, "{name}: {help}");
        }
        links.extend(it["url"].as_str().map(str::to_owned));
    }
    assert_eq!(
        links.into_iter().collect::<Vec<_>>(),
        ["https://kling.ai/dev/api-key", "https://klingai.com/dev/api-key"]
    );
}

#[test]
fn labels_of_credentials_say_what_matters() {
    let provider = yaml(PROVIDER);
    for language in LANGUAGES {
        for (credential, part, words) in [
            ("api_key", "label", &[("app credits", "灵感值")][..]),
            ("region", "label", &[("klingai.com", "klingai.com"), ("kling.ai", "kling.ai")]),
            ("access_key", "label", &[("new API", "新版 API")]),
            ("language", "label", &[("Chinese for mainland China", "中国大陆用中文"), ("both", "两种语言")]),
            ("max_file_mb", "label", &[("stay a link", "链接")]),
            ("max_file_mb", "placeholder", &[("PLUGIN_MAX_FILE_SIZE", "PLUGIN_MAX_FILE_SIZE"), ("30", "30")]),
        ] {
            let text = provider["credentials_for_provider"][credential][part][language].as_str().unwrap();
            for (english, chinese) in words {
                let word = if language == "en_US" { english } else { chinese };
                assert!(text.contains(word), "{credential}: {text}");
            }
        }
    }
}

#[test]
fn models_are_told_what_to_do_with_a_handle() {
    let mut creates = 0;
    for tool in tools() {
        let told = tool["description"]["llm"].as_str().unwrap();
        let is_create =
            list(&tool["parameters"]).iter().any(|it| name(it) == "wait_for_result" && it["default"] == "true");
        if is_create {
            assert!(
                told.contains("call task_query or ")
                    && told.contains("with the handle")
                    && told.contains("never create it again"),
                "{told}"
            );
            // An element costs no units (measured in 2026-09).
            let is_paid = tool_name(&tool) != "element_create";
            assert_eq!(told.contains("Costs money") && told.contains("minutes"), is_paid, "{told}");
            creates += 1;
        } else {
            assert!(told.contains("Free"), "{told}");
        }
    }
    assert_eq!(creates, 6);
}

use kling_api::{Id, Surface, TaskPath};

use super::*;

const LANGUAGES: [Language; 2] = [Language::English, Language::Chinese];

/// Two words of Latin letters side by side, which are English: names of fields and words of the API stand alone or in
/// quotes, and names of things begin with a capital.
fn english_in(text: &str) -> Option<String> {
    let mut bare = String::new();
    let mut quoted = None;
    for c in text.chars() {
        match (quoted, c) {
            (Some(close), c) if c == close => quoted = None,
            (Some(_), _) => {}
            (None, '`') => quoted = Some('`'),
            (None, '“') => quoted = Some('”'),
            (None, c) => bare.push(c),
        }
    }
    let words: Vec<_> = bare.split(' ').collect();
    let is_english = |word: &&str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    words.windows(2).find(|pair| pair.iter().all(is_english)).map(|pair| pair.join(" "))
}

fn problems() -> Vec<Problem> {
    let list = || "std, pro".to_owned();
    vec![
        Problem::Empty,
        Problem::TooLong { found: 3000, limit: 2500 },
        Problem::Count { found: 9, least: 1, most: 6 },
        Problem::Together { with: "element_list", found: 9, most: 7 },
        Problem::OutOfRange { found: 7.5, least: 0.0, most: 1.0 },
        Problem::NotSeconds,
        Problem::NotOneOf { allowed: list() },
        Problem::ModelAllows { found: "4k".to_owned(), model: "kling-v2-6".to_owned(), allowed: list() },
        Problem::NotWithModel { model: "kling-v2-6".to_owned() },
        Problem::Needed { wanted: "customize or intelligence", because: "multi_shot" },
        Problem::Required { because: "shot_type" },
        Problem::RequiredWithout { others: "first_frame, video_list" },
        Problem::ExclusiveWith { other: "image" },
        Problem::Sum { sum: 4, total: 5 },
        Problem::NotLess { other: "end_time" },
        Problem::SameAs { other: "element_frontal_image" },
        Problem::OneNonZero { found: 2 },
        Problem::MissingReference { name: "image_3".to_owned() },
        Problem::Duplicate,
        Problem::Ambiguous,
        Problem::NotMedia,
        Problem::NotUrl,
        Problem::DataUri,
        Problem::BadTaskId(TaskIdProblem::Empty),
        Problem::BadTaskId(TaskIdProblem::TooLong { found: 129 }),
        Problem::BadTaskId(TaskIdProblem::Reserved(',')),
        Problem::BadTaskId(TaskIdProblem::Invisible),
        Problem::BadTaskId(TaskIdProblem::DotsOnly),
        Problem::NotAnId,
        Problem::Unconfirmed,
    ]
}

/// Counted by hand: a problem that is added to `kling-api` belongs into the list above.
#[test]
fn every_problem_is_in_the_list() {
    let name_of = |problem: &Problem| format!("{problem:?}").split([' ', '(']).next().unwrap_or_default().to_owned();
    let mut names: Vec<_> = problems().iter().map(name_of).collect();
    names.dedup();
    assert_eq!(names.len(), 26);
    for problem in problems() {
        assert_ne!(chinese(&problem), "不符合可灵的要求", "{problem:?} has no Chinese words");
    }
}

fn all(language: Language) -> Vec<String> {
    const OPTIONS: &[&str] = &["std", "pro"];
    let expected = [
        Expected::Text,
        Expected::Flag,
        Expected::OneOf(OPTIONS),
        Expected::Number,
        Expected::Whole,
        Expected::Seconds,
        Expected::WholeSeconds,
        Expected::SeriesAmount,
        Expected::Json,
        Expected::Id,
        Expected::Ids,
        Expected::Voices,
        Expected::Tags,
        Expected::Shots,
        Expected::Camera,
        Expected::Videos,
        Expected::Links,
    ];
    let wanted = [
        Wanted::Value,
        Wanted::Name,
        Wanted::Colon,
        Wanted::CommaOr(']'),
        Wanted::Quote,
        Wanted::Escape,
        Wanted::LessDepth,
        Wanted::End,
    ];
    let unused = [
        Unused::ShotsSpeak,
        Unused::KlingCuts,
        Unused::OneShot,
        Unused::Series,
        Unused::Single,
        Unused::AutomaticSeries,
        Unused::FirstFrameDecides,
        Unused::MadeFromImages,
        Unused::MadeFromVideo,
    ];
    let retirement = Retirement { date: "2026-09-15", successor: "kling-v3" };
    let near = |written: Option<&str>| NearReference {
        field: "prompt",
        name: "image_1".into(),
        written: written.map(str::to_owned),
    };
    let mut texts: Vec<String> = expected.map(|expected| wrong_type(language, "p", expected)).into();
    texts.extend(
        wanted.map(|wanted| unreadable(language, "p", Unreadable { line: 2, column: 3, wanted }, Expected::Ids)),
    );
    texts.extend(unused.map(|why| not_used(language, "p", why)));
    for problem in problems() {
        let broken = Violation { field: "prompt", problem };
        texts.extend([violation(language, &broken), warning(language, &broken)]);
    }
    for error in [HandleError::NotAHandle, HandleError::Damaged, HandleError::UnsupportedVersion(9)] {
        texts.push(handle_unusable(language, &error));
    }
    texts.extend([
        rounded_number(language, "p"),
        shots_switched_on(language),
        near_reference(language, &near(Some("<<<image_1>>>"))),
        near_reference(language, &near(None)),
        with_notes(language, String::new(), &[shots_switched_on(language)]),
        text_too_long(language, "p", 64, true),
        text_too_long(language, "p", 64, false),
        too_many_values(language, "p", 9),
        too_many_files(language, "p", 9, 4),
        missing_field(language, "p", "duration"),
        retired_model(language, "kling-v1", retirement),
        no_task_named(language),
        no_such_task(language, Region::Singapore),
        several_handles(language, "p"),
        handle_of_other_region(language, Region::Singapore, Region::Beijing),
        needs_api_key(language, "kling-3.0"),
    ]);
    texts
}

#[test]
fn the_chinese_half_is_chinese_and_the_english_half_is_english() {
    for text in all(Language::Chinese) {
        assert!(text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{text}");
        assert_eq!(english_in(&text), None, "{text}");
        assert!(!text.contains(", "), "a list with English commas: {text}");
    }
    for text in all(Language::English) {
        assert!(text.is_ascii(), "{text}");
    }
    // The check can fail.
    assert_eq!(english_in("`p` 须为 customize or intelligence。").as_deref(), Some("customize or"));
}

#[test]
fn both_halves_name_the_same_numbers_and_fields() {
    let marks = |text: &str| -> Vec<String> {
        let mut marks: Vec<_> = text.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        marks.extend(text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()).map(str::to_owned));
        marks.sort();
        marks.dedup();
        marks
    };
    for problem in problems() {
        let broken = Violation { field: "prompt", problem };
        let [english, chinese] = LANGUAGES.map(|language| violation(language, &broken));
        for digits in marks(&english).iter().filter(|mark| mark.bytes().all(|byte| byte.is_ascii_digit())) {
            // `5 or 10` and the like.
            assert!(chinese.contains(digits.as_str()), "{english} / {chinese}");
        }
    }
}

#[test]
fn handles_and_places_are_told() {
    let fault = Unreadable { line: 2, column: 14, wanted: Wanted::CommaOr(']') };
    assert_eq!(
        unreadable(Language::English, "multi_prompt", fault, Expected::Shots),
        "`multi_prompt` begins like JSON but cannot be read as such: at line 2, character 14, a comma or `]` is expected. It must \
         be one line a shot, such as \"2: door opens\", or JSON."
    );
    assert_eq!(
        unreadable(Language::Chinese, "multi_prompt", fault, Expected::Shots),
        "`multi_prompt` 看似 JSON，但无法解析：第 2 行第 14 个字符处应为逗号或 `]`。须为每行一个镜头，例如“2: 门打开”，或 JSON。"
    );
    let handle = kling_api::Handle::new(Surface::Legacy, Region::Singapore, TaskPath::TEXT2VIDEO, Id::new("1"));
    assert_eq!(
        with_notes(Language::English, format!("Handle: {handle}"), &["a".to_owned(), "b".to_owned()]),
        format!("Handle: {handle}\nNote: a\nNote: b")
    );
}

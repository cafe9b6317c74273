use kling_api::{Region, TaskPath};
use kling_client::{KlingError, Refusal};

use super::{KLINGS_WORDS, Samples, handle};
use crate::kind::Kind;
use crate::language::Language;
use crate::task_list::Gap;
use crate::texts::tasks::{ListedLine, ListingTexts, no_list_in_time, task_list};

fn refused(code: i64) -> KlingError {
    let message = KLINGS_WORDS.to_owned();
    Refusal { code, http_status: 403, message, request_id: None, retry_after: None }.into()
}

pub(super) fn samples(language: Language) -> Samples {
    let paths: Vec<_> = TaskPath::LEGACY.into_iter().chain([TaskPath::NEW_TASKS]).collect();
    let line = |path| ListedLine {
        time: Some("2026-11-27T19:11:01Z".to_owned()),
        path,
        kind: Some(Kind::Image),
        status: "succeed",
        external_task_id: (*path != TaskPath::TEXT2VIDEO).then_some("order-7"),
        handle: handle(),
    };
    let gaps = [
        (TaskPath::OMNI_IMAGE, Gap::Failed(refused(1103))),
        (TaskPath::CUSTOM_ELEMENTS, Gap::Failed(refused(5000))),
        (TaskPath::IMAGE2VIDEO, Gap::Failed(KlingError::TimedOut)),
        (TaskPath::OMNI_VIDEO, Gap::OutOfTime),
        (TaskPath::IMAGE_GENERATIONS, Gap::TooLong),
    ];
    let texts = |lines, more, needs_api_key| ListingTexts {
        region: Region::Beijing,
        hours: 24.0,
        lines,
        more,
        shown: 20,
        gaps: &gaps,
        needs_api_key,
    };
    let many = std::iter::repeat_n(&paths[0], 30).map(line).collect();
    vec![
        ("task_list", task_list(language, &texts(Vec::new(), false, false))),
        ("task_list", task_list(language, &texts(paths.iter().map(line).collect(), true, true))),
        ("task_list", task_list(language, &texts(many, false, false))),
        ("no_list_in_time", no_list_in_time(language)),
    ]
}

use kling_api::{ERROR_CODES, Region};
use kling_client::Refusal;

use super::{KLINGS_WORDS, Samples, handle};
use crate::kind::Kind;
use crate::language::Language;
use crate::texts::failures::{
    TaskFailure, answer_lost, download_broke_off, handle_not_listed, id_in_use, id_is_taken, id_is_taken_somewhere,
    id_of_another_request, inputs_too_slow, no_result, no_slot_came_free, no_time_to_submit, nothing_created,
    other_region_knows_key, refusal, task_failed, task_vanished, time_is_over, with_handle,
};

const ID: &str = "order-7";

fn refused(code: i64) -> Refusal {
    let (message, request_id) = (KLINGS_WORDS.to_owned(), Some("r-1".to_owned()));
    Refusal { code, http_status: 429, message, request_id, retry_after: None }
}

pub(super) fn samples(language: Language) -> Samples {
    // A cause or text that is a message of its own.
    let inner = refusal(language, &refused(5000));
    let clause = language.pick("the connection broke", "连接中断");
    let (slots, owner) = (refused(1303), handle());
    let failed = |reason, by_content_rules| TaskFailure { task_id: "840000000000000001", reason, by_content_rules };
    let codes = ERROR_CODES.iter().map(|row| row.code).chain([9999]);
    let mut samples: Samples = codes.map(|code| ("refusal", refusal(language, &refused(code)))).collect();
    for kind in [Kind::Video, Kind::Image, Kind::Element] {
        for failure in [failed(Some(KLINGS_WORDS), true), failed(Some(KLINGS_WORDS), false), failed(None, false)] {
            samples.extend([false, true].map(|id| ("task_failed", task_failed(language, kind, &failure, id))));
        }
        samples.push(("no_result", no_result(language, kind)));
    }
    samples.extend([
        ("answer_lost", answer_lost(language, Some(&inner), ID)),
        ("answer_lost", answer_lost(language, None, ID)),
        ("nothing_created", nothing_created(language, &inner)),
        ("no_slot_came_free", no_slot_came_free(language, Some(&slots), Some(4))),
        ("no_slot_came_free", no_slot_came_free(language, Some(&slots), None)),
        ("no_slot_came_free", no_slot_came_free(language, None, None)),
        ("no_time_to_submit", no_time_to_submit(language)),
        ("id_is_taken", id_is_taken(language, ID, &owner)),
        ("id_is_taken_somewhere", id_is_taken_somewhere(language, ID)),
        ("id_of_another_request", id_of_another_request(language, ID, Some(&owner))),
        ("id_of_another_request", id_of_another_request(language, ID, None)),
        ("id_in_use", id_in_use(language, ID)),
        ("inputs_too_slow", inputs_too_slow(language)),
        ("time_is_over", time_is_over(language)),
        ("handle_not_listed", handle_not_listed(language)),
        ("other_region_knows_key", other_region_knows_key(language, Region::Singapore)),
        ("task_vanished", task_vanished(language)),
        ("download_broke_off", download_broke_off(language, clause)),
        ("with_handle", with_handle(language, &inner, &owner)),
    ]);
    samples
}

/// A failed task cannot be resumed, so that its message offers no handle; Kling's reason and the task's id stay.
#[test]
fn a_failed_task_offers_no_way_on() {
    for language in [Language::English, Language::Chinese] {
        for (_, text) in samples(language).into_iter().filter(|(name, _)| *name == "task_failed") {
            assert!(!text.contains("handle") && !text.contains("kling1_"), "{text}");
            assert!(text.contains("840000000000000001"), "{text}");
        }
    }
}

#[test]
fn what_kling_s_content_rules_refuse_says_what_to_change() {
    let failure = TaskFailure { task_id: "1", reason: Some(KLINGS_WORDS), by_content_rules: true };
    let english =
        [task_failed(Language::English, Kind::Video, &failure, false), refusal(Language::English, &refused(1301))];
    for text in english {
        assert!(text.contains(KLINGS_WORDS) && text.contains("prompt") && text.contains("image"), "{text}");
    }
    let chinese =
        [task_failed(Language::Chinese, Kind::Video, &failure, false), refusal(Language::Chinese, &refused(1301))];
    for text in chinese {
        assert!(text.contains(KLINGS_WORDS) && text.contains("提示词、图像"), "{text}");
    }
}

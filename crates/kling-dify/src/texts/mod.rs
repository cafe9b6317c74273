//! Every sentence a user reads, in English and Chinese: short, what happened, what to do.

pub(crate) mod agents;
mod failures;
mod files;
mod input;
mod library;
mod network;
mod results;
#[cfg(test)]
mod samples;
mod settings;
mod tasks;

use kling_api::Region;

use crate::language::Language;

pub(crate) use failures::{
    TaskFailure, answer_lost, download_broke_off, handle_not_listed, id_in_use, id_is_taken, id_is_taken_somewhere,
    id_of_another_request, inputs_too_slow, no_result, no_slot_came_free, no_time_to_submit, nothing_created,
    other_region_knows_key, refusal, task_failed, task_vanished, time_is_over, with_handle,
};
pub(crate) use files::{bad_file, converted, file_broke_off, media_problem, unknown_length};
pub(crate) use input::{
    Expected, Unused, handle_of_other_region, handle_unusable, missing_field, near_reference, needs_api_key,
    no_such_task, no_task_named, not_used, retired_model, rounded_number, several_handles, shots_switched_on,
    text_too_long, too_many_files, too_many_values, unreadable, violation, warning, with_notes, wrong_type,
};
pub(crate) use library::{balance, element_deleted, element_list};
pub(crate) use network::{defect, no_answer_in_time, unreachable, unreadable_answer};
pub(crate) use results::{
    api_key_wins, carried_on, element_ready, external_task_id, file_missing, found_again, look_failed, looking_up,
    not_ready, oversized, post_failed, posting, ready, status_is, still_waiting, submitted, too_large, unknown_status,
    waiting_for_slot,
};
pub(crate) use settings::{
    bad_max_file_mb, half_a_key_pair, loopback_not_allowed, no_credentials, unknown_region, unusable_setting,
};
pub(crate) use tasks::{ListedLine, ListingTexts, no_list_in_time, task_list};

/// The tool that finds any task: as the user sees it, and as a model calls it.
fn task_query(language: Language) -> &'static str {
    language.pick("Kling Task Query (task_query)", "“可灵任务查询”（task_query）")
}

/// A region as the credentials form calls it.
fn region_name(language: Language, region: Region) -> &'static str {
    match region {
        Region::Beijing => language.pick("Mainland China (klingai.com)", "“中国大陆（klingai.com）”"),
        Region::Singapore => language.pick("International (kling.ai)", "“国际（kling.ai）”"),
    }
}

/// A limit in MB, rounded down where it is not whole: so much is taken for certain.
fn size(language: Language, bytes: u64) -> String {
    tenths(bytes.saturating_mul(10) / MIB)
        .unwrap_or_else(|| language.pick(format!("{bytes} bytes"), format!("{bytes} 字节")))
}

/// A length in MB, rounded up: what is above a limit does not look like the limit.
fn length(bytes: u64) -> String {
    tenths(bytes.saturating_mul(10).div_ceil(MIB)).unwrap_or_else(|| "0 MB".to_owned())
}

const MIB: u64 = 1024 * 1024;

fn tenths(tenths: u64) -> Option<String> {
    match (tenths / 10, tenths % 10) {
        (0, 0) => None,
        (whole, 0) => Some(format!("{whole} MB")),
        (whole, tenth) => Some(format!("{whole}.{tenth} MB")),
    }
}

//! Every sentence a user reads, in English and Chinese: short, what happened, what to do.

mod failures;
mod files;
mod input;
mod library;
mod results;
mod settings;
mod tasks;

pub(crate) use failures::{
    answer_lost, download_broke_off, handle_not_listed, id_in_use, id_is_taken, id_is_taken_somewhere,
    id_of_another_request, inputs_too_slow, no_answer_in_time, no_result, no_slot_came_free, no_time_to_submit,
    nothing_created, other_region_knows_key, refusal, task_failed, task_vanished, time_is_over, unreachable,
    unreadable_answer, with_handle,
};
pub(crate) use files::{bad_file, file_broke_off, media_problem, unknown_length};
pub(crate) use input::{
    Expected, Unused, handle_of_other_region, handle_unusable, missing_field, near_reference, needs_api_key,
    no_such_task, no_task_named, not_used, retired_model, rounded_number, several_handles, shots_switched_on,
    text_too_long, too_many_files, too_many_values, unreadable, violation, warning, with_notes, wrong_type,
};
pub(crate) use library::{balance, element_deleted, element_list};
pub(crate) use results::{
    api_key_wins, carried_on, element_ready, external_task_id, file_missing, found_again, look_failed, looking_up,
    not_ready, oversized, post_failed, posting, ready, status_is, still_waiting, submitted, too_large, unknown_status,
    waiting_for_slot,
};
pub(crate) use settings::{
    bad_max_file_mb, half_a_key_pair, loopback_not_allowed, no_credentials, unknown_region, unusable_setting,
};
pub(crate) use tasks::{ListedLine, ListingTexts, no_list_in_time, task_list};

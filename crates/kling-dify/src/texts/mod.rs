//! Every sentence a user reads, in English and Chinese: short, what happened, what to do.

mod failures;
mod files;
mod input;
mod library;
mod results;
mod settings;

pub(crate) use failures::{
    answer_lost, download_broke_off, no_result, no_slot_came_free, no_time_to_submit, nothing_created,
    other_region_knows_key, own_id_is_taken, refusal, task_failed, task_vanished, unreachable, unreadable_answer,
    with_handle,
};
pub(crate) use files::{bad_file, file_broke_off, media_problem, unknown_length};
pub(crate) use input::{
    Expected, handle_of_other_region, handle_unusable, missing_field, needs_api_key, no_such_task, no_task_named,
    retired_model, violation, warning, wrong_type,
};
pub(crate) use library::{balance, element_deleted, element_list};
pub(crate) use results::{
    api_key_wins, element_ready, file_missing, found_again, look_failed, looking_up, not_ready, post_failed, posting,
    ready, status_is, still_waiting, submitted, too_large, unknown_status, waiting_for_slot,
};
pub(crate) use settings::{
    bad_max_file_mb, half_a_key_pair, loopback_not_allowed, no_credentials, unknown_region, unusable_setting,
};

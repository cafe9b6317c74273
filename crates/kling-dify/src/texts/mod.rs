//! Every sentence a user reads, in English and Chinese: short, what happened, what to do.

mod failures;
mod input;
mod results;
mod settings;

pub(crate) use failures::{
    answer_lost, download_failed, other_region_knows_key, refusal, task_failed, task_without_video, unreachable,
    unreadable_answer, with_handle,
};
pub(crate) use input::{
    Expected, handle_of_other_region, handle_of_other_surface, handle_unusable, missing_field, no_such_task,
    no_task_named, retired_model, violation, wrong_type,
};
pub(crate) use results::{
    api_key_wins, found_again, look_failed, not_ready, ready, status_is, still_waiting, submitted, too_large,
    unknown_status,
};
pub(crate) use settings::{half_a_key_pair, no_credentials, unknown_region, unusable_setting};

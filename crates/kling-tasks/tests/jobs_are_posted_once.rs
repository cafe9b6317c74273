//! Promise 1: never pay twice. The mocks fail on any call that is not written down, and on any other order.

mod common;

use common::{ABSENT, DUPLICATE, FOUND, LATER, LOOKUP_FAILS, LOST, NO_SLOT, Post, REFUSED, blind, scripted, submit};
use kling_tasks::SubmitError;

#[tokio::test(start_paused = true)]
async fn a_plain_answer_needs_no_lookup() {
    let (job, _) = scripted(vec![Post(Ok(7))], None);
    assert_eq!(submit(480, &job).await, Ok((7, false)));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_final() {
    let (job, _) = scripted(vec![REFUSED], None);
    assert_eq!(submit(480, &job).await, Err(SubmitError::Refused("1201")));
}

#[tokio::test(start_paused = true)]
async fn after_a_lost_answer_the_job_is_looked_up_and_carried_on_with() {
    let (job, calls) = scripted(vec![LOST, ABSENT, LOOKUP_FAILS, FOUND], None);
    assert_eq!(submit(480, &job).await, Ok((7, true)));
    assert_eq!(calls.all(), ["0 post", "2 find", "6 find", "14 find"]);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_absent_twice_some_seconds_apart_is_posted_again() {
    let (job, calls) = scripted(vec![LOST, ABSENT, ABSENT, Post(Ok(7))], None);
    assert_eq!(submit(480, &job).await, Ok((7, false)));
    assert_eq!(calls.all(), ["0 post", "2 find", "6 find", "6 post"]);
}

#[tokio::test(start_paused = true)]
async fn each_lost_answer_needs_its_own_proof() {
    let (job, calls) = scripted(vec![LOST, ABSENT, ABSENT, LOST, ABSENT, LOOKUP_FAILS, ABSENT, Post(Ok(7))], None);
    assert_eq!(submit(480, &job).await, Ok((7, false)));
    assert_eq!(calls.all(), ["0 post", "2 find", "6 find", "6 post", "8 find", "12 find", "20 find", "20 post"]);
}

/// Lookups that fail prove nothing, however many there are.
#[tokio::test(start_paused = true)]
async fn a_job_that_cannot_be_looked_up_is_never_posted_again() {
    let (job, calls) = scripted(vec![LOST], Some(Err("502")));
    assert_eq!(submit(480, &job).await, Err(SubmitError::FateUnknown(Some("reset"))));
    assert!(calls.all().len() > 20);
    assert_eq!(calls.seconds().last(), Some(&475.0));
}

#[tokio::test(start_paused = true)]
async fn two_lookups_in_a_hurry_prove_nothing() {
    // The deadline leaves time for lookups at 2 s and, cut short, at 4.5 s.
    let (job, calls) = scripted(vec![LOST], Some(Ok(None)));
    assert_eq!(submit(6, &job).await, Err(SubmitError::FateUnknown(Some("reset"))));
    assert_eq!(calls.all(), ["0 post", "2 find", "4.5 find"]);
}

#[tokio::test(start_paused = true)]
async fn a_duplicate_is_found_at_once_and_carried_on_with() {
    let (job, calls) = scripted(vec![DUPLICATE, FOUND], None);
    assert_eq!(submit(480, &job).await, Ok((7, true)));
    assert_eq!(calls.all(), ["0 post", "0 find"]);
}

#[tokio::test(start_paused = true)]
async fn a_duplicate_of_nobody_here_that_is_not_found_is_elsewhere() {
    let (job, calls) = scripted(vec![DUPLICATE, ABSENT, ABSENT, ABSENT, ABSENT], None);
    assert_eq!(submit(480, &job).await, Err(SubmitError::Elsewhere("exists")));
    assert_eq!(calls.all(), ["0 post", "0 find", "4 find", "12 find", "27 find"]);
}

/// The first post did arrive: it was only slow to be listed.
#[tokio::test(start_paused = true)]
async fn a_duplicate_of_our_own_lost_post_is_looked_for_until_it_is_listed() {
    let calls = vec![LOST, ABSENT, ABSENT, DUPLICATE, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, FOUND];
    let (job, _) = scripted(calls, None);
    assert_eq!(submit(480, &job).await, Ok((7, true)));
}

#[tokio::test(start_paused = true)]
async fn no_slot_for_the_second_post_does_not_settle_the_first() {
    // The slot that is missing may be the one that the first post took.
    let (job, calls) = scripted(vec![LOST, ABSENT, ABSENT, NO_SLOT, ABSENT, NO_SLOT, FOUND], None);
    assert_eq!(submit(480, &job).await, Ok((7, true)));
    assert_eq!(calls.all(), ["0 post", "2 find", "6 find", "6 post", "7 find", "7 post", "9 find"]);
}

#[tokio::test(start_paused = true)]
async fn without_a_slot_to_the_end_the_first_fate_stays_unknown() {
    let calls = vec![LOST, ABSENT, ABSENT, NO_SLOT, ABSENT, NO_SLOT, ABSENT, NO_SLOT];
    let (job, calls) = scripted(calls, Some(Ok(None)));
    assert_eq!(submit(20, &job).await, Err(SubmitError::FateUnknown(Some("reset"))));
    let wanted = ["0 post", "2 find", "6 find", "6 post", "7 find", "7 post", "9 find", "9 post", "15 find"];
    assert_eq!(calls.all(), wanted);
}

/// "Not enough money" may mean that the first post took it.
#[tokio::test(start_paused = true)]
async fn a_refusal_of_the_second_post_does_not_settle_the_first() {
    let (job, calls) = scripted(vec![LOST, ABSENT, ABSENT, REFUSED, ABSENT, FOUND], None);
    assert_eq!(submit(480, &job).await, Ok((7, true)));
    assert_eq!(calls.all(), ["0 post", "2 find", "6 find", "6 post", "8 find", "12 find"]);

    let (job, _) = scripted(vec![LOST, ABSENT, ABSENT, REFUSED, ABSENT, ABSENT, ABSENT, ABSENT], None);
    assert_eq!(submit(480, &job).await, Err(SubmitError::FateUnknown(Some("1201"))));
}

#[tokio::test(start_paused = true)]
async fn while_in_doubt_each_post_follows_a_fresh_lookup() {
    let calls = vec![LOST, ABSENT, ABSENT, LATER, ABSENT, LATER, LOOKUP_FAILS, ABSENT, Post(Ok(7))];
    let (job, calls) = scripted(calls, None);
    assert_eq!(submit(480, &job).await, Ok((7, false)));
    assert_eq!(
        calls.all(),
        ["0 post", "2 find", "6 find", "6 post", "7 find", "7 post", "9 find", "24 find", "24 post"]
    );
}

/// Where there is no lookup by the caller's own id, an unknown fate is never followed by another post.
#[tokio::test(start_paused = true)]
async fn a_job_that_cannot_be_found_by_its_id_is_posted_once() {
    let (mut job, calls) = blind(vec![LOST]);
    job.expect_findable().return_const(false);
    assert_eq!(submit(480, &job).await, Err(SubmitError::FateUnknown(Some("reset"))));
    assert_eq!(calls.all(), ["0 post"]);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_cannot_be_found_by_its_id_is_posted_again_when_nothing_was_created() {
    let (mut job, calls) = blind(vec![LATER, NO_SLOT, LOST]);
    job.expect_findable().return_const(false);
    assert_eq!(submit(480, &job).await, Err(SubmitError::FateUnknown(Some("reset"))));
    assert_eq!(calls.all(), ["0 post", "1 post", "2 post"]);
}

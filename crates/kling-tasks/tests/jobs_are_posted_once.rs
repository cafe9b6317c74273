//! Promise 1: never pay twice. The mocks fail on any call that is not written down, and on any other order.

mod common;

use common::{
    ABSENT, DUPLICATE, FOUND, LATER, LOOKUP_FAILS, LOST, LOST_AND_ABSENT, NO_SLOT, Post, REFUSED, blind,
    lost_and_absent, scripted, submit, submit_as, then,
};
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
async fn a_job_that_is_absent_over_half_a_minute_is_posted_again() {
    let (job, calls) = scripted(then(lost_and_absent(), vec![Post(Ok(7))]), None);
    assert_eq!(submit(480, &job).await, Ok((7, false)));
    assert_eq!(calls.all(), [&LOST_AND_ABSENT[..], &["32 post"]].concat());
}

#[tokio::test(start_paused = true)]
async fn each_lost_answer_needs_its_own_proof() {
    let again = vec![LOST, ABSENT, LOOKUP_FAILS, ABSENT, LOOKUP_FAILS, ABSENT, Post(Ok(7))];
    let (job, calls) = scripted(then(lost_and_absent(), again), None);
    assert_eq!(submit(480, &job).await, Ok((7, false)));
    let second = ["32 post", "34 find", "38 find", "46 find", "61 find", "64 find", "64 post"];
    assert_eq!(calls.all(), [&LOST_AND_ABSENT[..], &second].concat());
}

/// Lookups that fail prove nothing, however many there are.
#[tokio::test(start_paused = true)]
async fn a_job_that_cannot_be_looked_up_is_never_posted_again() {
    let (job, calls) = scripted(vec![LOST], Some(Err("502")));
    assert_eq!(submit(480, &job).await, Err(SubmitError::FateUnknown(Some("reset"))));
    assert!(calls.all().len() > 20);
    assert_eq!(calls.seconds().last(), Some(&475.0));
}

/// Three lookups fit, half a minute does not.
#[tokio::test(start_paused = true)]
async fn lookups_in_a_hurry_prove_nothing() {
    let (job, calls) = scripted(vec![LOST], Some(Ok(None)));
    assert_eq!(submit(35, &job).await, Err(SubmitError::FateUnknown(Some("reset"))));
    assert_eq!(calls.all(), ["0 post", "2 find", "6 find", "14 find", "29 find", "30 find"]);
}

#[tokio::test(start_paused = true)]
async fn a_duplicate_is_found_at_once_and_carried_on_with() {
    let (job, calls) = scripted(vec![DUPLICATE, FOUND], None);
    assert_eq!(submit(480, &job).await, Ok((7, true)));
    assert_eq!(calls.all(), ["0 post", "0 find"]);
}

/// An id of the user's own that another call used some time ago.
#[tokio::test(start_paused = true)]
async fn a_duplicate_under_an_id_that_others_may_use_is_not_ours() {
    for before in [ABSENT, LOOKUP_FAILS] {
        let (job, calls) = scripted(vec![before, DUPLICATE, FOUND], None);
        let ended = submit_as(480, &job, |submitter| submitter.owns_id(false)).await;
        assert_eq!(ended, Err(SubmitError::Taken { error: Some("exists"), task: Some(7) }));
        assert_eq!(calls.all(), ["0 find", "0 post", "0 find"]);
    }
    let (job, calls) = scripted(vec![FOUND], None);
    let ended = submit_as(480, &job, |submitter| submitter.owns_id(false)).await;
    assert_eq!(ended, Err(SubmitError::Taken { error: None, task: Some(7) }));
    assert_eq!(calls.all(), ["0 find"], "nothing is posted under an id that is in use");
}

/// The service's "exists already" is an answer that can be lost like any other.
#[tokio::test(start_paused = true)]
async fn after_a_lost_answer_a_job_is_ours_only_if_its_id_was_free_before() {
    let (job, _) = scripted(vec![ABSENT, LOST, FOUND], None);
    assert_eq!(submit_as(480, &job, |submitter| submitter.owns_id(false)).await, Ok((7, true)));
    let (job, _) = scripted(vec![LOOKUP_FAILS, LOST, FOUND], None);
    let ended = submit_as(480, &job, |submitter| submitter.owns_id(false)).await;
    assert_eq!(ended, Err(SubmitError::Taken { error: Some("reset"), task: Some(7) }));
}

/// One of this submission's posts may have made it: then it did.
#[tokio::test(start_paused = true)]
async fn a_duplicate_of_our_own_lost_post_is_ours_whoever_may_use_the_id() {
    let calls = then(vec![ABSENT], then(lost_and_absent(), vec![DUPLICATE, FOUND]));
    let (job, _) = scripted(calls, None);
    assert_eq!(submit_as(480, &job, |submitter| submitter.owns_id(false)).await, Ok((7, true)));
}

#[tokio::test(start_paused = true)]
async fn a_duplicate_of_nobody_here_that_is_not_found_is_taken() {
    let (job, calls) = scripted(vec![DUPLICATE, ABSENT, ABSENT, ABSENT, ABSENT], None);
    assert_eq!(submit(480, &job).await, Err(SubmitError::Taken { error: Some("exists"), task: None }));
    assert_eq!(calls.all(), ["0 post", "0 find", "4 find", "12 find", "27 find"]);
}

/// A job that an earlier submission may have posted is looked up before anything is posted.
#[tokio::test(start_paused = true)]
async fn a_job_that_may_exist_is_looked_up_first() {
    let (job, calls) = scripted(vec![ABSENT, FOUND], None);
    assert_eq!(submit_as(480, &job, |submitter| submitter.may_exist(true)).await, Ok((7, true)));
    assert_eq!(calls.all(), ["0 find", "4 find"]);

    let absent = vec![ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, Post(Ok(7))];
    let (job, calls) = scripted(absent, None);
    assert_eq!(submit_as(480, &job, |submitter| submitter.may_exist(true)).await, Ok((7, false)));
    // The turn for a slot comes with a fresh lookup.
    assert_eq!(calls.all(), ["0 find", "4 find", "12 find", "27 find", "30 find", "30 find", "30 post"]);
}

/// The first post did arrive: it was only slow to be listed.
#[tokio::test(start_paused = true)]
async fn a_duplicate_of_our_own_lost_post_is_looked_for_until_it_is_listed() {
    let calls = then(lost_and_absent(), vec![DUPLICATE, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, FOUND]);
    let (job, _) = scripted(calls, None);
    assert_eq!(submit(480, &job).await, Ok((7, true)));
}

#[tokio::test(start_paused = true)]
async fn no_slot_for_the_second_post_does_not_settle_the_first() {
    // The slot that is missing may be the one that the first post took.
    let calls = then(lost_and_absent(), vec![NO_SLOT, ABSENT, NO_SLOT, FOUND]);
    let (job, calls) = scripted(calls, None);
    assert_eq!(submit(480, &job).await, Ok((7, true)));
    let second = ["32 post", "33 find", "33 post", "35 find"];
    assert_eq!(calls.all(), [&LOST_AND_ABSENT[..], &second].concat());
}

#[tokio::test(start_paused = true)]
async fn without_a_slot_to_the_end_the_first_fate_stays_unknown() {
    let calls = then(lost_and_absent(), vec![NO_SLOT, ABSENT, NO_SLOT, ABSENT, NO_SLOT]);
    let (job, calls) = scripted(calls, Some(Ok(None)));
    assert_eq!(submit(48, &job).await, Err(SubmitError::FateUnknown(Some("reset"))));
    let second = ["32 post", "33 find", "33 post", "35 find", "35 post", "43 find"];
    assert_eq!(calls.all(), [&LOST_AND_ABSENT[..], &second].concat());
}

/// "Not enough money" may mean that the first post took it.
#[tokio::test(start_paused = true)]
async fn a_refusal_of_the_second_post_does_not_settle_the_first() {
    let (job, calls) = scripted(then(lost_and_absent(), vec![REFUSED, ABSENT, FOUND]), None);
    assert_eq!(submit(480, &job).await, Ok((7, true)));
    assert_eq!(calls.all(), [&LOST_AND_ABSENT[..], &["32 post", "34 find", "38 find"]].concat());

    let (job, _) = scripted(then(lost_and_absent(), vec![REFUSED, ABSENT, ABSENT, ABSENT, ABSENT]), None);
    assert_eq!(submit(480, &job).await, Err(SubmitError::FateUnknown(Some("1201"))));
}

#[tokio::test(start_paused = true)]
async fn while_in_doubt_each_post_follows_a_fresh_lookup() {
    let more = vec![LATER, ABSENT, LATER, LOOKUP_FAILS, ABSENT, Post(Ok(7))];
    let (job, calls) = scripted(then(lost_and_absent(), more), None);
    assert_eq!(submit(480, &job).await, Ok((7, false)));
    let second = ["32 post", "33 find", "33 post", "35 find", "50 find", "50 post"];
    assert_eq!(calls.all(), [&LOST_AND_ABSENT[..], &second].concat());
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

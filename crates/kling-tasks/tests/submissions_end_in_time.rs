//! Promise 3 for submissions: each ends at its deadline, with as much known as can be.

mod common;

use async_trait::async_trait;
use common::{
    Calls, Heard, LATER, LOST, MockSubmission, NO_SLOT, Post, Stuck, after, plenty, scripted, seconds, submit,
};
use kling_tasks::{Jitter, Lane, POST_NEEDS, PostFailure, Submission, SubmitError, Submitter};
use tokio::time::Instant;

fn later(retry_after: u64) -> common::Call {
    Post(Err(PostFailure::TryLater { error: "1302", retry_after: Some(seconds(retry_after)) }))
}

#[tokio::test(start_paused = true)]
async fn what_created_nothing_is_posted_again_with_growing_pauses() {
    let (job, calls) = scripted(vec![LATER, LATER, LATER, LATER, LATER, LATER, Post(Ok(7))], None);
    assert_eq!(submit(480, &job).await, Ok((7, false)));
    assert_eq!(calls.seconds(), [0.0, 1.0, 3.0, 7.0, 15.0, 30.0, 45.0]);
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_honoured_up_to_150_seconds() {
    let (job, calls) = scripted(vec![later(40), later(4000)], None);
    assert_eq!(
        submit(480, &job).await,
        Err(SubmitError::Unavailable(Some("1302"))),
        "40 and 150 are more than patience allows"
    );
    assert_eq!(calls.seconds(), [0.0, 40.0]);

    let (job, calls) = scripted(vec![later(4000), Post(Ok(7))], None);
    assert_eq!(submit(480, &job).await, Ok((7, false)));
    assert_eq!(calls.seconds(), [0.0, 150.0]);
}

#[tokio::test(start_paused = true)]
async fn patience_with_a_service_that_is_not_to_be_had_ends_after_three_minutes() {
    let (job, calls) = scripted((0..15).map(|_| LATER).collect(), None);
    let started = Instant::now();
    assert_eq!(submit(480, &job).await, Err(SubmitError::Unavailable(Some("1302"))));
    assert_eq!(calls.seconds().last(), Some(&165.0));
    assert_eq!(started.elapsed(), seconds(165), "the pause that would end too late is not slept");
}

/// The mock would fail on a post.
#[tokio::test(start_paused = true)]
async fn without_the_time_for_an_answer_nothing_is_posted() {
    for seconds in [0, 1, 9] {
        let (job, _) = scripted(vec![], None);
        assert_eq!(submit(seconds, &job).await, Err(SubmitError::Unavailable(None)), "{seconds} s");
    }
    let (job, _) = scripted(vec![Post(Ok(7))], None);
    assert_eq!(submit(POST_NEEDS.as_secs(), &job).await, Ok((7, false)));
}

/// A pause or a slot: whatever a post waited for, it is not made too late.
#[tokio::test(start_paused = true)]
async fn no_later_post_begins_without_the_time_for_an_answer() {
    let (later, no_slot) = (
        PostFailure::TryLater { error: "1302", retry_after: None },
        PostFailure::NoSlot { error: "1303", retry_after: None },
    );
    // The next one would come after 30 s, or 31 s.
    let paused = vec![0.0, 1.0, 3.0, 7.0, 15.0];
    let probed = vec![0.0, 1.0, 3.0, 7.0, 15.0, 23.0];
    for (failure, seconds, posts) in [(later, 35, paused), (no_slot, 35, probed)] {
        let (mut job, calls) = (MockSubmission::new(), Calls::new());
        job.expect_findable().return_const(true);
        job.expect_post().returning({
            let calls = calls.clone();
            move || {
                calls.note("post");
                Err(failure.clone())
            }
        });
        submit(seconds, &job).await.unwrap_err();
        assert_eq!(calls.seconds(), posts);
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_free_slot_the_deadline_ends_it_with_nothing_created() {
    let (job, calls) = scripted((0..4).map(|_| NO_SLOT).collect(), None);
    let started = Instant::now();
    assert_eq!(submit(20, &job).await, Err(SubmitError::NoSlot { error: Some("1303"), oversized: false }));
    assert_eq!(calls.seconds(), [0.0, 1.0, 3.0, 7.0]);
    assert_eq!(started.elapsed(), seconds(10), "what is left is too short for a post");
}

struct Hanging {
    calls: Calls,
    found: Result<Option<u32>, &'static str>,
    lookups_hang: bool,
}

#[async_trait]
impl Submission for Hanging {
    type Task = u32;
    type Error = &'static str;

    async fn post(&self) -> Result<u32, PostFailure<&'static str>> {
        self.calls.note("post");
        std::future::pending().await
    }

    async fn find(&self) -> Result<Option<u32>, &'static str> {
        self.calls.note("find");
        if self.lookups_hang { std::future::pending().await } else { self.found }
    }
}

async fn hang(found: Result<Option<u32>, &'static str>, lookups_hang: bool) -> (Option<u32>, Vec<String>, f64) {
    let retries = plenty();
    let job = Hanging { calls: Calls::new(), found, lookups_hang };
    let mut heard = Heard::default();
    let started = Instant::now();
    let submitted = Submitter::new(&retries).submit(&job, after(60), &mut heard).await;
    assert_eq!(heard.0, ["30 posting", "55 looking up"]);
    let task = submitted.map(|submitted| submitted.task).map_err(|error| {
        assert!(matches!(error, SubmitError::FateUnknown(_)), "{error:?}");
        assert_eq!(error, SubmitError::FateUnknown(found.err()));
    });
    (task.ok(), job.calls.all(), started.elapsed().as_secs_f64())
}

#[tokio::test(start_paused = true)]
async fn a_post_that_hangs_is_cut_off_in_time_for_a_lookup() {
    let calls = vec!["0 post".to_owned(), "55 find".to_owned()];
    assert_eq!(hang(Ok(Some(7)), false).await, (Some(7), calls.clone(), 55.0));
    assert_eq!(hang(Ok(None), false).await, (None, calls.clone(), 55.0));
    assert_eq!(hang(Err("502"), false).await, (None, calls.clone(), 55.0));
    assert_eq!(hang(Ok(None), true).await, (None, calls, 60.0));
}

#[tokio::test(start_paused = true)]
async fn a_post_that_cannot_be_looked_up_has_until_the_deadline() {
    struct Unfindable;
    #[async_trait]
    impl Submission for Unfindable {
        type Task = u32;
        type Error = &'static str;
        async fn post(&self) -> Result<u32, PostFailure<&'static str>> {
            std::future::pending().await
        }
        async fn find(&self) -> Result<Option<u32>, &'static str> {
            unreachable!()
        }
        fn findable(&self) -> bool {
            false
        }
    }
    let (retries, started) = (plenty(), Instant::now());
    let submitted = Submitter::new(&retries).submit(&Unfindable, after(60), &mut ()).await;
    assert_eq!(submitted.unwrap_err(), SubmitError::FateUnknown(None));
    assert_eq!(started.elapsed(), seconds(60));
}

#[tokio::test(start_paused = true)]
async fn an_observer_that_hangs_is_left_at_the_deadline() {
    let (job, _) = scripted(vec![LOST], Some(Ok(None)));
    let job: MockSubmission = job;
    let (retries, started) = (plenty(), Instant::now());
    let submitted = Submitter::new(&retries).submit(&job, after(60), &mut Stuck).await;
    assert_eq!(submitted.unwrap_err(), SubmitError::FateUnknown(Some("reset")));
    assert_eq!(started.elapsed(), seconds(60));
}

#[tokio::test(start_paused = true)]
async fn what_happens_is_told_at_once_and_every_30_seconds() {
    let mut heard = Heard::default();
    let retries = plenty();
    let submitter = Submitter::new(&retries).jitter(Jitter::none()).lane(Lane::new(Jitter::none()), 1);
    let (job, _) = scripted(vec![LATER, later(70), LOST, common::FOUND], None);
    submitter.submit(&job, after(480), &mut heard).await.unwrap();
    let wanted = ["0 post failed 1", "1 post failed 2", "31 post failed 2", "61 post failed 2", "71 looking up"];
    assert_eq!(heard.0, wanted);
}

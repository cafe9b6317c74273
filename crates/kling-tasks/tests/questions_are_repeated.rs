//! A question that costs nothing is asked again where that can help, and not for ever.

use std::time::Duration;

use kling_tasks::{AskError, Jitter, MAX_QUESTIONS, PollFailure, RetryBudget, ask};
use tokio::time::Instant;

type Answer = Result<u32, PollFailure<&'static str>>;

fn busy(seconds: Option<u64>) -> Answer {
    Err(PollFailure::Transient { error: "busy", retry_after: seconds.map(Duration::from_secs) })
}

/// Asks with these answers, the last one for ever; how it ended, after how many questions and seconds.
async fn asked(answers: &[Answer], within: u64) -> (Result<u32, AskError<&'static str>>, usize, u64) {
    let (started, mut questions) = (Instant::now(), 0);
    let deadline = started + Duration::from_secs(within);
    let (retries, jitter) = (RetryBudget::default(), Jitter::none());
    let end = ask(&retries, &jitter, deadline, || {
        let answer = answers[questions.min(answers.len() - 1)].clone();
        questions += 1;
        std::future::ready(answer)
    });
    let end = end.await;
    (end, questions, started.elapsed().as_secs())
}

#[tokio::test(start_paused = true)]
async fn trouble_that_passes_is_waited_out() {
    assert_eq!(asked(&[busy(None), busy(None), Ok(7)], 60).await, (Ok(7), 3, 1 + 2));
    assert_eq!(asked(&[busy(Some(20)), Ok(7)], 60).await, (Ok(7), 2, 20));
}

#[tokio::test(start_paused = true)]
async fn trouble_that_stays_ends_after_some_questions() {
    assert_eq!(asked(&[busy(None)], 60).await, (Err(AskError::Failed("busy")), MAX_QUESTIONS as usize, 1 + 2 + 4));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_asked_after_the_deadline() {
    assert_eq!(asked(&[busy(None)], 2).await, (Err(AskError::Failed("busy")), 2, 1));
    assert_eq!(asked(&[busy(Some(600))], 60).await, (Err(AskError::Failed("busy")), 1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_final() {
    assert_eq!(asked(&[Err(PollFailure::Final("no")), Ok(7)], 60).await, (Err(AskError::Failed("no")), 1, 0));
    assert_eq!(asked(&[Err(PollFailure::Missing("gone")), Ok(7)], 60).await, (Err(AskError::Failed("gone")), 1, 0));
}

/// A service that is silent does not hold up its caller.
#[tokio::test(start_paused = true)]
async fn a_question_without_an_answer_is_given_up_at_the_deadline() {
    for (answers, last) in [(0, None), (1, Some("busy"))] {
        let (started, mut questions) = (Instant::now(), 0);
        let (retries, jitter) = (RetryBudget::default(), Jitter::none());
        let end = ask(&retries, &jitter, started + Duration::from_secs(20), || {
            let answered = questions < answers;
            questions += 1;
            async move { if answered { busy(None) } else { std::future::pending().await } }
        });
        assert_eq!(end.await, Err(AskError::OutOfTime(last)));
        assert_eq!(started.elapsed(), Duration::from_secs(20));
    }
}

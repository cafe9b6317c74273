//! Promise 3: unknown status words do not loop for ever.

mod common;

use common::{active, finished, script, seen, wait};
use kling_tasks::{Observation, Phase, Waited};

#[tokio::test(start_paused = true)]
async fn an_unknown_word_is_followed_for_ten_minutes_and_then_shown() {
    let (source, asked) = script(vec![active(), seen(Phase::Unknown, "marinating")]);
    let waited = wait(3600, &source, &mut ()).await.unwrap();
    assert!(matches!(waited, Waited::UnknownStatus(Observation { word, .. }) if word == "marinating"));
    let asked = asked.seconds();
    let patience = asked.last().unwrap() - asked[1];
    assert!((600.0..616.0).contains(&patience), "{patience}");
}

#[tokio::test(start_paused = true)]
async fn a_known_word_after_an_unknown_one_is_waited_for_as_usual() {
    let mut answers = vec![seen(Phase::Unknown, "marinating"); 3];
    answers.push(finished());
    let (source, _) = script(answers);
    assert_eq!(wait(3600, &source, &mut ()).await, Ok(Waited::Finished(7)));
}

#[tokio::test(start_paused = true)]
async fn a_known_word_in_between_starts_the_ten_minutes_anew() {
    let mut answers = vec![seen(Phase::Unknown, "marinating"); 35];
    answers.push(active());
    answers.extend(vec![seen(Phase::Unknown, "marinating"); 35]);
    answers.push(finished());
    let (source, _) = script(answers);
    assert_eq!(wait(3600, &source, &mut ()).await, Ok(Waited::Finished(7)));
}

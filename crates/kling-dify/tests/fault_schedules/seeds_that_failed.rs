//! Seeds that showed a mistake once, be it one made on purpose to see whether the books notice.

use crate::play::Stage;

/// The seed, and what was wrong.
const SEEDS: &[(u64, &str)] = &[
    (988, "a refusal after a lost answer was believed, although the first post had made its task"),
    (
        2056,
        "an id of the user's own could not be looked up before its post, and the retry paid again for the task found",
    ),
    (3758, "the same with an element"),
];

#[tokio::test(start_paused = true)]
async fn they_never_fail_again() {
    let stage = Stage::new().await;
    for (seed, mistake) in SEEDS {
        stage.play(*seed).await.unwrap_or_else(|told| panic!("again: {mistake}\n{told}"));
    }
}

//! Seeds that showed a mistake once, be it one made on purpose to see whether the books notice.

use crate::play::Stage;

/// The seed, and what was wrong.
const SEEDS: &[(u64, &str)] =
    &[(988, "a refusal after a lost answer was believed, although the first post had made its task")];

#[tokio::test(start_paused = true)]
async fn they_never_fail_again() {
    let stage = Stage::new().await;
    for (seed, mistake) in SEEDS {
        stage.play(*seed).await.unwrap_or_else(|told| panic!("again: {mistake}\n{told}"));
    }
}

//! Observers hear each change and something every thirty seconds.

mod common;

use common::{Heard, active, finished, script, seen, wait};
use kling_tasks::Phase;

#[tokio::test(start_paused = true)]
async fn each_change_of_status_and_every_30_seconds() {
    let mut answers = vec![seen(Phase::Active, "submitted"), active()];
    answers.extend(vec![active(); 8]);
    answers.push(finished());
    let (source, _) = script(answers);
    let mut heard = Heard::default();
    wait(480, &source, &mut heard).await.unwrap();
    assert_eq!(
        heard.0,
        [
            "3 submitted",
            "7 processing",
            "37 still Some(\"processing\")",
            "67 still Some(\"processing\")",
            "97 still Some(\"processing\")",
            "127 still Some(\"processing\")",
            "129 succeed"
        ]
    );
}

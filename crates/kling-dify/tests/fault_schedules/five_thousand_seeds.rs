//! The proof by numbers. A failing seed is told with its call and its faults in words: keep it in `seeds_that_failed`.

use std::ops::Range;

use tokio::runtime::Builder;

use crate::play::Stage;

const SEEDS_A_TEST: u64 = 250;
const CROWDS_A_TEST: u64 = 25;

/// Runs a future in paused time; it answers what failed.
fn assert_none_fail(playing: impl Future<Output = Vec<String>>) {
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let failures = runtime.block_on(playing);
    assert!(failures.is_empty(), "{} fail\n{}", failures.len(), failures.join("\n"));
}

fn play(seeds: Range<u64>) {
    assert_none_fail(async {
        let stage = Stage::new().await;
        let mut failures = Vec::new();
        for seed in seeds {
            failures.extend(stage.play(seed).await.err());
        }
        failures
    });
}

fn play_crowds(seeds: Range<u64>) {
    assert_none_fail(async {
        let mut failures = Vec::new();
        for seed in seeds {
            failures.extend(Stage::play_crowd(seed).await.err());
        }
        failures
    });
}

/// Several tests, so that several processors share the work.
macro_rules! blocks {
    ($play:ident, $size:ident: $($name:ident $number:literal,)*) => {
        $(#[test]
        fn $name() {
            $play($number * $size..($number + 1) * $size);
        })*
    };
}

blocks! {
    play, SEEDS_A_TEST:
    seeds_to_250 0,
    seeds_to_500 1,
    seeds_to_750 2,
    seeds_to_1000 3,
    seeds_to_1250 4,
    seeds_to_1500 5,
    seeds_to_1750 6,
    seeds_to_2000 7,
    seeds_to_2250 8,
    seeds_to_2500 9,
    seeds_to_2750 10,
    seeds_to_3000 11,
    seeds_to_3250 12,
    seeds_to_3500 13,
    seeds_to_3750 14,
    seeds_to_4000 15,
    seeds_to_4250 16,
    seeds_to_4500 17,
    seeds_to_4750 18,
    seeds_to_5000 19,
}

blocks! {
    play_crowds, CROWDS_A_TEST:
    crowds_to_25 0,
    crowds_to_50 1,
    crowds_to_75 2,
    crowds_to_100 3,
}

/// For a longer look: `FAULT_SEEDS=5000..9000 cargo test -p kling-dify --test fault_schedules -- --ignored`.
#[test]
#[ignore = "takes minutes"]
fn more_seeds() {
    let given = std::env::var("FAULT_SEEDS").unwrap_or_else(|_| "5000..7000".to_owned());
    let (from, to) = given.split_once("..").expect("FAULT_SEEDS is from..to");
    let (from, to): (u64, u64) = (from.parse().unwrap(), to.parse().unwrap());
    // A simulator remembers the last 10,000 of everything.
    for first in (from..to).step_by(250) {
        play(first..to.min(first + 250));
    }
    play_crowds(from..from + (to - from) / 10);
}

//! Promise 5: 1303 waits for a slot.

use std::time::Duration;

use futures_util::future::join_all;
use kling_sim::SimOptions;
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::support::{
    CREATE, PROMPT, call, creates, demo_key, failure, host, invocation, logged, simulator, timed, variable,
};

fn slots(concurrency: usize) -> SimOptions {
    SimOptions { concurrency, ..SimOptions::default() }
}

#[tokio::test(start_paused = true)]
async fn five_callers_share_two_slots_first_come_first_served() {
    let sim = simulator(slots(2)).await;
    let (host, credentials) = (host(), demo_key(&sim));
    let calls = (0..5).map(|place| {
        let (host, credentials) = (&host, &credentials);
        async move {
            sleep(Duration::from_millis(100 * place)).await;
            let parameters = json!({"prompt": PROMPT, "external_task_id": format!("order-{place}")});
            call(host, CREATE, credentials, parameters).await
        }
    });
    let outcomes = join_all(calls).await;
    for (place, outcome) in outcomes.iter().enumerate() {
        assert_eq!(outcome.error, None);
        assert_eq!((variable(outcome, "task_status"), outcome.blobs.len()), ("succeed", 1));
        assert_eq!(logged(outcome, "waiting for a free slot"), place >= 2, "caller {place}");
    }
    let order: Vec<_> = sim.tasks().into_iter().filter_map(|task| task.external_task_id).collect();
    assert_eq!(order, ["order-0", "order-1", "order-2", "order-3", "order-4"]);
}

#[tokio::test(start_paused = true)]
async fn the_wait_for_a_slot_is_told_with_its_seconds() {
    let sim = simulator(slots(1)).await;
    sim.occupy_slots("kling-v3", 1, Duration::from_secs(70));
    let (outcome, took) = timed(&host(), invocation(CREATE, demo_key(&sim), json!({"prompt": PROMPT}))).await;
    assert_eq!(outcome.error, None);
    assert!((70 + 42..70 + 42 + 40).contains(&took.as_secs()), "{took:?}");
    for words in ["waiting for a free slot, 0 s", "waiting for a free slot, 30 s", "waiting for a free slot, 60 s"] {
        assert!(logged(&outcome, words), "{words}: {:?}", outcome.logs);
    }
}

/// Promise 3, before there is a task.
#[tokio::test(start_paused = true)]
async fn at_the_deadline_a_queued_caller_gives_up_with_nothing_created() {
    let sim = simulator(slots(1)).await;
    sim.occupy_slots("kling-v3", 1, Duration::from_secs(3600));
    let host = host();
    let calls = (0..3).map(|_| {
        let parameters = json!({"prompt": PROMPT, "max_wait_seconds": "100"});
        timed(&host, invocation(CREATE, demo_key(&sim), parameters))
    });
    for (outcome, took) in join_all(calls).await {
        let (kind, message) = failure(&outcome);
        assert_eq!(kind, "InvokeRateLimitError");
        assert!(message.contains("No task was created"), "{message}");
        assert!((90..=100).contains(&took.as_secs()), "{took:?}");
    }
    assert_eq!(sim.tasks(), []);
    assert_eq!(creates(&sim).1, 0);
    let asked = creates(&sim).0;
    assert!(asked <= 20, "one asks for all three, at growing distances: {asked}");
}

#[tokio::test(start_paused = true)]
async fn a_full_account_does_not_delay_another_one() {
    let (full, free) = (simulator(slots(1)).await, simulator(slots(1)).await);
    full.occupy_slots("kling-v3", 1, Duration::from_secs(300));
    let host = host();
    let blocked = timed(&host, invocation(CREATE, demo_key(&full), json!({"prompt": PROMPT})));
    let passing = timed(&host, invocation(CREATE, demo_key(&free), json!({"prompt": PROMPT})));
    let ((blocked, late), (passing, early)) = tokio::join!(blocked, passing);
    assert_eq!((blocked.error.as_ref(), passing.error.as_ref()), (None, None));
    assert!(early.as_secs() < 60, "{early:?}");
    assert!(late.as_secs() >= 340, "{late:?}");
}

/// The limits of models are apart.
#[tokio::test(start_paused = true)]
async fn a_full_model_does_not_delay_another_one() {
    let sim = simulator(slots(1)).await;
    sim.occupy_slots("kling-v3", 1, Duration::from_secs(300));
    let host = host();
    let started = Instant::now();
    let blocked = call(&host, CREATE, &demo_key(&sim), json!({"prompt": PROMPT})).await;
    assert_eq!((blocked.error.as_ref(), started.elapsed() > Duration::from_secs(300)), (None, true));
    sim.occupy_slots("kling-v3", 1, Duration::from_secs(300));
    let started = Instant::now();
    let other = call(&host, CREATE, &demo_key(&sim), json!({"prompt": PROMPT, "model_name": "kling-v2-6"})).await;
    assert_eq!((other.error.as_ref(), started.elapsed() < Duration::from_secs(60)), (None, true));
}

/// A pack of five, all free: nine pictures at once never get their slots, and do not stand in the way of others.
#[tokio::test(start_paused = true)]
async fn a_request_for_more_slots_than_there_are_is_told_why_and_blocks_nobody() {
    let sim = simulator(SimOptions { image_concurrency: 5, ..SimOptions::default() }).await;
    let (host, credentials) = (host(), demo_key(&sim));
    let images = async |n: u32, wait: u64| {
        sleep(Duration::from_secs(u64::from(n == 1))).await;
        let parameters = json!({"prompt": PROMPT, "n": n, "max_wait_seconds": wait});
        let started = Instant::now();
        let outcome = call(&host, "image_generation_create", &credentials, parameters).await;
        (outcome, started.elapsed())
    };
    let small = join_all((0..5).map(|_| images(1, 200)));
    let ((large, _), small) = tokio::join!(images(9, 120), small);
    let (kind, message) = failure(&large);
    assert_eq!(kind, "InvokeRateLimitError");
    assert!(message.contains("counts as 9 tasks") && message.contains("nothing was paid"), "{message}");
    assert!(logged(&large, "more slots at once"));
    for (outcome, took) in small {
        assert_eq!(outcome.error, None);
        assert!(took.as_secs() < 60, "{took:?}");
    }
}

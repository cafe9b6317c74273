//! Promise 1: whatever becomes of the answer, nothing is paid twice.

use std::time::Duration;

use kling_sim::{DEMO_ACCESS_KEY, DEMO_SECRET_KEY, Damage, Fault, Reply, RequestKind, Requests, SimOptions};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::support::{CREATE, PROMPT, call, creates, demo_key, failure, host, logged, map, simulator, variable};

const SILENCE: Reply = Reply::Silence(Duration::from_secs(70));

/// A create on either surface, and of each kind of result.
fn wishes() -> Vec<(&'static str, Value)> {
    let picture = |name| format!("https://media.example.test/{name}.png");
    vec![
        (CREATE, json!({"prompt": PROMPT})),
        (CREATE, json!({"prompt": PROMPT, "model_name": "kling-3.0-turbo"})),
        ("image_generation_create", json!({"prompt": PROMPT})),
        (
            "element_create",
            json!({
                "element_name": "Mira", "element_description": PROMPT, "reference_type": "image_refer",
                "element_frontal_image": picture("a"), "element_refer_images": [picture("b")],
            }),
        ),
    ]
}

/// Accept-then-drop and its relatives.
#[tokio::test(start_paused = true)]
async fn a_task_whose_answer_was_lost_is_found_and_not_posted_again() {
    for fault in [
        Fault::Processed(Reply::Drop),
        Fault::Processed(SILENCE),
        Fault::Processed(Reply::Page(502)),
        Fault::Processed(Reply::code(5002)),
        Fault::Damaged(Damage::Truncated),
        Fault::Damaged(Damage::Emptied),
        Fault::Damaged(Damage::LengthTooLarge),
        Fault::Damaged(Damage::LengthTooSmall),
    ] {
        let sim = simulator(SimOptions::default()).await;
        let host = host();
        for (number, (tool, parameters)) in (1..).zip(wishes()) {
            sim.faults().push(fault);
            let outcome = call(&host, tool, &demo_key(&sim), parameters).await;
            assert_eq!(outcome.error, None, "{fault}");
            assert_eq!(variable(&outcome, "task_status"), "succeed");
            assert!(logged(&outcome, "nothing is paid twice"), "{fault}");
            assert_eq!(creates(&sim), (number, number), "{tool}: {fault}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_definitely_never_arrived_is_posted_again_with_the_same_id() {
    for reply in [Reply::Drop, SILENCE, Reply::Page(503), Reply::code(5000)] {
        let sim = simulator(SimOptions::default()).await;
        sim.faults().push(Fault::NotProcessed(reply));
        let outcome = call(&host(), CREATE, &demo_key(&sim), json!({"prompt": PROMPT})).await;
        assert_eq!(outcome.error, None, "{reply}");
        assert_eq!(creates(&sim), (2, 1), "{reply}");
        let requests = sim.requests();
        let second = requests.iter().skip(1).position(|request| request.method == "POST").unwrap() + 1;
        let lookups = &requests[1..second];
        assert!(lookups.len() >= 3, "definitely: not found three times");
        assert!(lookups[lookups.len() - 1].at - lookups[0].at >= Duration::from_secs(30), "over half a minute");
        let id = requests[0].external_task_id().unwrap();
        assert!(lookups.iter().all(|lookup| lookup.path.ends_with(id)));
        assert_eq!(requests[second].external_task_id(), Some(id));
    }
}

/// The first post was still on its way when the second was made.
#[tokio::test(start_paused = true)]
async fn a_post_that_is_processed_late_meets_its_own_id() {
    let sim = simulator(SimOptions::default()).await;
    sim.faults().push(Fault::ProcessedLate(Duration::from_secs(100)));
    let outcome = call(&host(), CREATE, &demo_key(&sim), json!({"prompt": PROMPT})).await;
    assert_eq!((outcome.error.as_ref(), outcome.blobs.len()), (None, 1));
    tokio::time::sleep(Duration::from_secs(100)).await;
    assert_eq!(creates(&sim), (2, 1));
}

/// A refusal says nothing of the post before it.
#[tokio::test(start_paused = true)]
async fn a_refusal_after_a_lost_answer_does_not_deny_the_task() {
    let sim = simulator(SimOptions::default()).await;
    sim.faults().push(Fault::ProcessedLate(Duration::from_secs(500)));
    sim.faults().push_on(Requests::of(RequestKind::Create).nth(2), Fault::NotProcessed(Reply::code(1102)));
    let parameters = json!({"prompt": PROMPT, "external_task_id": "order-7"});
    let outcome = call(&host(), CREATE, &demo_key(&sim), parameters).await;
    let (_, message) = failure(&outcome);
    assert!(message.contains("is not known") && message.contains("external_task_id = order-7"), "{message}");
    tokio::time::sleep(Duration::from_secs(500)).await;
    assert_eq!(creates(&sim), (2, 1));
    let found = call(&host(), "task_query", &demo_key(&sim), json!({"external_task_id": "order-7"})).await;
    assert_eq!((found.error.as_ref(), found.blobs.len()), (None, 1));
}

#[tokio::test(start_paused = true)]
async fn an_id_of_another_kind_of_task_is_told_with_that_task() {
    let sim = simulator(SimOptions::default()).await;
    let (host, credentials) = (host(), demo_key(&sim));
    let parameters = json!({"prompt": PROMPT, "external_task_id": "order-7"});
    let image = call(&host, "image_generation_create", &credentials, parameters.clone()).await;
    let video = call(&host, CREATE, &credentials, parameters).await;
    let (kind, message) = failure(&video);
    assert_eq!(kind, "InvokeBadRequestError");
    assert!(message.contains("order-7") && message.contains(variable(&image, "handle")), "{message}");
    assert_eq!(sim.tasks().len(), 1);
}

/// Promise 5: never repeated.
#[tokio::test(start_paused = true)]
async fn codes_that_mean_never_are_not_posted_again() {
    for code in [1100, 1101, 1102, 1103, 1203, 1300, 1301, 1304] {
        let sim = simulator(SimOptions::default()).await;
        sim.faults().push(Fault::NotProcessed(Reply::code(code)));
        let outcome = call(&host(), CREATE, &demo_key(&sim), json!({"prompt": PROMPT})).await;
        let (_, message) = failure(&outcome);
        assert!(message.starts_with("Kling refused") && message.contains(&format!("code {code}")), "{message}");
        assert_eq!(creates(&sim), (1, 0), "{code}");
    }
}

/// Promise 5, with the service's own idea of when.
#[tokio::test(start_paused = true)]
async fn a_rate_that_is_too_high_is_given_the_time_it_asks_for() {
    let sim = simulator(SimOptions::default()).await;
    sim.faults().push(Fault::NotProcessed(Reply::Code { code: 1302, retry_after: Some(100) }));
    let outcome = call(&host(), CREATE, &demo_key(&sim), json!({"prompt": PROMPT})).await;
    assert_eq!(outcome.error, None);
    let times: Vec<_> = sim.requests().iter().filter(|r| r.method == "POST").map(|r| r.at).collect();
    assert_eq!(times.len(), 2);
    assert!((100..120).contains(&(times[1] - times[0]).as_secs()), "{:?}", times[1] - times[0]);
}

/// A server whose clock is wrong: one new token, then the reason, and soon.
#[tokio::test(start_paused = true)]
async fn a_clock_that_is_wrong_for_good_is_told() {
    for (ahead, code) in [(7200, 1004), (-7200, 1003)] {
        let sim = simulator(SimOptions::default()).await;
        sim.set_token_clock_ahead(ahead);
        let pair = map(json!({
            "access_key": DEMO_ACCESS_KEY, "secret_key": DEMO_SECRET_KEY, "base_url": sim.url(), "language": "en_US",
        }));
        let started = Instant::now();
        let outcome = call(&host(), CREATE, &pair, json!({"prompt": PROMPT})).await;
        let (kind, message) = failure(&outcome);
        assert_eq!(kind, "InvokeAuthorizationError", "{message}");
        assert!(message.contains("clock") && message.contains(&code.to_string()), "{message}");
        assert!(started.elapsed() <= Duration::from_secs(200), "{:?}", started.elapsed());
        assert_eq!(creates(&sim).1, 0);
    }
}

use kling_sim::{DEMO_API_KEY, FaultPlan, RequestKind, SimOptions, Simulator};
use reqwest::Method;
use serde_json::json;

use crate::client::{TEXT2VIDEO, request, sim_with};

/// What 30 creates and 30 queries meet, in words.
async fn met(plan: FaultPlan, pause: std::time::Duration) -> Vec<String> {
    let sim = sim_with(SimOptions { faults: Some(plan), concurrency: 100, ..SimOptions::default() }).await;
    for _ in 0..30 {
        ask(&sim, Method::POST, TEXT2VIDEO).await;
        tokio::time::sleep(pause).await;
        ask(&sim, Method::GET, "/v1/videos/text2video/84").await;
    }
    sim.faults().happened().iter().map(ToString::to_string).collect()
}

/// Whatever comes of it.
async fn ask(sim: &Simulator, method: Method, path: &str) {
    let asked = request(sim, method, path).bearer_auth(DEMO_API_KEY).json(&json!({ "prompt": "a boat" }));
    if let Ok(answer) = asked.send().await {
        answer.bytes().await.ok();
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_requests_meet_the_same_faults_at_any_pace() {
    let plan = || FaultPlan::seeded(11).with_chance(RequestKind::Create, 0.5).with_chance(RequestKind::Query, 0.5);
    let slow = met(plan(), std::time::Duration::from_secs(3)).await;
    let fast = met(plan(), std::time::Duration::ZERO).await;
    assert_eq!(slow, fast);
    assert!(slow.iter().any(|text| text.starts_with("create")), "{slow:?}");
    assert!(slow.iter().any(|text| text.starts_with("query")), "{slow:?}");
}

#[tokio::test(start_paused = true)]
async fn what_happens_is_what_the_plan_says() {
    let plan = FaultPlan::seeded(12).with_chance(RequestKind::Create, 1.0).ending_after(5);
    let told: Vec<_> = (1..=30)
        .flat_map(|number| {
            plan.faults(RequestKind::Create, number).into_iter().map(move |f| format!("create {number}: {f}"))
        })
        .collect();
    let happened = met(plan.with_chance(RequestKind::Query, 0.0), std::time::Duration::ZERO).await;
    assert_eq!(happened, told);
    assert!(!told.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_plan_ends_when_cleared() {
    let sim = sim_with(SimOptions {
        faults: Some(FaultPlan::seeded(1).with_chance(RequestKind::Query, 1.0)),
        ..SimOptions::default()
    })
    .await;
    sim.faults().clear();
    for _ in 0..10 {
        ask(&sim, Method::GET, "/v1/videos/text2video/84").await;
    }
    assert_eq!(sim.faults().happened(), []);
}

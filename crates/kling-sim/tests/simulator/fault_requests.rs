use kling_sim::{Fault, Reply, RequestKind, Requests};
use serde_json::json;

use crate::client::{GENERATIONS, TEXT2VIDEO, create, created, get, http, sim, video_url};

const FAULT: Fault = Fault::Status(503);

#[tokio::test]
async fn a_fault_meets_the_request_it_is_for_and_no_other() {
    let sim = sim().await;
    let id = created(&sim, &json!({ "prompt": "a boat" })).await;
    sim.faults().push_on(Requests::of(RequestKind::Query).nth(2), FAULT);
    sim.faults().push_on(Requests::of(RequestKind::List).under(GENERATIONS), FAULT);
    let one = format!("{TEXT2VIDEO}/{id}");
    create(&sim, &json!({ "prompt": "a boat" })).await.data();
    get(&sim, TEXT2VIDEO).await.data();
    get(&sim, &one).await.data();
    assert_eq!(get(&sim, &one).await.status, 503);
    assert_eq!(get(&sim, GENERATIONS).await.status, 503);
    get(&sim, &one).await.data();
    let happened: Vec<_> = sim.faults().happened().iter().map(ToString::to_string).collect();
    assert_eq!(happened, ["query 2: not processed, HTTP 503", "list 2: not processed, HTTP 503"]);
}

#[tokio::test]
async fn downloads_can_be_refused_too() {
    let sim = sim().await;
    let url = video_url(&sim).await;
    sim.faults().push_on(Requests::of(RequestKind::Download), Fault::NotProcessed(Reply::Page(503)));
    sim.faults().push_on(Requests::of(RequestKind::Download), Fault::NotProcessed(Reply::Drop));
    assert_eq!(http().get(&url).send().await.unwrap().status(), 503);
    assert!(http().get(&url).send().await.is_err());
    assert_eq!(http().get(&url).send().await.unwrap().status(), 200);
}

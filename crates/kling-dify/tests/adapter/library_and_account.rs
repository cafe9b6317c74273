//! Elements are listed and deleted, and the account's balance is read: all free.

use kling_dify::Environment;
use serde_json::json;

use crate::support::{api_key, call, failure, host, key_pair, simulator, variable};

const PICTURE: &str = "https://media.example.test/a.png";

#[tokio::test(start_paused = true)]
async fn an_element_is_made_listed_and_deleted() {
    let sim = simulator().await;
    let host = host(Environment::default());
    for credentials in [api_key(&sim.url()), key_pair(&sim.url())] {
        let made = call(
            &host,
            "element_create",
            &credentials,
            json!({
                "element_name": "Mira", "element_description": "a traveller", "reference_type": "image_refer",
                "element_frontal_image": PICTURE, "element_refer_images": ["https://media.example.test/b.png"], "tag_list": "o_102",
            }),
        )
        .await;
        let id = variable(&made, "element_id").to_owned();
        let listed = call(&host, "element_list", &credentials, json!({})).await;
        assert_eq!(listed.error, None);
        let ids: Vec<_> =
            listed.variables["elements"].as_array().unwrap().iter().map(|element| &element["element_id"]).collect();
        assert!(ids.contains(&&json!(id)), "{ids:?}");
        assert_eq!(listed.variables["count"], ids.len());
        let deleted = call(&host, "element_delete", &credentials, json!({"element_id": id})).await;
        assert_eq!((deleted.error.as_ref(), variable(&deleted, "element_id")), (None, id.as_str()));
        let again = call(&host, "element_delete", &credentials, json!({"element_id": id})).await;
        assert_eq!(failure(&again).0, "InvokeBadRequestError");
    }
}

#[tokio::test(start_paused = true)]
async fn presets_are_klings_own() {
    let sim = simulator().await;
    let outcome =
        call(&host(Environment::default()), "element_list", &api_key(&sim.url()), json!({"source": "preset"})).await;
    let elements = outcome.variables["elements"].as_array().unwrap();
    assert!(!elements.is_empty() && elements.iter().all(|element| element["owned_by"] == "kling"), "{elements:?}");
}

#[tokio::test(start_paused = true)]
async fn pages_and_ids_outside_their_ranges_are_refused_here() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    for (tool, parameters, text) in [
        ("element_list", json!({"page": 0}), "`page` is 0: 1 to 1000"),
        ("element_list", json!({"page_size": 501}), "`page_size` is 501: 1 to 500"),
        ("element_list", json!({"page": "first"}), "`page` must be a whole number"),
        ("element_delete", json!({}), "`element_id` is empty"),
    ] {
        let outcome = call(&host, tool, &credentials, parameters).await;
        let (kind, message) = failure(&outcome);
        assert_eq!(kind, "InvokeBadRequestError");
        assert!(message.contains(text), "{message}");
    }
    assert_eq!(sim.requests().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_balance_falls_with_use() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    let left = async || {
        let outcome = call(&host, "account_balance", &credentials, json!({})).await;
        assert_eq!(outcome.error, None);
        assert!(variable(&outcome, "next_expiry").ends_with('Z'));
        assert_eq!(outcome.variables["packs"].as_array().unwrap().len(), 2);
        outcome.variables["remaining_units"].as_f64().unwrap()
    };
    let before = left().await;
    call(&host, "text_2_video_create", &credentials, json!({"prompt": "a boat"})).await;
    assert!((before - left().await - 3.0).abs() < 1e-6);
}

/// Promise 5: Kling's own trouble passes, and what costs nothing is asked again.
#[tokio::test(start_paused = true)]
async fn a_free_question_survives_a_moment_of_trouble() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    let made =
        call(&host, "text_2_video_create", &credentials, json!({"prompt": "a", "wait_for_result": "false"})).await;
    let task = json!({"handle": variable(&made, "handle")});
    for (tool, parameters) in [("account_balance", json!({})), ("element_list", json!({})), ("task_query", task)] {
        sim.faults().push(kling_sim::Fault::Status(503));
        let outcome = call(&host, tool, &credentials, parameters).await;
        assert_eq!(outcome.error, None, "{tool}");
        assert_eq!(sim.faults().pending(), [], "{tool} met the fault");
    }
}

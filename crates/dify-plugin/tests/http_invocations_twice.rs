//! Dify repeats an invocation whose connection failed. No session is run twice: the second arrival gets the answer of
//! the first. (Promise 1: never pay twice.)

#![cfg(feature = "serverless")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dify_plugin::Plugin;
use serde_json::json;
use support::http::{invoke, messages, piece, plugin};
use tokio::sync::Semaphore;

const NO_DAEMON: &str = "http://127.0.0.1:1";

/// A tool that counts its runs, says so many bytes, waits, and ends.
struct Paid {
    runs: Arc<AtomicUsize>,
    finished: Arc<Semaphore>,
    go: Arc<Semaphore>,
}

impl Paid {
    fn plugin(bytes: usize) -> (Plugin, Self) {
        let (runs, finished, go) =
            (Arc::<AtomicUsize>::default(), Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let paid = Self { runs: runs.clone(), finished: finished.clone(), go: go.clone() };
        let plugin = support::plugin(move |_, out| {
            let (runs, finished, go) = (runs.clone(), finished.clone(), go.clone());
            async move {
                let run = runs.fetch_add(1, Ordering::Relaxed);
                for _ in 0..bytes.div_ceil(50_000) {
                    out.text("x".repeat(bytes.min(50_000))).await?;
                }
                go.acquire().await.unwrap().forget();
                out.text(format!("run {run}")).await?;
                finished.add_permits(1);
                Ok(())
            }
        });
        (plugin, paid)
    }

    fn runs(&self) -> usize {
        self.runs.load(Ordering::Relaxed)
    }
}

#[tokio::test]
async fn while_it_runs_the_second_arrival_takes_it_over_from_its_beginning() {
    let (tool, paid) = Paid::plugin(10);
    let url = plugin(tool, NO_DAEMON).await;
    let mut first = invoke(&url, support::request("s", &json!({}))).await;
    let begun = piece(&mut first).await.unwrap();
    let mut second = invoke(&url, support::request("s", &json!({}))).await;
    assert_eq!(piece(&mut second).await.unwrap(), begun);
    assert!(first.chunk().await.is_err(), "the first connection is cut, not ended");
    paid.go.add_permits(2);
    let mut rest = begun;
    while let Some(piece) = piece(&mut second).await {
        rest.push_str(&piece);
    }
    let messages = messages(&rest);
    assert_eq!(messages[1]["data"]["data"]["message"]["text"], "run 0");
    assert_eq!((messages.len(), paid.runs()), (3, 1));
}

#[tokio::test]
async fn after_its_end_it_is_answered_the_same_again() {
    let (tool, paid) = Paid::plugin(10);
    let url = plugin(tool, NO_DAEMON).await;
    paid.go.add_permits(10);
    let answer = async || invoke(&url, support::request("s", &json!({}))).await.text().await.unwrap();
    let first = answer().await;
    assert_eq!(answer().await, first);
    assert_eq!(answer().await, first);
    assert_eq!((messages(&first).len(), paid.runs()), (3, 1));
    // Another session is another invocation.
    invoke(&url, support::request("t", &json!({}))).await.text().await.unwrap();
    assert_eq!(paid.runs(), 2);
}

#[tokio::test]
async fn an_answer_too_long_to_be_kept_is_not_repeated_and_not_run_again() {
    let (tool, paid) = Paid::plugin(1_000_000);
    let url = plugin(tool, NO_DAEMON).await;
    paid.go.add_permits(10);
    let first = invoke(&url, support::request("s", &json!({}))).await.text().await.unwrap();
    assert!(first.len() > 1_000_000);
    let second = messages(&invoke(&url, support::request("s", &json!({}))).await.text().await.unwrap());
    assert_eq!(second[0]["data"]["data"]["error_type"], "InvokeConnectionError");
    assert!(second[0]["data"]["data"]["message"].as_str().unwrap().contains("nothing was paid twice"));
    assert_eq!((second[1]["data"]["type"].as_str().unwrap(), paid.runs()), ("end", 1));
}

#[tokio::test]
async fn a_client_that_leaves_does_not_stop_what_is_paid_for() {
    // More than waits for a reader: without one, nothing waits.
    let (tool, paid) = Paid::plugin(2_000_000);
    let url = plugin(tool, NO_DAEMON).await;
    let mut first = invoke(&url, support::request("s", &json!({}))).await;
    piece(&mut first).await.unwrap();
    drop(first);
    paid.go.add_permits(1);
    paid.finished.acquire().await.unwrap().forget();
    assert_eq!(paid.runs(), 1);
}

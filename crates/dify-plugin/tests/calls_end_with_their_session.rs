//! Calls into Dify are possible only while their session is open; later ones say so, and hang nowhere.

mod support;

use dify_plugin::CallError;
use dify_plugin::dify::Dify;
use dify_plugin::host::{Event, Host};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// A plugin whose tool hands its way into Dify out, and ends when told.
fn lender() -> (Host, mpsc::UnboundedReceiver<(Dify, tokio::sync::oneshot::Sender<()>)>) {
    let (sender, lent) = mpsc::unbounded_channel();
    let host = Host::in_memory(support::plugin(move |call, _| {
        let sender = sender.clone();
        async move {
            let (end, ended) = tokio::sync::oneshot::channel();
            assert!(sender.send((call.dify, end)).is_ok());
            let _ = ended.await;
            Ok(())
        }
    }));
    (host, lent)
}

async fn call(dify: Dify) -> Result<Value, CallError> {
    dify.invoke("storage", &json!({})).await
}

#[tokio::test(start_paused = true)]
async fn one_made_after_the_end_is_not_sent() {
    let (host, mut lent) = lender();
    let events = host.invoke(support::call()).await;
    let (dify, end) = lent.recv().await.unwrap();
    end.send(()).unwrap();
    support::finish(events).await;
    assert_eq!(call(dify).await, Err(CallError::SessionEnded));
    assert_eq!(host.strays(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn one_under_way_ends_with_it_and_its_answer_is_dropped() {
    let (host, mut lent) = lender();
    let mut events = host.invoke(support::call()).await;
    let (dify, end) = lent.recv().await.unwrap();
    let waiting = tokio::spawn(call(dify));
    let Some(Event::Call(made)) = events.next().await else { panic!("no call") };
    let start = Instant::now();
    end.send(()).unwrap();
    assert_eq!(waiting.await.unwrap(), Err(CallError::SessionEnded));
    assert_eq!(start.elapsed().as_secs(), 0);
    host.answer(&made, Ok(json!("late"))).await;
    host.answer_end(&made).await;
    support::finish(events).await;
    let _events = host.invoke(support::call()).await;
    assert!(lent.recv().await.is_some(), "the plugin goes on");
}

#[tokio::test(start_paused = true)]
async fn one_under_way_ends_with_the_host() {
    let (host, mut lent) = lender();
    let mut events = host.invoke(support::call()).await;
    let (dify, _end) = lent.recv().await.unwrap();
    let waiting = tokio::spawn(call(dify.clone()));
    assert!(matches!(events.next().await, Some(Event::Call(_))));
    let start = Instant::now();
    host.close_stdout();
    assert_eq!(waiting.await.unwrap(), Err(CallError::HostGone));
    assert!(call(dify).await.is_err());
    assert_eq!(start.elapsed().as_secs(), 0);
}

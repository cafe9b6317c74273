//! However many callers wait for a job, it is asked for once.

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{Calls, Ended, Heard, MockSource, active, after, exact, finished, plenty, script, seconds, seen};
use kling_tasks::{Observation, Phase, PollFailure, WaitError, Waited, Waits};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

type Shared = Arc<Waits<&'static str, u32>>;

/// A caller with a budget of its own; what it got, what it heard, and how long it waited.
fn call(waits: &Shared, source: &Arc<MockSource>, patience: u64) -> JoinHandle<(Ended, Vec<String>, Duration)> {
    let (waits, source) = (waits.clone(), source.clone());
    tokio::spawn(async move {
        let (mut heard, started) = (Heard::default(), Instant::now());
        let ended = waits.wait("job", &*source, after(patience), &plenty(), &mut heard).await;
        (ended, heard.0, started.elapsed())
    })
}

fn shared(answers: Vec<common::Seen>) -> (Shared, Arc<MockSource>, Calls) {
    let (source, asked) = script(answers);
    (Arc::new(exact()), Arc::new(source), asked)
}

#[tokio::test(start_paused = true)]
async fn many_callers_make_one_look_and_all_hear_everything() {
    let (waits, source, asked) = shared(vec![seen(Phase::Active, "submitted"), active(), active(), finished()]);
    let callers: Vec<_> = (0..100).map(|_| call(&waits, &source, 480)).collect();
    for caller in callers {
        let (ended, heard, waited) = caller.await.unwrap();
        assert_eq!(ended, Ok(Waited::Finished(7)));
        assert_eq!(heard, ["3 submitted", "7 processing", "24 succeed"]);
        assert_eq!(waited, Duration::from_millis(24_375));
    }
    assert_eq!(asked.seconds(), [3.0, 7.5, 14.25, 24.375]);
    assert!(waits.is_empty());
}

/// Nobody asks while somebody else does.
#[tokio::test(start_paused = true)]
async fn a_look_that_takes_its_time_is_made_once_as_well() {
    struct Slow(Calls);
    #[async_trait::async_trait]
    impl kling_tasks::TaskSource for Slow {
        type Task = u32;
        type Error = &'static str;
        async fn look(&self) -> common::Seen {
            self.0.note("");
            sleep(seconds(2)).await;
            if self.0.all().len() < 3 { active() } else { finished() }
        }
    }
    let (waits, source): (Shared, _) = (Arc::new(exact()), Arc::new(Slow(Calls::new())));
    let callers: Vec<_> = (0..10)
        .map(|_| {
            let (waits, source) = (waits.clone(), source.clone());
            tokio::spawn(async move { waits.wait("job", &*source, after(480), &plenty(), &mut ()).await })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), Ok(Waited::Finished(7)));
    }
    assert_eq!(source.0.seconds(), [3.0, 9.5, 18.25]);
}

#[tokio::test(start_paused = true)]
async fn a_late_caller_hears_at_once_how_things_stand() {
    let (waits, source, asked) = shared(vec![seen(Phase::Active, "submitted"), active(), active(), finished()]);
    let first = call(&waits, &source, 480);
    sleep(seconds(10)).await;
    let (ended, heard, _) = call(&waits, &source, 480).await.unwrap();
    assert_eq!((ended, heard), (Ok(Waited::Finished(7)), vec!["0 processing".into(), "14 succeed".into()]));
    first.await.unwrap().0.unwrap();
    assert_eq!(asked.seconds().len(), 4);
}

/// Each caller's last look comes shortly before its own deadline, and serves the others.
#[tokio::test(start_paused = true)]
async fn each_caller_has_its_own_deadline_and_last_look() {
    let (waits, source, asked) = shared(vec![active()]);
    let (long, short) = (call(&waits, &source, 60), call(&waits, &source, 12));
    let (ended, _, waited) = short.await.unwrap();
    assert!(matches!(ended, Ok(Waited::OutOfTime(Some(_)))));
    assert_eq!(waited, seconds(10));
    assert!(matches!(long.await.unwrap().0, Ok(Waited::OutOfTime(Some(_)))));
    // 10 is the short one's last look; the pauses of the long one go on from there.
    assert_eq!(asked.seconds(), [3.0, 7.5, 10.0, 20.125, 35.125, 50.125, 58.0]);
}

#[tokio::test(start_paused = true)]
async fn when_the_one_who_asks_goes_away_the_next_takes_over() {
    let (waits, source, asked) = shared(vec![active(), active(), active(), finished()]);
    let callers: Vec<_> = (0..3).map(|_| call(&waits, &source, 480)).collect();
    for (at, caller) in callers.into_iter().enumerate() {
        if at < 2 {
            sleep(seconds(5)).await;
            caller.abort();
            assert!(caller.await.is_err());
        } else {
            assert_eq!(caller.await.unwrap().0, Ok(Waited::Finished(7)));
        }
    }
    assert_eq!(asked.seconds(), [3.0, 7.5, 14.25, 24.375]);
    assert!(waits.is_empty());
}

/// A look that hangs for one caller hangs for that caller only.
#[tokio::test(start_paused = true)]
async fn a_look_that_hangs_until_its_callers_deadline_is_made_by_the_next() {
    struct Hangs(bool);
    #[async_trait::async_trait]
    impl kling_tasks::TaskSource for Hangs {
        type Task = u32;
        type Error = &'static str;
        async fn look(&self) -> common::Seen {
            if self.0 { std::future::pending().await } else { finished() }
        }
    }
    let waits: Shared = Arc::new(exact());
    let (hanging, retries) = (Hangs(true), plenty());
    let first = async { waits.wait("job", &hanging, after(30), &retries, &mut ()).await };
    let (well, started) = (Hangs(false), Instant::now());
    let second = async {
        sleep(seconds(10)).await;
        let ended = waits.wait("job", &well, after(60), &retries, &mut ()).await;
        (ended, started.elapsed())
    };
    let (first, (second, waited)) = tokio::join!(first, second);
    assert_eq!(first, Ok(Waited::OutOfTime(None)));
    assert_eq!((second, waited), (Ok(Waited::Finished(7)), seconds(30)));
}

/// A caller whose key was taken away does not end the wait of another.
#[tokio::test(start_paused = true)]
async fn a_refusal_is_the_callers_own() {
    let waits: Shared = Arc::new(exact());
    let (locked_out, _) = script(vec![Err(PollFailure::Final("1004"))]);
    let (source, _) = script(vec![finished()]);
    let first = call(&waits, &Arc::new(locked_out), 480);
    let second = call(&waits, &Arc::new(source), 480);
    assert_eq!(first.await.unwrap().0, Err(WaitError::Refused("1004")));
    assert_eq!(second.await.unwrap().0, Ok(Waited::Finished(7)));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_asked_and_nothing_is_left_once_nobody_listens() {
    let (waits, source, asked) = shared(vec![active()]);
    let callers: Vec<_> = (0..5).map(|_| call(&waits, &source, 480)).collect();
    sleep(seconds(20)).await;
    for caller in &callers {
        caller.abort();
    }
    sleep(seconds(100)).await;
    assert!(waits.is_empty());
    assert_eq!(asked.seconds(), [3.0, 7.5, 14.25]);
    // A new caller begins anew.
    let (ended, heard, _) = call(&waits, &source, 5).await.unwrap();
    assert!(matches!(ended, Ok(Waited::OutOfTime(Some(Observation { .. })))));
    assert_eq!(heard, ["3 processing"]);
}

#[tokio::test(start_paused = true)]
async fn a_caller_busy_telling_misses_no_change() {
    struct Slow(Heard);
    #[async_trait::async_trait]
    impl kling_tasks::ProgressObserver for Slow {
        async fn progress(&mut self, progress: kling_tasks::Progress<'_>) {
            self.0.progress(progress).await;
            sleep(seconds(20)).await;
        }
    }
    let words = ["submitted", "queued", "processing", "uploading"];
    let mut answers: Vec<_> = words.map(|word| seen(Phase::Active, word)).into();
    answers.push(finished());
    let (waits, source, _) = shared(answers);
    let quick = call(&waits, &source, 480);
    let mut slow = Slow(Heard::default());
    let ended = waits.wait("job", &*source, after(480), &plenty(), &mut slow).await;
    assert_eq!(ended, Ok(Waited::Finished(7)));
    let told: Vec<_> = slow.0.0.iter().map(|line| line.split(' ').nth(1).unwrap()).collect();
    assert_eq!(told, ["submitted", "queued", "processing", "uploading", "succeed"]);
    quick.await.unwrap().0.unwrap();
}

//! Which invocations there were: each is run once.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::recording::Recording;

/// How long an invocation is remembered after its end. The daemon repeats one within seconds, up to three times
/// (`MAX_SERVERLESS_RETRY_TIMES`), and gives up after 10 minutes (dify-plugin-daemon 0.6.10).
const REMEMBERED: Duration = Duration::from_secs(15 * 60);
/// How many ended ones are remembered.
const MAX_REMEMBERED: usize = 10_000;
/// How many bytes of the answers of ended ones are kept, all together.
const MAX_KEPT_BYTES: usize = 2 * 1024 * 1024;

/// The invocations that run and those that ended lately, by session id.
#[derive(Debug, Default)]
pub(super) struct Invocations(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    all: HashMap<String, Arc<Recording>>,
    /// In the order they ended.
    ended: VecDeque<(Instant, String)>,
    kept_bytes: usize,
}

/// What an arrival is.
#[derive(Debug)]
pub(super) enum Arrival {
    /// The first of its session; to be run, into this.
    First(Arc<Recording>),
    /// The session has arrived before.
    Again(Arc<Recording>),
}

impl Invocations {
    pub(super) fn arrive(&self, session_id: &str) -> Arrival {
        let mut state = self.state();
        state.forget_old();
        if let Some(recording) = state.all.get(session_id) {
            return Arrival::Again(recording.clone());
        }
        let recording = Arc::new(Recording::default());
        state.all.insert(session_id.to_owned(), recording.clone());
        Arrival::First(recording)
    }

    /// The invocation has ended.
    pub(super) fn end(&self, session_id: String) {
        let mut state = self.state();
        let bytes = state.all.get(&session_id).and_then(|recording| recording.finished_bytes());
        state.kept_bytes += bytes.unwrap_or_default();
        state.ended.push_back((Instant::now(), session_id));
        state.forget_old();
        state.forget_answers();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn forget_old(&mut self) {
        while let Some((ended, _)) = self.ended.front()
            && (ended.elapsed() >= REMEMBERED || self.ended.len() > MAX_REMEMBERED)
        {
            let Some((_, session_id)) = self.ended.pop_front() else { break };
            let bytes = self.all.remove(&session_id).and_then(|recording| recording.finished_bytes());
            self.kept_bytes = self.kept_bytes.saturating_sub(bytes.unwrap_or_default());
        }
    }

    /// That there was an invocation is still known when its answer is not.
    fn forget_answers(&mut self) {
        for (_, session_id) in &self.ended {
            if self.kept_bytes <= MAX_KEPT_BYTES {
                break;
            }
            let Some(recording) = self.all.get(session_id) else { continue };
            let before = recording.finished_bytes().unwrap_or_default();
            recording.forget();
            let after = recording.finished_bytes().unwrap_or_default();
            self.kept_bytes = self.kept_bytes.saturating_sub(before - after);
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    async fn run(invocations: &Invocations, session_id: &str, bytes: usize) {
        let Arrival::First(recording) = invocations.arrive(session_id) else { panic!("{session_id} was there before") };
        recording.append(Bytes::from(vec![b'x'; bytes])).await;
        recording.finish();
        invocations.end(session_id.to_owned());
    }

    fn known(invocations: &Invocations, session_id: &str) -> bool {
        matches!(invocations.arrive(session_id), Arrival::Again(_))
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_runs_is_known_however_long_it_takes() {
        let invocations = Invocations::default();
        let first = invocations.arrive("a");
        tokio::time::advance(REMEMBERED * 10).await;
        assert!(matches!(first, Arrival::First(_)) && known(&invocations, "a"));
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_ended_is_known_for_a_quarter_of_an_hour() {
        let invocations = Invocations::default();
        run(&invocations, "a", 1).await;
        tokio::time::advance(REMEMBERED / 2).await;
        assert!(known(&invocations, "a"));
        tokio::time::advance(REMEMBERED / 2).await;
        assert!(!known(&invocations, "a"));
        assert_eq!(invocations.state().kept_bytes, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn many_answers_are_not_kept_but_their_sessions_known() {
        let invocations = Invocations::default();
        for number in 0..200 {
            run(&invocations, &number.to_string(), 50_000).await;
        }
        let readable = |number: u32| match invocations.arrive(&number.to_string()) {
            Arrival::Again(recording) => recording.reader().is_ok(),
            Arrival::First(_) => panic!("{number} is forgotten"),
        };
        assert!(!readable(0) && readable(199));
        assert!(invocations.state().kept_bytes <= MAX_KEPT_BYTES);
        let held: usize = invocations.state().all.values().filter_map(|recording| recording.finished_bytes()).sum();
        assert!(held <= MAX_KEPT_BYTES, "{held} bytes");
    }

    #[tokio::test(start_paused = true)]
    async fn more_than_ten_thousand_are_not_remembered() {
        let invocations = Invocations::default();
        for number in 0..=MAX_REMEMBERED {
            run(&invocations, &number.to_string(), 1).await;
        }
        assert_eq!(invocations.state().all.len(), MAX_REMEMBERED);
        assert!(!known(&invocations, "0") && known(&invocations, "1"));
    }
}

//! Which invocations there were: each is run once.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
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

/// The invocations that run and those that ended lately.
#[derive(Debug, Default)]
pub(super) struct Invocations {
    state: Mutex<State>,
    /// Two keys that are random in each process, so 128 bits that nobody outside can find two bodies for.
    hashers: [RandomState; 2],
}

/// Which invocation a request is: its session, and all that it asks for. Whoever knows a session's id alone is given
/// nothing of its answer: the body, credentials included, must be the same to the byte.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Identity {
    pub(super) session_id: String,
    body: [u64; 2],
}

/// The hash of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BodyHash([u64; 2]);

#[derive(Debug, Default)]
struct State {
    all: HashMap<Identity, Arc<Recording>>,
    /// In the order they ended.
    ended: VecDeque<(Instant, Identity)>,
    kept_bytes: usize,
}

/// What an arrival is.
#[derive(Debug)]
pub(super) enum Arrival {
    /// The first of its kind; to be run, into this.
    First(Arc<Recording>),
    /// The same has arrived before.
    Again(Arc<Recording>),
}

impl Invocations {
    pub(super) fn hash(&self, body: &[u8]) -> BodyHash {
        BodyHash(self.hashers.each_ref().map(|hasher| hasher.hash_one(body)))
    }

    pub(super) fn arrive(&self, identity: &Identity) -> Arrival {
        let mut state = self.state();
        state.forget_old();
        if let Some(recording) = state.all.get(identity) {
            return Arrival::Again(recording.clone());
        }
        let recording = Arc::new(Recording::default());
        state.all.insert(identity.clone(), recording.clone());
        Arrival::First(recording)
    }

    /// The invocation has ended.
    pub(super) fn end(&self, identity: Identity) {
        let mut state = self.state();
        let bytes = state.all.get(&identity).and_then(|recording| recording.finished_bytes());
        state.kept_bytes += bytes.unwrap_or_default();
        state.ended.push_back((Instant::now(), identity));
        state.forget_old();
        state.forget_answers();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Identity {
    pub(super) fn new(session_id: &str, BodyHash(body): BodyHash) -> Self {
        Self { session_id: session_id.to_owned(), body }
    }
}

impl State {
    fn forget_old(&mut self) {
        while let Some((ended, _)) = self.ended.front()
            && (ended.elapsed() >= REMEMBERED || self.ended.len() > MAX_REMEMBERED)
        {
            let Some((_, identity)) = self.ended.pop_front() else { break };
            let bytes = self.all.remove(&identity).and_then(|recording| recording.finished_bytes());
            self.kept_bytes = self.kept_bytes.saturating_sub(bytes.unwrap_or_default());
        }
    }

    /// That there was an invocation is still known when its answer is not.
    fn forget_answers(&mut self) {
        for (_, identity) in &self.ended {
            if self.kept_bytes <= MAX_KEPT_BYTES {
                break;
            }
            let Some(recording) = self.all.get(identity) else { continue };
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

    fn identity(invocations: &Invocations, session_id: &str) -> Identity {
        Identity::new(session_id, invocations.hash(b"{}"))
    }

    fn arrive(invocations: &Invocations, session_id: &str) -> Arrival {
        invocations.arrive(&identity(invocations, session_id))
    }

    async fn run(invocations: &Invocations, session_id: &str, bytes: usize) {
        let Arrival::First(recording) = arrive(invocations, session_id) else {
            panic!("{session_id} was there before")
        };
        recording.append(Bytes::from(vec![b'x'; bytes])).await;
        recording.finish();
        invocations.end(identity(invocations, session_id));
    }

    fn known(invocations: &Invocations, session_id: &str) -> bool {
        matches!(arrive(invocations, session_id), Arrival::Again(_))
    }

    #[test]
    fn only_the_same_session_with_the_same_body_is_the_same() {
        let invocations = Invocations::default();
        let all = [("a", "{}"), ("b", "{}"), ("a", "{ }"), ("a", ""), ("", "a{}")];
        let identity = |(id, body): (&str, &str)| Identity::new(id, invocations.hash(body.as_bytes()));
        for one in all {
            assert!(matches!(invocations.arrive(&identity(one)), Arrival::First(_)), "{one:?}");
        }
        for one in all {
            assert!(matches!(invocations.arrive(&identity(one)), Arrival::Again(_)), "{one:?}");
        }
        // Nobody can work out beforehand which bodies are taken for the same.
        assert_ne!(Invocations::default().hash(b"{}"), invocations.hash(b"{}"));
        let BodyHash([first, second]) = invocations.hash(b"{}");
        assert_ne!(first, second);
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_runs_is_known_however_long_it_takes() {
        let invocations = Invocations::default();
        let first = arrive(&invocations, "a");
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
        let readable = |number: u32| match arrive(&invocations, &number.to_string()) {
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

//! From the plugin's lines to those who wait for them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{mpsc, watch};

use super::Outcome;
use super::calls::Answerer;
use super::event::{Event, Line, read_line};
use super::link::Output;
use crate::connection::{Frame, LineSplitter};

/// How many messages may wait in a session. Dify's daemon keeps as many for a tool, and a full queue stops all
/// sessions of the plugin there as well (dify-plugin-daemon 0.6.10).
const QUEUE: usize = 1024;
const STRAYS: usize = 1000;

/// One session's messages, as they come.
#[derive(Debug)]
pub struct Events(mpsc::Receiver<Event>);

impl Events {
    /// The next message; the last is [`Event::End`]. `None` after it, or when the plugin ended.
    ///
    /// While nobody takes a session's messages, soon all sessions stand still.
    pub async fn next(&mut self) -> Option<Event> {
        self.0.recv().await
    }

    /// Everything to the end of the session. Calls back into Dify are answered by whoever was given to
    /// [`Host::on_call`](super::Host::on_call), if by anybody.
    pub async fn collect(self) -> Outcome {
        self.collect_with(|_| {}).await
    }

    /// As [`Events::collect`], with a look at each message when it comes.
    pub async fn collect_with(mut self, mut look: impl FnMut(&Event)) -> Outcome {
        let mut outcome = Outcome::default();
        while let Some(event) = self.next().await {
            look(&event);
            outcome.add(event);
        }
        outcome
    }
}

#[derive(Debug)]
pub(super) struct Switchboard {
    /// `None` when the plugin has ended.
    sessions: Mutex<Option<HashMap<String, mpsc::Sender<Event>>>>,
    strays: Mutex<Vec<String>>,
    pulse: watch::Sender<Pulse>,
    answerer: Mutex<Option<Answerer>>,
}

#[derive(Debug, Default)]
struct Pulse {
    heartbeats: u64,
    gone: bool,
}

impl Default for Switchboard {
    fn default() -> Self {
        Self {
            sessions: Mutex::new(Some(HashMap::new())),
            strays: Mutex::default(),
            pulse: watch::Sender::new(Pulse::default()),
            answerer: Mutex::default(),
        }
    }
}

/// Reads to the end.
pub(super) async fn run(switchboard: Arc<Switchboard>, mut output: Output) {
    // Also when this task is stopped from outside.
    let switchboard = CloseOnDrop(switchboard);
    let mut splitter = LineSplitter::new(usize::MAX);
    let mut buffer = Vec::new();
    while output.read(&mut buffer).await {
        let mut bytes = buffer.as_slice();
        while let Some(frame) = splitter.next(&mut bytes) {
            if let Frame::Line(line) = frame {
                switchboard.0.take(&line).await;
            }
        }
    }
}

struct CloseOnDrop(Arc<Switchboard>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        *lock(&self.0.sessions) = None;
        self.0.pulse.send_modify(|pulse| pulse.gone = true);
    }
}

impl Switchboard {
    pub(super) fn listen(&self, session_id: &str) -> Events {
        let (sender, events) = mpsc::channel(QUEUE);
        if let Some(sessions) = lock(&self.sessions).as_mut() {
            sessions.insert(session_id.to_owned(), sender);
        }
        Events(events)
    }

    pub(super) fn heartbeats(&self) -> u64 {
        self.pulse.borrow().heartbeats
    }

    pub(super) async fn first_heartbeat(&self) -> Option<()> {
        let mut pulse = self.pulse.subscribe();
        let seen = pulse.wait_for(|pulse| pulse.heartbeats > 0 || pulse.gone).await.ok()?;
        (seen.heartbeats > 0).then_some(())
    }

    pub(super) fn answer_with(&self, answerer: Answerer) {
        *lock(&self.answerer) = Some(answerer);
    }

    pub(super) fn strays(&self) -> Vec<String> {
        lock(&self.strays).clone()
    }

    async fn take(&self, line: &[u8]) {
        match read_line(line) {
            Some(Line::Heartbeat) => self.pulse.send_modify(|pulse| pulse.heartbeats += 1),
            Some(Line::Session(session_id, event)) => match self.listener(&session_id, &event) {
                Some(listener) => {
                    if let Event::Call(call) = &*event
                        && let Some(answerer) = &*lock(&self.answerer)
                    {
                        answerer.answer(call);
                    }
                    // Whoever does not listen any more misses nothing.
                    drop(listener.send(*event).await);
                }
                None => self.stray(line),
            },
            None => self.stray(line),
        }
    }

    fn listener(&self, session_id: &str, event: &Event) -> Option<mpsc::Sender<Event>> {
        let mut sessions = lock(&self.sessions);
        let sessions = sessions.as_mut()?;
        if *event == Event::End { sessions.remove(session_id) } else { sessions.get(session_id).cloned() }
    }

    fn stray(&self, line: &[u8]) {
        let mut strays = lock(&self.strays);
        if strays.len() < STRAYS {
            strays.push(String::from_utf8_lossy(line).into_owned());
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! One caller's wait on its way through the stages.

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::board::{Board, Shared};
use super::times::last_look;
use super::{MAX_MISSING_LOOKS, Observation, Phase, PollFailure, TaskSource, WaitError, Waited, Waits};
use crate::life::{WaitEvent as Event, WaitStage as Stage};
use crate::progress::Teller;
use crate::{Jitter, Progress, ProgressObserver, RetryBudget, Schedule};

/// Failed looks without a success, from which on a wait that runs out of time is an error.
const UNREACHABLE_AFTER: u32 = 3;

/// Everything known about one caller's wait. A method per stage answers what happened.
pub(super) struct Listener<'a, S: TaskSource> {
    schedule: &'a Schedule,
    jitter: &'a Jitter,
    shared: &'a Shared<S::Task>,
    board: watch::Receiver<Board<S::Task>>,
    source: &'a S,
    retries: &'a RetryBudget,
    teller: Teller<'a>,
    last_look: Instant,
    deadline: Instant,
    /// Status changes that were told.
    heard: u64,
    /// Failures in a row that were told.
    failures_told: u32,
    /// Why this caller's own look failed.
    error: Option<S::Error>,
}

impl<'a, S: TaskSource> Listener<'a, S> {
    pub(super) fn new<K>(
        waits: &'a Waits<K, S::Task>,
        shared: &'a Shared<S::Task>,
        source: &'a S,
        deadline: Instant,
        retries: &'a RetryBudget,
        observer: &'a mut dyn ProgressObserver,
    ) -> Self {
        let board = shared.board.subscribe();
        let heard = board.borrow().heard_by_newcomers();
        Self {
            schedule: &waits.schedule,
            jitter: &waits.jitter,
            shared,
            board,
            source,
            retries,
            teller: Teller::new(observer, deadline),
            last_look: last_look(deadline),
            deadline,
            heard,
            failures_told: 0,
            error: None,
        }
    }

    pub(super) async fn run(mut self) -> Result<Waited<S::Task>, WaitError<S::Error>> {
        let mut stage = Stage::Hearing;
        loop {
            let event = match stage {
                Stage::Hearing => self.hear().await,
                Stage::Pausing => self.pause().await,
                Stage::Looking => self.look().await,
                end => return self.end(end),
            };
            stage = stage.after(event);
        }
    }

    async fn hear(&mut self) -> Event {
        loop {
            let (word, failed) = {
                let board = self.board.borrow_and_update();
                let word = board.change_after(self.heard);
                if word.is_none() && board.failed == self.failures_told {
                    return what_follows(&board);
                }
                (word, board.failed)
            };
            if let Some((word, heard)) = word {
                self.heard = heard;
                self.teller.tell(|elapsed| Progress::StatusChanged { word: &word, elapsed }).await;
                continue;
            }
            self.failures_told = failed;
            if failed > 0 {
                self.teller.tell(|elapsed| Progress::LookFailed { in_a_row: failed, elapsed }).await;
            }
        }
    }

    async fn pause(&mut self) -> Event {
        let (next, seen) = {
            let board = self.board.borrow();
            (board.next_look(self.last_look, self.deadline), board.seen.clone())
        };
        // Nothing more can be learned: what is left of the time is given back.
        let Some(next) = next else { return self.out_of_time() };
        let step = async {
            tokio::select! {
                biased;
                _ = self.board.changed() => Event::News,
                () = sleep_until(next) => Event::LookDue,
            }
        };
        let word = seen.as_ref().map(|seen| seen.word.as_str());
        self.teller.during(step, |elapsed| Progress::StillWaiting { word, elapsed }).await
    }

    async fn look(&mut self) -> Event {
        let seen = self.board.borrow().seen.clone();
        let step = async {
            let turn = self.shared.look.lock().await;
            let (next, trouble) = {
                let board = self.shared.board.borrow();
                (board.next_look(self.last_look, self.deadline), board.trouble)
            };
            // Another caller may just have looked.
            let due = next.is_some_and(|next| next <= Instant::now());
            if !due || (trouble && !self.retries.take(self.deadline).await) {
                return None;
            }
            Some((self.source.look().await, turn))
        };
        // Boxed, because a wait pauses nearly all the time and looks hardly ever.
        let step = Box::pin(timeout_at(self.deadline, step));
        let word = seen.as_ref().map(|seen| seen.word.as_str());
        match self.teller.during(step, |elapsed| Progress::StillWaiting { word, elapsed }).await {
            Ok(Some((answer, _turn))) => self.take_in(answer),
            Ok(None) => Event::Looked,
            Err(_) => self.out_of_time(),
        }
    }

    /// Puts on the board what a look showed. A refusal is this caller's own: the others may ask with other rights.
    fn take_in(&mut self, answer: Result<Observation<S::Task>, PollFailure<S::Error>>) -> Event {
        let chance = self.jitter.chance();
        let mut event = Event::Looked;
        self.shared.board.send_modify(|board| {
            let mut wish = None;
            match answer {
                Ok(seen) => {
                    self.retries.succeeded();
                    board.saw(seen);
                }
                Err(PollFailure::Transient { error, retry_after }) => {
                    board.failed();
                    wish = retry_after;
                    self.error = Some(error);
                }
                Err(PollFailure::Missing(error)) => {
                    self.retries.succeeded();
                    board.missed();
                    if board.missing >= MAX_MISSING_LOOKS {
                        event = Event::MissingTooOften;
                    }
                    self.error = Some(error);
                }
                Err(PollFailure::Final(error)) => {
                    self.error = Some(error);
                    event = Event::Refused;
                }
            }
            board.looked(self.schedule, chance, wish);
        });
        event
    }

    fn out_of_time(&self) -> Event {
        let board = self.board.borrow();
        let unseen = board.seen.is_none() && board.failed >= UNREACHABLE_AFTER && self.error.is_some();
        if unseen { Event::DeadlineUnseen } else { Event::Deadline }
    }

    fn end(self, stage: Stage) -> Result<Waited<S::Task>, WaitError<S::Error>> {
        let seen = self.board.borrow().seen.clone().map(std::sync::Arc::unwrap_or_clone);
        match (stage, seen, self.error) {
            // Another caller's look may end in the very moment of this caller's deadline.
            (Stage::Finished | Stage::OutOfTime, Some(seen), _) if seen.phase == Phase::Finished => {
                Ok(Waited::Finished(seen.task))
            }
            (Stage::UnknownStatus, Some(seen), _) => Ok(Waited::UnknownStatus(seen)),
            (Stage::Refused, _, Some(error)) => Err(WaitError::Refused(error)),
            (Stage::Missing, _, Some(error)) => Err(WaitError::Missing(error)),
            (Stage::Unreachable, _, Some(error)) => Err(WaitError::Unreachable(error)),
            (_, seen, _) => Ok(Waited::OutOfTime(seen)),
        }
    }
}

/// What the board means to somebody who has heard everything.
fn what_follows<T>(board: &Board<T>) -> Event {
    match board.seen.as_ref().map(|seen| seen.phase) {
        Some(Phase::Finished) => Event::Finished,
        Some(Phase::Unknown) if board.is_unknown_for_long() => Event::PatienceOver,
        _ => Event::GoesOn,
    }
}

//! One submission on its way through the stages.

use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout_at};

use super::doubt::{Absence, Doubt, Hope};
use super::outcome::Outcome;
use super::times::Times;
use super::{CheckFailure, PostFailure, Submission, SubmitError, Submitted, Submitter};
use crate::life::{SubmitEvent as Event, SubmitStage as Stage};
use crate::progress::Teller;
use crate::slots::Place;
use crate::{LONGEST_RETRY_AFTER, Progress, ProgressObserver, Schedule, Slot};

/// Everything known about one submission. A method per stage answers what happened.
pub(super) struct Attempt<'a, S: Submission> {
    submitter: &'a Submitter<'a>,
    submission: &'a S,
    teller: Teller<'a>,
    times: Times,
    place: Place,
    /// Lookups before the first post.
    checks: u32,
    posts: u32,
    queue_told: QueueTold,
    later: Option<Later>,
    /// What the last post without a job said.
    error: Option<S::Error>,
    doubt: Option<Doubt<S::Error>>,
    task: Option<(S::Task, bool)>,
}

/// How long one lookup before the first post may take.
const CHECK_TAKES: Duration = Duration::from_secs(10);

/// What the observer knows of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum QueueTold {
    Nothing,
    Waiting,
    Oversized,
}

/// Posts that create nothing, one after the other.
struct Later {
    since: Instant,
    in_a_row: u32,
    next: Instant,
}

impl<'a, S: Submission> Attempt<'a, S> {
    pub(super) fn new(
        submitter: &'a Submitter<'a>,
        submission: &'a S,
        deadline: Instant,
        observer: &'a mut dyn ProgressObserver,
    ) -> Self {
        Self {
            submitter,
            submission,
            teller: Teller::new(observer, deadline),
            times: Times::until(deadline),
            place: Place::new(&submitter.lane, submitter.slots),
            checks: 0,
            posts: 0,
            queue_told: QueueTold::Nothing,
            later: None,
            error: None,
            doubt: submitter.may_exist.then(Doubt::inherited),
            task: None,
        }
    }

    pub(super) async fn run(mut self) -> Outcome<S::Task, S::Error> {
        let mut stage = match &self.doubt {
            Some(_) => Stage::LookingUp,
            None if self.submitter.owns_id || !self.submission.findable() => Stage::Queueing,
            None => Stage::Checking,
        };
        loop {
            let event = match stage {
                Stage::Checking => self.check().await,
                Stage::Queueing => self.queue().await,
                Stage::Posting => self.post().await,
                Stage::BackingOff => self.back_off().await,
                Stage::LookingUp => self.look_up().await,
                end => return self.end(end),
            };
            stage = stage.after(event);
        }
    }

    /// Looks whether the id is in use already. Nothing is posted before that is known: whatever is found later under the
    /// id is this submission's.
    async fn check(&mut self) -> Event {
        let _away = self.place.step_aside();
        let (retries, jitter, submission) = (self.submitter.retries, &self.submitter.jitter, self.submission);
        let (last_post, checks) = (self.times.last_post, self.checks);
        let step = async {
            if checks > 0 {
                sleep_until(last_post.min(Instant::now() + Schedule::RETRIES.pause(checks - 1, jitter.chance()))).await;
            }
            if Instant::now() >= last_post || (checks > 0 && !retries.take(last_post).await) {
                return None;
            }
            Some(timeout_at(last_post.min(Instant::now() + CHECK_TAKES), submission.find()).await)
        };
        let Some(found) = self.teller.during(step, |elapsed| Progress::LookingUp { elapsed }).await else {
            return Event::Deadline;
        };
        self.checks = self.checks.saturating_add(1);
        match found {
            Ok(Ok(Some(task))) => {
                retries.succeeded();
                self.task = Some((task, true));
                Event::FoundForeign
            }
            Ok(Ok(None)) => {
                retries.succeeded();
                self.error = None;
                Event::NotFound
            }
            Ok(Err(error)) => {
                let failure = submission.check_failure(&error);
                self.error = Some(error);
                match failure {
                    CheckFailure::Repeat => Event::LookupFailed,
                    CheckFailure::PostAnyway => Event::LookupRefused,
                    CheckFailure::Refuse => Event::Refused,
                }
            }
            Err(_) => Event::LookupFailed,
        }
    }

    async fn queue(&mut self) -> Event {
        // In doubt, the job itself may hold the slot it waits for: lookups go on.
        let lookup = self.doubt.as_ref().map(|doubt| doubt.next.min(self.times.last_post));
        if lookup.is_none() && self.place.try_turn() {
            return Event::SlotFree;
        }
        let waiting = self.place.waiting();
        let what = |elapsed| {
            let (ahead, oversized) = waiting();
            if oversized { Progress::Oversized { elapsed } } else { Progress::WaitingForSlot { ahead, elapsed } }
        };
        let told = if self.place.is_oversized() { QueueTold::Oversized } else { QueueTold::Waiting };
        if self.queue_told != told {
            self.queue_told = told;
            self.teller.tell(what).await;
        }
        let until = lookup.unwrap_or(self.times.last_post);
        let place = &mut self.place;
        let turn = timeout_at(until, place.turn());
        let turn = self.teller.during(turn, what).await;
        match (turn, &mut self.doubt) {
            (Ok(()), None) => Event::SlotFree,
            (Ok(()), Some(doubt)) => {
                doubt.next = Instant::now();
                Event::LookupDue
            }
            (Err(_), Some(_)) => Event::LookupDue,
            (Err(_), None) => Event::Deadline,
        }
    }

    async fn post(&mut self) -> Event {
        let (retries, times) = (self.submitter.retries, self.times);
        let answer = {
            let (submission, repeated) = (self.submission, self.posts > 0 || self.doubt.is_some());
            let cut = if submission.findable() { times.last_lookup } else { times.deadline };
            let step = async {
                if repeated && !retries.take(times.last_post).await {
                    return None;
                }
                // A token can come at the last moment.
                if Instant::now() > times.last_post {
                    return None;
                }
                Some(timeout_at(cut, submission.post()).await)
            };
            self.teller.during(step, |elapsed| Progress::Posting { elapsed }).await
        };
        let Some(answer) = answer else {
            return if self.doubt.is_some() { Event::TooLate } else { Event::Deadline };
        };
        self.posts = self.posts.saturating_add(1);
        match answer {
            Ok(Ok(task)) => {
                retries.succeeded();
                self.task = Some((task, false));
                Event::Accepted
            }
            Ok(Err(failure)) => self.failed(failure).await,
            Err(_) => self.lost(None).await,
        }
    }

    async fn failed(&mut self, failure: PostFailure<S::Error>) -> Event {
        if !matches!(failure, PostFailure::TryLater { .. }) {
            self.later = None;
        }
        match failure {
            PostFailure::Unknown(error) => self.lost(Some(error)).await,
            PostFailure::Duplicate(error) => {
                self.submitter.retries.succeeded();
                if !self.submission.findable() {
                    return self.lost(Some(error)).await;
                }
                let ours = self.doubt.is_some();
                self.doubts(Some(error), if ours { Hope::OurDuplicate } else { Hope::StrangeDuplicate }).await;
                Event::Duplicate
            }
            PostFailure::Refused(error) => {
                self.submitter.retries.succeeded();
                if self.doubt.is_none() {
                    self.error = Some(error);
                    return Event::Refused;
                }
                // That this post was refused says nothing of the earlier one: it may have used up the money.
                self.doubts(Some(error), Hope::LaterRefusal).await;
                Event::RefusedInDoubt
            }
            PostFailure::NoSlot { error, retry_after } => {
                self.submitter.retries.succeeded();
                self.error = Some(error);
                self.place.refused(retry_after);
                Event::NoSlot
            }
            PostFailure::TryLater { error, retry_after } => {
                self.error = Some(error);
                self.place.unsure();
                let now = Instant::now();
                let later = self.later.get_or_insert(Later { since: now, in_a_row: 0, next: now });
                let pause = Schedule::RETRIES.pause(later.in_a_row, self.submitter.jitter.chance());
                later.in_a_row = later.in_a_row.saturating_add(1);
                later.next = now + pause.max(retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER));
                Event::TryLater
            }
        }
    }

    /// The post may have created the job.
    async fn lost(&mut self, error: Option<S::Error>) -> Event {
        self.doubts(error, Hope::PostAgain).await;
        if self.submission.findable() { Event::AnswerLost } else { Event::AnswerLostForGood }
    }

    async fn doubts(&mut self, error: Option<S::Error>, hope: Hope) {
        self.place.unsure();
        let earlier = self.doubt.take().and_then(|doubt| doubt.error);
        self.doubt = Some(Doubt::new(error.or(earlier), hope));
        if self.submission.findable() {
            self.teller.tell(|elapsed| Progress::LookingUp { elapsed }).await;
        }
    }

    async fn back_off(&mut self) -> Event {
        let (in_a_row, since, mut next) =
            self.later.as_ref().map_or((0, Instant::now(), Instant::now()), |l| (l.in_a_row, l.since, l.next));
        if self.doubt.is_some() {
            next = next.min(self.times.last_post);
        } else if next >= self.times.last_post.min(since + self.submitter.patience) {
            // Sleeping on would only delay the bad news.
            return Event::GaveUp;
        }
        let what = |elapsed| Progress::PostFailed { in_a_row, elapsed };
        self.teller.tell(what).await;
        self.teller.during(sleep_until(next), what).await;
        match &mut self.doubt {
            Some(doubt) => {
                doubt.next = Instant::now();
                Event::LookupDue
            }
            None => Event::PauseOver,
        }
    }

    async fn look_up(&mut self) -> Event {
        let (retries, times) = (self.submitter.retries, self.times);
        let Some(doubt) = &mut self.doubt else { return Event::Deadline };
        let Some(at) = doubt.next_lookup(times.last_lookup) else { return Event::Deadline };
        let _away = self.place.step_aside();
        let (submission, first) = (self.submission, doubt.is_first_lookup());
        let step = async {
            sleep_until(at).await;
            if !first && !retries.take(times.deadline).await {
                return None;
            }
            timeout_at(times.deadline, submission.find()).await.ok()
        };
        let Some(found) = self.teller.during(step, |elapsed| Progress::LookingUp { elapsed }).await else {
            return Event::Deadline;
        };
        doubt.looked(self.submitter.jitter.chance());
        let absence = match found {
            Ok(Some(task)) => {
                retries.succeeded();
                self.task = Some((task, true));
                let foreign = doubt.hope() == Hope::StrangeDuplicate && !self.submitter.owns_id;
                return if foreign { Event::FoundForeign } else { Event::Found };
            }
            Ok(None) => {
                retries.succeeded();
                doubt.absent()
            }
            Err(error) => {
                doubt.error.get_or_insert(error);
                return Event::LookupFailed;
            }
        };
        match absence {
            Absence::Hopeless if doubt.hope() == Hope::StrangeDuplicate => Event::Contradiction,
            Absence::Hopeless => Event::GaveUp,
            Absence::Proven if Instant::now() < times.last_post => {
                if self.place.has_turn() {
                    Event::Absent
                } else {
                    Event::AbsentWithoutSlot
                }
            }
            Absence::Proven | Absence::Open => Event::NotFound,
        }
    }

    fn end(self, stage: Stage) -> Outcome<S::Task, S::Error> {
        let doubt = self.doubt.map(|doubt| (doubt.hope(), doubt.error));
        match (stage, self.task, self.error, doubt) {
            (Stage::Submitted, Some((task, found)), _, doubt) => {
                let strange = matches!(doubt, Some((Hope::StrangeDuplicate, _)));
                // A job that was there before runs in a slot that is not this one.
                let slot = if strange { Slot::uncounted() } else { self.place.runs() };
                Ok(Submitted { task, found, slot })
            }
            (Stage::Refused, _, Some(error), _) => Err(SubmitError::Refused(error)),
            (Stage::NoSlot, _, error, _) => Err(SubmitError::NoSlot { error, oversized: self.place.is_oversized() }),
            (Stage::Unavailable, _, error, _) => Err(SubmitError::Unavailable(error)),
            (Stage::Taken, task, _, doubt) => {
                let error = doubt.and_then(|(_, error)| error);
                Err(SubmitError::Taken { error, task: task.map(|(task, _)| task) })
            }
            (_, _, error, doubt) => Err(SubmitError::FateUnknown(doubt.map_or(error, |(_, error)| error))),
        }
    }
}

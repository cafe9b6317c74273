//! One seed, played: the call under faults, and afterwards, with the faults gone, whatever it leaves to be done.

use std::time::Duration;

use dify_plugin::host::{Host, Outcome};
use futures_util::future::join_all;
use kling_sim::{Fault, FaultPlan, Happened, Misfortune, SimOptions, Simulator, TaskView};

use crate::book;
use crate::call::Call;
use crate::support::{creates, host, seeded_host, simulator, text, timed};

/// Longer than any answer is late.
const SETTLING: Duration = Duration::from_secs(200);

/// What a call came to.
pub(crate) struct Played {
    pub(crate) call: Call,
    pub(crate) outcome: Outcome,
    pub(crate) took: Duration,
    /// What went wrong on Kling's side, for this call or for others at the same time.
    pub(crate) faults: Vec<Happened>,
    /// The custom ids of all its creates.
    pub(crate) ids: Vec<Option<String>>,
    /// Creates that made a task.
    pub(crate) accepted: usize,
    /// The tasks there are, after all that was late has come.
    pub(crate) tasks: Vec<TaskView>,
    /// Asked for in another process by the handle of the call.
    pub(crate) resumed: Option<Outcome>,
    /// Asked for by the custom id.
    pub(crate) found_by_id: Option<Outcome>,
    /// The same call again, after one that failed without a handle and whose id is the user's own.
    pub(crate) again: Option<Outcome>,
}

/// A Kling for seeds, one after the other.
pub(crate) struct Stage {
    sim: Simulator,
    /// The plugin process that is asked later. The calls themselves get one each, so that no seed has to do with the
    /// troubles of another one.
    later: Host,
}

impl Stage {
    /// One whose slots are never short, but when a plan says so: tasks that are stuck stay.
    pub(crate) async fn new() -> Self {
        Self::with_slots(usize::MAX).await
    }

    async fn with_slots(slots: usize) -> Self {
        let options = SimOptions { concurrency: slots, image_concurrency: slots, ..SimOptions::default() };
        Self { sim: simulator(options).await, later: host() }
    }

    /// Plays a seed and checks the books; an error tells seed, call, faults and what is wrong.
    pub(crate) async fn play(&self, seed: u64) -> Result<(), String> {
        self.play_all(&[Call::drawn(seed)], seed).await.map_err(|wrong| format!("seed {seed}: {wrong}"))
    }

    /// Five calls at nearly the same time, of one plugin process, which share two slots and one plan of faults.
    pub(crate) async fn play_crowd(seed: u64) -> Result<(), String> {
        let calls: Vec<_> = (0..5).map(|place| Call::in_crowd(seed, place)).collect();
        let told = Self::with_slots(2).await.play_all(&calls, seed).await;
        told.map_err(|wrong| format!("crowd {seed}: {wrong}"))
    }

    async fn play_all(&self, calls: &[Call], seed: u64) -> Result<(), String> {
        let Self { sim, .. } = self;
        sim.take_requests();
        let (tasks, faults) = (sim.tasks().len(), sim.faults().happened().len());
        sim.faults().follow(FaultPlan::seeded(seed));
        let host = seeded_host(seed);
        let outcomes = join_all(calls.iter().map(|call| timed(&host, call.create(sim)))).await;
        sim.faults().clear();
        tokio::time::sleep(SETTLING).await;
        if !host.strays().is_empty() {
            return Err(format!("messages of no session, or after its end: {:?}", host.strays()));
        }

        let requests = sim.requests();
        let tasks = sim.tasks().split_off(tasks);
        let faults = sim.faults().happened().split_off(faults);
        for (call, (outcome, took)) in calls.iter().zip(outcomes) {
            // Alone, all is its own, whatever its id; a crowd is told apart by ids.
            let is_own = |id: Option<&str>| calls.len() == 1 || id == call.own_id().as_deref();
            let creates: Vec<_> = requests
                .iter()
                .filter(|request| request.method == "POST" && is_own(request.external_task_id()))
                .collect();
            let mut played = Played {
                call: *call,
                outcome,
                took,
                faults: faults.clone(),
                ids: creates.iter().map(|request| request.external_task_id().map(str::to_owned)).collect(),
                accepted: creates.iter().filter(|request| request.created.is_some()).count(),
                tasks: tasks.iter().filter(|task| is_own(task.external_task_id.as_deref())).cloned().collect(),
                resumed: None,
                found_by_id: None,
                again: None,
            };
            self.ask_later(&mut played, calls.len() == 1).await;
            book::check(&played).map_err(|wrong| played.report(&wrong))?;
        }
        Ok(())
    }

    /// Does what the call left to be done.
    async fn ask_later(&self, played: &mut Played, is_alone: bool) {
        let Self { sim, later } = self;
        let call = played.call;
        let ask = async |name, id: &str| Some(timed(later, call.query(sim, name, id)).await.0);
        if let Some(handle) = text(&played.outcome, "handle").filter(|handle| !handle.is_empty()) {
            played.resumed = ask("task_id", handle).await;
            return;
        }
        if let (Some(Some(id)), false) = (played.ids.first(), played.tasks.is_empty()) {
            played.found_by_id = ask("external_task_id", id).await;
        }
        if is_alone && call.own_id().is_some() {
            let (others, accepted) = (sim.tasks().len() - played.tasks.len(), creates(sim).1);
            played.again = Some(timed(later, call.create(sim)).await.0);
            played.tasks = sim.tasks().split_off(others);
            played.accepted += creates(sim).1 - accepted;
        }
    }
}

impl Played {
    fn misfortune(&self, is_so: impl Fn(Misfortune) -> bool) -> bool {
        self.faults.iter().any(|happened| matches!(happened.fault, Fault::Task(misfortune) if is_so(misfortune)))
    }

    /// Whether the task may be gone for good when it is asked for.
    pub(crate) fn may_vanish(&self) -> bool {
        self.misfortune(|misfortune| matches!(misfortune, Misfortune::Vanishes { lasting: None, .. }))
    }

    pub(crate) fn may_be_stuck(&self) -> bool {
        self.misfortune(|misfortune| matches!(misfortune, Misfortune::StuckFor(_)))
    }

    fn report(&self, wrong: &str) -> String {
        let Self { call, took, outcome, .. } = self;
        let faults: Vec<_> = self.faults.iter().map(|happened| format!("    {happened}")).collect();
        let labels: Vec<_> = outcome.logs.iter().map(|log| format!("    {}", log.label)).collect();
        let tasks: Vec<_> = self.tasks.iter().map(|task| format!("{} {}", task.id, task.status)).collect();
        format!(
            "{wrong}\n  call: {call}\n  took {} s, error: {:?}\n  text: {:?}\n  tasks: {tasks:?}\n  \
             faults:\n{}\n  logs:\n{}",
            took.as_secs(),
            outcome.error.as_ref().map(|error| &error.message),
            outcome.text(),
            faults.join("\n"),
            labels.join("\n"),
        )
    }
}

//! One seed, played: the call under faults, and afterwards, with the faults gone, whatever it leaves to be done.

use std::time::Duration;

use dify_plugin::host::{Host, Outcome};
use futures_util::future::join_all;
use kling_sim::{Fault, FaultPlan, Happened, Misfortune, SimOptions, Simulator, TaskView};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use crate::book;
use crate::call::Call;
use crate::story::{Kill, Story};
use crate::support::{host, seeded_host, simulator, text, timed};

/// Longer than any answer is late.
const SETTLING: Duration = Duration::from_secs(200);
/// A second process knows nothing of what the first one posted just before it was killed: it relies on the service,
/// which knows of it by then.
const CALLED_AGAIN_AFTER: Duration = Duration::from_secs(40);
/// A call as it was made once.
pub(crate) struct Attempt {
    pub(crate) outcome: Outcome,
    pub(crate) took: Duration,
}

/// What a call came to.
pub(crate) struct Played {
    pub(crate) call: Call,
    pub(crate) story: Story,
    /// In the order in which they were made. One that was killed has no end.
    pub(crate) attempts: Vec<Attempt>,
    /// What went wrong on Kling's side, for this call or for others at the same time.
    pub(crate) faults: Vec<Happened>,
    /// The custom ids of all its creates.
    pub(crate) ids: Vec<Option<String>>,
    /// Creates that made a task.
    pub(crate) accepted: usize,
    /// The tasks there are, after all that was late has come.
    pub(crate) tasks: Vec<TaskView>,
    /// What is asked for later, in another process, by what each attempt has left behind: a handle or else an id.
    pub(crate) later: Vec<Option<Outcome>>,
    /// Where all links of the simulator begin.
    pub(crate) url: String,
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
        let story = Story::drawn(seed);
        let plan = story.plan(seed);
        self.play_all(&[Call::drawn(seed)], story, plan, seed).await.map_err(|wrong| format!("seed {seed}: {wrong}"))
    }

    /// Five calls at nearly the same time, of one plugin process, which share two slots and one plan of faults.
    pub(crate) async fn play_crowd(seed: u64) -> Result<(), String> {
        let calls: Vec<_> = (0..5).map(|place| Call::in_crowd(seed, place)).collect();
        let plan = FaultPlan::seeded(seed);
        let told = Self::with_slots(2).await.play_all(&calls, Story::Once, plan, seed).await;
        told.map_err(|wrong| format!("crowd {seed}: {wrong}"))
    }

    async fn play_all(&self, calls: &[Call], story: Story, plan: FaultPlan, seed: u64) -> Result<(), String> {
        let Self { sim, .. } = self;
        sim.take_requests();
        let (tasks, faults) = (sim.tasks().len(), sim.faults().happened().len());
        sim.faults().follow(plan);
        let host = seeded_host(seed);
        let made = join_all(calls.iter().map(|call| self.make(*call, story, &host, seed))).await;
        sim.faults().clear();
        sleep(SETTLING).await;
        if !host.strays().is_empty() {
            return Err(format!("messages of no session, or after its end: {:?}", host.strays()));
        }

        let requests = sim.requests();
        let tasks = sim.tasks().split_off(tasks);
        let faults = sim.faults().happened().split_off(faults);
        for (call, attempts) in calls.iter().zip(made) {
            // Alone, all is its own, whatever its id; a crowd is told apart by ids.
            let is_own = |id: Option<&str>| calls.len() == 1 || id == call.own_id().as_deref();
            let creates: Vec<_> = requests
                .iter()
                .filter(|request| request.method == "POST" && is_own(request.external_task_id()))
                .collect();
            let mut played = Played {
                call: *call,
                story,
                attempts,
                faults: faults.clone(),
                ids: creates.iter().map(|request| request.external_task_id().map(str::to_owned)).collect(),
                accepted: creates.iter().filter(|request| request.created.is_some()).count(),
                tasks: tasks.iter().filter(|task| is_own(task.external_task_id.as_deref())).cloned().collect(),
                later: Vec::new(),
                url: sim.url(),
            };
            for attempt in &played.attempts {
                played.later.push(self.ask_later(*call, attempt, &played.tasks).await);
            }
            book::check(&played).map_err(|wrong| played.report(&wrong))?;
        }
        Ok(())
    }

    /// Makes a call as its story goes.
    async fn make(&self, call: Call, story: Story, host: &Host, seed: u64) -> Vec<Attempt> {
        let create = || call.create(&self.sim);
        let once = async |host: &Host| {
            let (outcome, took) = timed(host, create()).await;
            Attempt { outcome, took }
        };
        match story {
            Story::Once => vec![once(host).await],
            Story::Retried { times, pause } => {
                let mut attempts = vec![once(host).await];
                while attempts.last().is_some_and(|last| last.outcome.error.is_some())
                    && attempts.len() <= usize::from(times)
                {
                    sleep(pause).await;
                    attempts.push(once(host).await);
                }
                attempts
            }
            Story::Killed(kill) => {
                let started = Instant::now();
                let outcome = killed(host, call, kill, &self.sim).await;
                let mut attempts = vec![Attempt { outcome, took: started.elapsed() }];
                if call.own_id().is_some() {
                    sleep(CALLED_AGAIN_AFTER).await;
                    attempts.push(once(&seeded_host(seed + 1)).await);
                }
                attempts
            }
            Story::DeliveredTwice { apart } => {
                let second = seeded_host(seed + 1);
                let session = format!("7f0c2d34-6a0e-4f5e-9d0c-{seed:012x}");
                let deliver = async |host: &Host, wait: Duration| {
                    sleep(wait).await;
                    let started = Instant::now();
                    let outcome = host.invoke_in_session(&session, create()).await.collect().await;
                    Attempt { outcome, took: started.elapsed() }
                };
                let (first, second) = tokio::join!(deliver(host, Duration::ZERO), deliver(&second, apart));
                vec![first, second]
            }
        }
    }

    /// Asks in another process for what an attempt has left behind.
    async fn ask_later(&self, call: Call, attempt: &Attempt, tasks: &[TaskView]) -> Option<Outcome> {
        let ask = async |name, id: &str| Some(timed(&self.later, call.query(&self.sim, name, id)).await.0);
        if let Some(handle) = text(&attempt.outcome, "handle").filter(|handle| !handle.is_empty()) {
            return ask("task_id", handle).await;
        }
        let id = text(&attempt.outcome, "external_task_id")?;
        if tasks.iter().any(|task| task.external_task_id.as_deref() == Some(id)) {
            return ask("external_task_id", id).await;
        }
        None
    }
}

/// A call whose process is killed in the middle of it, unless it ends before.
async fn killed(host: &Host, call: Call, kill: Kill, sim: &Simulator) -> Outcome {
    let (reached, mut read) = (Notify::new(), 0);
    let events = host.invoke(call.create(sim)).await;
    let collecting = events.collect_with(|_| {
        read += 1;
        if kill == Kill::AtMessage(read) {
            reached.notify_one();
        }
    });
    tokio::pin!(collecting);
    let time = async {
        match kill {
            Kill::After(time) => sleep(time).await,
            Kill::AtMessage(_) => reached.notified().await,
        }
    };
    tokio::select! {
        biased;
        outcome = &mut collecting => return outcome,
        () = time => host.kill(),
    }
    collecting.await
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
        let Self { call, story, .. } = self;
        let faults: Vec<_> = self.faults.iter().map(|happened| format!("    {happened}")).collect();
        let tasks: Vec<_> = self.tasks.iter().map(|task| format!("{} {}", task.id, task.status)).collect();
        let attempts: Vec<_> = self.attempts.iter().map(Attempt::report).collect();
        format!(
            "{wrong}\n  call: {call}\n  {story}\n  tasks: {tasks:?}\n  faults:\n{}\n{}",
            faults.join("\n"),
            attempts.join("\n"),
        )
    }
}

impl Attempt {
    fn report(&self) -> String {
        let Self { outcome, took } = self;
        let labels: Vec<_> = outcome.logs.iter().map(|log| format!("      {}", log.label)).collect();
        format!(
            "  attempt: took {} s, ended {}, error: {:?}\n    text: {:?}\n    logs:\n{}",
            took.as_secs(),
            outcome.ended,
            outcome.error.as_ref().map(|error| &error.message),
            outcome.text(),
            labels.join("\n"),
        )
    }
}

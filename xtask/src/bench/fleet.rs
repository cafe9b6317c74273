//! `cargo xtask bench fleet`: processes that know nothing of each other share the slots of one simulated account.
//!
//! The plugin's pauses are as long as ever while the simulator's tasks are shortened, so that a run takes minutes: a task
//! takes 14 s instead of 42 s, and there are twenty calls a process instead of fifty. The shorter the tasks, the more of
//! a slot's time passes before somebody finds it free (probes come every 8 to 20 s for each process), and the fewer
//! refusals there are. At `--speed 1` everything is as in life; `tests/fleet.rs` of kling-dify does that in paused time,
//! with fifty calls too.

use std::collections::HashMap;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Args;
use dify_plugin::host::{Host, Outcome, ToolInvocation};
use kling_sim::{DEMO_API_KEY, RecordedRequest, SimOptions, Simulator};
use rustix::process::{Pid, Signal, kill_process};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::{judge, machine};
use crate::installed::Installed;
use crate::project::PLUGIN;
use crate::say;

/// A video at the simulator's natural speed.
const VIDEO: Duration = Duration::from_secs(42);
/// Longer than any call waits here.
const PATIENCE: Duration = Duration::from_secs(4 * 60 * 60);
/// A process that is killed has a successor at once; its callers call again after this long.
const CALLED_AGAIN_AFTER: Duration = Duration::from_secs(5);
/// What takes seconds may take this long.
const LIMIT: Duration = Duration::from_secs(60);
/// The simulator remembers 10,000 requests.
const RECORD_EVERY: Duration = Duration::from_secs(2);

const SLOT_USE_TARGET: f64 = 0.9;
const REFUSALS_TARGET: f64 = 3.0;
/// The longest wait beside the shortest time in which all can be served: somebody is the last in any order.
const LONGEST_WAIT_TARGET: f64 = 1.25;

#[derive(Debug, Clone, Copy, Args)]
pub struct Options {
    /// Plugin processes
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(3..=100))]
    processes: u16,
    /// Calls of each process, all at once
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=200))]
    calls: u16,
    /// Slots of the account
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..))]
    slots: u16,
    /// How many times faster than life the tasks run
    #[arg(long, value_name = "X", default_value_t = 3.0)]
    speed: f64,
}

pub(super) async fn run(options: Options) -> Result<()> {
    let installed = Installed::build().await?;
    say::line("machine", machine::describe());
    say::line("python", &installed.python);
    let Options { processes, calls, slots, .. } = options;
    let video = options.video().as_secs_f64();
    say::line("fleet", format_args!("{processes} processes, {calls} calls each, {slots} slots, {video:.1} s a task"));
    if options.speed > 1.0 {
        let life = VIDEO.as_secs();
        say::line(
            "",
            format_args!("a task takes {life} s in life; with shorter ones, pauses as in life cost more slot use"),
        );
    }
    for killed in [0, 2] {
        let fleet = Arc::new(Fleet::start(&installed, options).await?);
        let (attempts, posts) = play(&fleet, &installed, killed).await?;
        Report::of(&fleet.simulator, &attempts, &posts, options)?.print(killed);
    }
    Ok(())
}

/// One call of a tool.
struct Attempt {
    /// Its own: the record tells by it what the call has posted.
    prompt: String,
    started: Instant,
    outcome: Outcome,
}

/// A process a position.
struct Fleet {
    simulator: Simulator,
    hosts: Vec<Mutex<Arc<Host>>>,
    options: Options,
}

impl Fleet {
    async fn start(installed: &Installed, options: Options) -> Result<Self> {
        let sim = SimOptions { speed: options.speed, concurrency: options.slots.into(), ..SimOptions::default() };
        let simulator = Simulator::start(sim).await?;
        let mut hosts = Vec::new();
        for _ in 0..options.processes {
            hosts.push(Mutex::new(process(installed.plugin()).await?));
        }
        Ok(Self { simulator, hosts, options })
    }

    /// Who stands at a position now.
    fn host(&self, position: usize) -> Option<Arc<Host>> {
        let host = self.hosts.get(position)?;
        Some(host.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// Calls until a process lives long enough to answer. Each call again is a new one, as from Dify's "Retry on
    /// Failure".
    async fn caller(self: Arc<Self>, position: usize, number: u16) -> Vec<Attempt> {
        let mut attempts = Vec::new();
        while let Some(host) = self.host(position) {
            let prompt = format!("a boat, {position}-{number}-{}", attempts.len());
            let call = ToolInvocation::new(PLUGIN, "text_2_video_create")
                .parameter("prompt", prompt.as_str())
                .parameter("max_wait_seconds", PATIENCE.as_secs().to_string())
                .parameter("download_video", "false")
                .credential("api_key", DEMO_API_KEY)
                .credential("base_url", self.simulator.url());
            let started = Instant::now();
            let outcome = host.invoke(call).await.collect().await;
            let ended = outcome.ended;
            attempts.push(Attempt { prompt, started, outcome });
            if ended {
                break;
            }
            sleep(CALLED_AGAIN_AFTER).await;
        }
        attempts
    }

    /// Kills a process without a warning and starts another one in its place.
    async fn replace(&self, position: usize, command: Command) -> Result<()> {
        let successor = process(command).await?;
        let place = self.hosts.get(position).context("no such process")?;
        let killed = std::mem::replace(&mut *place.lock().unwrap_or_else(PoisonError::into_inner), successor);
        let id = killed.process_id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        kill_process(id.context("the process has ended")?, Signal::KILL)?;
        Ok(())
    }

    /// The posts since the last time.
    fn posts(&self) -> impl Iterator<Item = RecordedRequest> {
        self.simulator.take_requests().into_iter().filter(|request| request.method == "POST")
    }
}

/// A plugin that is ready.
async fn process(mut command: Command) -> Result<Arc<Host>> {
    command.env("PLUGIN_MAX_EXECUTION_TIMEOUT", (PATIENCE * 2).as_secs().to_string()).env("KLING_ALLOW_LOOPBACK", "1");
    let host = Host::spawn(command)?;
    timeout(LIMIT, host.ready()).await.context("no heartbeat")??;
    Ok(Arc::new(host))
}

/// Lets all call at once. After a quarter of the time that is needed so many processes are killed.
async fn play(
    fleet: &Arc<Fleet>,
    installed: &Installed,
    killed: usize,
) -> Result<(Vec<Attempt>, Vec<RecordedRequest>)> {
    let mut callers = JoinSet::new();
    for position in 0..fleet.hosts.len() {
        for number in 0..fleet.options.calls {
            callers.spawn(Arc::clone(fleet).caller(position, number));
        }
    }
    let mut posts = Vec::new();
    let mut attempts = Vec::new();
    let kill = async {
        sleep(fleet.options.shortest() / 4).await;
        for position in 0..killed {
            fleet.replace(position, installed.plugin()).await?;
        }
        anyhow::Ok(())
    };
    let answers = async {
        while let Some(ended) = callers.join_next().await {
            attempts.extend(ended?);
        }
        anyhow::Ok(())
    };
    let record = async {
        loop {
            posts.extend(fleet.posts());
            sleep(RECORD_EVERY).await;
        }
    };
    tokio::select! {
        played = async { tokio::try_join!(kill, answers) } => drop(played?),
        () = record => {}
    }
    posts.extend(fleet.posts());
    Ok((attempts, posts))
}

impl Options {
    fn video(self) -> Duration {
        VIDEO.div_f64(self.speed)
    }

    /// The shortest time in which all calls can be served.
    fn shortest(self) -> Duration {
        let calls = u32::from(self.processes) * u32::from(self.calls);
        self.video() * calls.div_ceil(self.slots.into())
    }
}

/// What a run came to.
struct Report {
    calls: usize,
    tasks: usize,
    refusals: usize,
    /// Of the slots' time while calls waited.
    slot_use: f64,
    /// From the first post to the last one that was accepted.
    queued: Duration,
    shortest: Duration,
    /// From a call to the post that was accepted, shortest first.
    waits: Vec<Duration>,
    /// Calls that were killed, and how many of them had a task.
    killed: usize,
    killed_with_task: usize,
    /// Other calls without exactly one task.
    not_one_task: usize,
    /// Calls that ended with an error.
    errors: Vec<String>,
}

impl Report {
    fn of(simulator: &Simulator, attempts: &[Attempt], posts: &[RecordedRequest], options: Options) -> Result<Self> {
        let mut accepted: HashMap<&str, Vec<Instant>> = HashMap::new();
        for post in posts.iter().filter(|post| post.created.is_some()) {
            let prompt = post.body.as_ref().and_then(|body| body.get("prompt")?.as_str());
            accepted.entry(prompt.context("a task without a prompt")?).or_default().push(post.at);
        }
        let begin = posts.iter().map(|post| post.at).min().context("nothing was posted")?;
        let end = accepted.values().flatten().max().copied().context("no task was made")?;
        let all = (end - begin).as_secs_f64() * f64::from(options.slots);
        let (mut waits, mut errors, mut not_one_task) = (Vec::new(), Vec::new(), 0);
        let (mut killed, mut killed_with_task) = (0, 0);
        for attempt in attempts {
            let tasks = accepted.get(attempt.prompt.as_str()).map(Vec::as_slice).unwrap_or_default();
            if !attempt.outcome.ended {
                killed += 1;
                killed_with_task += usize::from(!tasks.is_empty());
                not_one_task += usize::from(tasks.len() > 1);
                continue;
            }
            errors.extend(attempt.outcome.error.as_ref().map(ToString::to_string));
            match tasks {
                [task] => waits.push(*task - attempt.started),
                _ => not_one_task += 1,
            }
        }
        ensure!(!waits.is_empty(), "no call came to its task: {errors:?}");
        waits.sort_unstable();
        Ok(Self {
            calls: attempts.len(),
            tasks: accepted.values().map(Vec::len).sum(),
            refusals: posts.iter().filter(|post| post.status == 429).count(),
            slot_use: simulator.slot_time(begin, end).as_secs_f64() / all.max(f64::EPSILON),
            queued: end - begin,
            shortest: options.shortest(),
            waits,
            killed,
            killed_with_task,
            not_one_task,
            errors,
        })
    }

    fn wait(&self, percent: usize) -> Duration {
        self.waits.get(self.waits.len().saturating_sub(1) * percent / 100).copied().unwrap_or_default()
    }

    fn refusals_a_task(&self) -> f64 {
        let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
        count(self.refusals) / count(self.tasks).max(1.0)
    }

    fn print(&self, killed: usize) {
        let Self { calls, tasks, not_one_task, killed_with_task, .. } = self;
        let [min, median, late, max] = [0, 50, 95, 100].map(|percent| self.wait(percent).as_secs_f64());
        say::line(
            if killed == 0 { "undisturbed" } else { "two killed" },
            format_args!("{calls} calls, {tasks} tasks paid"),
        );
        if killed > 0 {
            say::line("", format_args!("{} calls were killed, {killed_with_task} of them had a task", self.killed));
        }
        say::line("slot use", format_args!("{:.1} % of the ideal", self.slot_use * 100.0));
        let (queued, shortest) = (self.queued.as_secs_f64(), self.shortest.as_secs_f64());
        say::line("queue", format_args!("empty after {queued:.0} s; {shortest:.0} s with every slot taken at once"));
        say::line("refusals", format_args!("{:.2} a task (1303 and 1302)", self.refusals_a_task()));
        say::line("waiting", format_args!("min {min:.1} s   median {median:.1} s   p95 {late:.1} s   max {max:.1} s"));
        for error in self.errors.iter().take(3) {
            say::line("error", error);
        }
        judge("each call exactly one task, and a good end", *not_one_task == 0 && self.errors.is_empty());
        judge(format_args!("slot use at least {:.0} %", SLOT_USE_TARGET * 100.0), self.slot_use >= SLOT_USE_TARGET);
        judge(format_args!("under {REFUSALS_TARGET} refusals a task"), self.refusals_a_task() < REFUSALS_TARGET);
        let longest = self.shortest.mul_f64(LONGEST_WAIT_TARGET);
        judge(format_args!("nobody waits over {:.0} s", longest.as_secs_f64()), self.wait(100) <= longest);
    }
}

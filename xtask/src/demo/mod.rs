//! `cargo xtask demo`: the packaged plugin at work, started exactly as Dify starts it.

mod account;
pub(crate) mod dify_files;
mod files;
pub(crate) mod inputs;
mod live;
mod picture;
pub(crate) mod samples;
mod session;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use clap::Args;
use dify_plugin::host::{Host, ToolInvocation};
use serde_json::{Map, Value};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::arch::Arch;
use crate::declaration::Declaration;
use crate::emulator::Emulator;
use crate::package::toolchain::Toolchain;
use crate::package::{self, unpack};
use crate::project::{self, PLUGIN};
use crate::python::{self, Python};
use crate::say;
use account::Account;
use dify_files::DifyFiles;
use files::Saved;
use inputs::Wishes;
use samples::{Before, Sample};
use session::Answer;

/// Dify's daemon gives up on a start after it (0.6.10).
const START_LIMIT: Duration = Duration::from_secs(120);
/// Dify ends every step after it.
const STEP_LIMIT: Duration = Duration::from_secs(600);
/// What a plugin may take to end; the daemon itself kills at once.
const EXIT_LIMIT: Duration = Duration::from_secs(1);

/// What the demo can be told.
#[derive(Args)]
pub struct Options {
    /// The tool to show, with sample inputs
    #[arg(long, value_name = "NAME", default_value = "text_2_video_create")]
    pub tool: String,
    /// What the video or image shows [default: the sample's]
    #[arg(long, value_name = "TEXT")]
    pub prompt: Option<String>,
    /// Kling model, for example kling-v3 [default: the form's]
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,
    /// Where the key was created
    #[arg(long, value_parser = ["beijing", "singapore"], default_value = "beijing")]
    pub region: String,
    /// Use the real Kling; it costs what the results cost. Better given in the environment, which others cannot list
    #[arg(long, value_name = "KEY", env = "KLING_API_KEY", hide_env_values = true)]
    pub api_key: Option<String>,
    /// Use the simulator with its access key and secret key, the older form, whatever API key there is
    #[arg(long)]
    pub jwt: bool,
    /// Where the files go [default: dist/demo in the repository]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// How many times faster than Kling the simulator is
    #[arg(long, value_name = "N", default_value_t = 6.0)]
    pub speed: f64,
    /// Run the program of this architecture, in qemu where it is not this machine's
    #[arg(long)]
    pub arch: Option<Arch>,
}

/// Packages, unpacks and starts the plugin, calls a tool, checks what it delivers, and ends the plugin.
///
/// # Errors
/// At the first thing that is not as it should be; with what the plugin wrote to stderr, and without the key.
pub async fn run(options: Options) -> Result<()> {
    samples::find(&options.tool)?;
    python::check()?;
    let other = options.arch.filter(|arch| !Arch::of_this_machine().is_ok_and(|own| own == *arch));
    let emulated = other.map(|arch| Ok::<_, anyhow::Error>((arch, Emulator::find(arch)?))).transpose()?;
    if let Some((arch, _)) = &emulated {
        // Otherwise it would be left out of the package.
        Toolchain::find(*arch)?;
    }
    let package = package::build().await?;

    let folder = TempDir::new()?;
    unpack::unpack(File::open(&package)?, folder.path()).context("the package cannot be unpacked")?;
    let python = Python::for_package(folder.path())?;
    say::line("python", &python);
    let plugin = match &emulated {
        Some((arch, emulator)) => {
            say::line("machine", format_args!("{arch} by {}; Python is of this machine", emulator.path().display()));
            python.start_plugin_emulated(folder.path(), *arch, emulator)
        }
        None => python.start_plugin(folder.path()),
    };
    show(&options, folder.path(), plugin).await?;
    say::line("package", project::short(&package));
    Ok(())
}

/// Starts the plugin of an unpacked package by this command, calls a tool, checks what it delivers, and ends the plugin.
///
/// # Errors
/// As [`run`].
pub(crate) async fn show(options: &Options, folder: &Path, mut plugin: Command) -> Result<()> {
    let sample = samples::find(&options.tool)?;
    let account = Account::open(options).await?;
    let declaration = Declaration::read(folder)?;
    let started = Instant::now();
    let files = DifyFiles::serve().await?;
    plugin.env("FILES_URL", files.url()).env_remove("INTERNAL_FILES_URL");
    let host = Host::spawn(plugin).context("the plugin cannot be started")?;
    let stage = Stage { host, account, declaration, files, wishes: wishes(options) };
    let shown = stage.show(started, sample, options).await;
    let Stage { host, account, .. } = stage;
    let stopped = stop(host).await;
    let (saved, stderr) = match (shown, stopped) {
        (Ok(saved), Ok(stderr)) => (saved, stderr),
        (Err(error), Ok(stderr) | Err((_, stderr))) | (Ok(_), Err((error, stderr))) => {
            return Err(with_stderr(&error, &stderr, &account));
        }
    };
    if !stderr.is_empty() {
        say::line("stderr", account.without_key(stderr.trim_end()));
    }
    for Saved { label, path } in saved {
        say::line(label, project::short(&path));
    }
    Ok(())
}

impl Options {
    /// Nothing wished for, and no key.
    pub(crate) fn simulated() -> Self {
        let (tool, region) = ("text_2_video_create".to_owned(), "beijing".to_owned());
        let (prompt, model, api_key, out, arch) = (None, None, None, None, None);
        Self { tool, prompt, model, region, api_key, jwt: false, out, speed: 6.0, arch }
    }
}

fn wishes(options: &Options) -> Wishes {
    let all = [("prompt", &options.prompt), ("model_name", &options.model)];
    Wishes(all.into_iter().filter_map(|(name, wish)| Some((name, wish.as_deref()?.into()))).collect())
}

/// All that stands while tools are called.
struct Stage {
    host: Host,
    account: Account,
    declaration: Declaration,
    files: DifyFiles,
    wishes: Wishes,
}

impl Stage {
    async fn show(&self, started: Instant, sample: &Sample, options: &Options) -> Result<Vec<Saved>> {
        let ready = timeout(START_LIMIT, self.host.ready()).await;
        let ready = ready.with_context(|| format!("no heartbeat within {} s", START_LIMIT.as_secs()))?;
        ready.context("the plugin ended before its first heartbeat")?;
        say::line("start", format_args!("first heartbeat after {}", say::millis(started.elapsed())));

        say::line("account", &self.account);
        let verdict = self.host.validate_credentials(PLUGIN, self.account.credentials()).await;
        verdict.context("the credentials are not accepted")?;
        say::line("credentials", "accepted");

        self.tell_vain_wishes(sample);
        let earlier = match &sample.before {
            Some(Before { tool, waits }) => {
                say::line("first", format_args!("{tool}, {}", if *waits { "with waiting" } else { "without waiting" }));
                let wait = Some(("wait_for_result", waits.to_string().into()));
                self.call(samples::find(tool)?, wait, &Map::new()).await?.outputs
            }
            None => Map::new(),
        };
        say::line("tool", sample.tool);
        let answer = self.call(sample, None, &earlier).await?;
        if answer.files.is_empty() {
            for (name, value) in answer.other_outputs() {
                say::line("output", format_args!("{name}: {value}"));
            }
        }
        let folder = options.out.clone().unwrap_or_else(|| project::root().join("dist/demo"));
        files::save(&answer.files, &folder, sample.delivers, self.account.is_simulated())
    }

    /// Most tools that ask take neither prompt nor model.
    fn tell_vain_wishes(&self, sample: &Sample) {
        let called: Vec<_> = sample.before.iter().map(|before| before.tool).chain([sample.tool]).collect();
        let takes = |name| {
            called.iter().any(|tool| self.declaration.tool(tool).is_some_and(|tool| tool.parameter(name).is_some()))
        };
        for (name, _) in self.wishes.0.iter().filter(|(name, _)| !takes(name)) {
            say::line("note", format_args!("{name} is no parameter of {}", called.join(" and ")));
        }
    }

    async fn call(&self, sample: &Sample, more: Option<(&str, Value)>, earlier: &Map<String, Value>) -> Result<Answer> {
        let tool = sample.tool;
        let declared = self.declaration.tool(tool).with_context(|| format!("the package has no tool {tool}"))?;
        let mut call = ToolInvocation::new(PLUGIN, tool);
        call.parameters = inputs::of(sample, declared, &self.wishes, earlier, &self.files)?;
        call.parameters.extend(more.map(|(name, value)| (name.to_owned(), value)));
        call.credentials = self.account.credentials();
        let answer = timeout(STEP_LIMIT, session::follow(self.host.invoke(call).await)).await;
        let answer =
            answer.with_context(|| format!("{tool} takes longer than Dify's {} s", STEP_LIMIT.as_secs()))??;
        answer.ensure_declared(declared)?;
        Ok(answer)
    }
}

/// Ends the plugin's stdin and waits for its end. What it wrote to stderr comes back either way.
async fn stop(host: Host) -> Result<String, (anyhow::Error, String)> {
    let stderr = host.stderr();
    let closed = Instant::now();
    match timeout(EXIT_LIMIT, host.shutdown()).await {
        Ok(Ok(exit)) if exit.success() => {
            say::line("stop", format_args!("exit 0, {} after its stdin ended", say::millis(closed.elapsed())));
            Ok(exit.stderr)
        }
        Ok(Ok(exit)) => {
            let status = exit.status.map_or_else(String::new, |status| status.to_string());
            Err((anyhow!("the plugin ends with {status}"), exit.stderr))
        }
        Ok(Err(error)) => Err((error.into(), stderr)),
        Err(_) => Err((anyhow!("the plugin still runs {} s after its stdin ended", EXIT_LIMIT.as_secs()), stderr)),
    }
}

fn with_stderr(error: &anyhow::Error, stderr: &str, account: &Account) -> anyhow::Error {
    let stderr = if stderr.is_empty() { "(nothing)" } else { stderr.trim_end() };
    anyhow!(account.without_key(&format!("{error:#}\n\nThe plugin's stderr:\n{stderr}")))
}

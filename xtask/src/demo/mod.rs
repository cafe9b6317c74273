//! `cargo xtask demo`: the packaged plugin at work, started exactly as Dify starts it.

mod account;
mod live;
mod session;
mod video;

use std::fs::File;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use clap::Args;
use dify_plugin::host::{Host, ToolInvocation};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::package::{self, unpack};
use crate::project::{self, PLUGIN};
use crate::python::{self, Python};
use crate::say;
use account::Account;

const TOOL: &str = "text_2_video_create";
/// Dify's daemon gives up on a start after it (0.6.10).
const START_LIMIT: Duration = Duration::from_secs(120);
/// Dify ends every step after it.
const STEP_LIMIT: Duration = Duration::from_secs(600);
/// What a plugin may take to end; the daemon itself kills at once.
const EXIT_LIMIT: Duration = Duration::from_secs(1);

/// What the demo can be told.
#[derive(Args)]
pub struct Options {
    /// What the video shows
    #[arg(long, value_name = "TEXT", default_value = "A paper boat drifts down a rainy street, slow dolly in")]
    pub prompt: String,
    /// Kling model, for example kling-v3
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,
    /// Where the key was created
    #[arg(long, value_parser = ["beijing", "singapore"], default_value = "beijing")]
    pub region: String,
    /// Use the real Kling; it costs what the video costs. Better given in the environment, which others cannot list
    #[arg(long, value_name = "KEY", env = "KLING_API_KEY", hide_env_values = true)]
    pub api_key: Option<String>,
    /// Where the video goes [default: dist/demo in the repository]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// How many times faster than Kling the simulator is
    #[arg(long, value_name = "N", default_value_t = 6.0)]
    pub speed: f64,
}

/// Packages, unpacks and starts the plugin, has it make a video, checks the video, and ends the plugin.
///
/// # Errors
/// At the first thing that is not as it should be; with what the plugin wrote to stderr, and without the key.
pub async fn run(options: Options) -> Result<()> {
    python::check()?;
    let account = Account::open(&options).await?;
    let package = package::build().await?;

    let folder = TempDir::new()?;
    unpack::unpack(File::open(&package)?, folder.path()).context("the package cannot be unpacked")?;
    let python = Python::for_package(folder.path())?;
    say::line("python", &python);
    let started = Instant::now();
    let host = Host::spawn(python.start_plugin(folder.path())).context("the plugin cannot be started")?;
    let shown = show(&host, started, &options, &account).await;
    let stopped = stop(host).await;
    let (video, stderr) = match (shown, stopped) {
        (Ok(video), Ok(stderr)) => (video, stderr),
        (Err(error), Ok(stderr) | Err((_, stderr))) | (Ok(_), Err((error, stderr))) => {
            return Err(with_stderr(&error, &stderr, &account));
        }
    };
    if !stderr.is_empty() {
        say::line("stderr", account.without_key(stderr.trim_end()));
    }
    say::line("video", project::short(&video));
    say::line("package", project::short(&package));
    Ok(())
}

async fn show(host: &Host, started: Instant, options: &Options, account: &Account) -> Result<PathBuf> {
    let ready = timeout(START_LIMIT, host.ready()).await;
    let ready = ready.with_context(|| format!("no heartbeat within {} s", START_LIMIT.as_secs()))?;
    ready.context("the plugin ended before its first heartbeat")?;
    say::line("start", format_args!("first heartbeat after {}", say::millis(started.elapsed())));

    say::line("account", account);
    let credentials = account.credentials();
    host.validate_credentials(PLUGIN, credentials.clone()).await.context("the credentials are not accepted")?;
    say::line("credentials", "accepted");

    let mut call = ToolInvocation::new(PLUGIN, TOOL).parameter("prompt", options.prompt.as_str());
    if let Some(model) = &options.model {
        call = call.parameter("model_name", model.as_str());
    }
    call.credentials = credentials;
    say::line("tool", TOOL);
    let files = timeout(STEP_LIMIT, session::follow(host.invoke(call).await)).await;
    let files = files.with_context(|| format!("{TOOL} takes longer than Dify's {} s", STEP_LIMIT.as_secs()))??;
    let folder = options.out.clone().unwrap_or_else(|| project::root().join("dist/demo"));
    video::save(&files, &folder, account.expected_video())
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

//! What an administrator does in Dify's plugin page, as the API server asks it of the daemon.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::http::Client;

/// Between two looks at a task; Dify's page asks once in some seconds.
const LOOK: Duration = Duration::from_millis(100);
/// An installation without a network takes seconds.
const INSTALL_LIMIT: Duration = Duration::from_secs(120);

/// What the daemon says about an uploaded package.
#[derive(Debug, Deserialize)]
pub(super) struct Uploaded {
    /// `author/name:version@checksum`.
    pub(super) unique_identifier: String,
    pub(super) manifest: Manifest,
    /// `None` for a package without a signature.
    pub(super) verification: Option<Verification>,
}

/// The part of the manifest that the daemon itself decides.
#[derive(Debug, Deserialize)]
pub(super) struct Manifest {
    /// Whether the signature is of a key that is accepted.
    pub(super) verified: bool,
}

/// Out of the signature.
#[derive(Debug, Deserialize)]
pub(super) struct Verification {
    pub(super) authorized_category: String,
}

/// A plugin in the list.
#[derive(Debug, Deserialize)]
pub(super) struct Installed {
    pub(super) installation_id: String,
    pub(super) plugin_unique_identifier: String,
    pub(super) version: String,
}

#[derive(Deserialize)]
struct List {
    list: Vec<Installed>,
}

#[derive(Deserialize)]
struct Started {
    all_installed: bool,
    task_id: String,
}

#[derive(Deserialize)]
struct Task {
    status: String,
    plugins: Vec<TaskOfPlugin>,
}

#[derive(Deserialize)]
struct TaskOfPlugin {
    message: String,
}

fn typed<T: DeserializeOwned>(answer: &Value) -> Result<T> {
    T::deserialize(answer).with_context(|| format!("the daemon answers {answer}"))
}

/// Uploads a package.
///
/// # Errors
/// A [`Refusal`](super::http::Refusal) when the daemon does not want it.
pub(super) async fn upload(daemon: &Client, package: &[u8]) -> Result<Uploaded> {
    typed(&daemon.post_file("management/install/upload/package", "dify_pkg", package).await?)
}

/// Installs an uploaded package and waits until it runs.
pub(super) async fn install(daemon: &Client, identifier: &str) -> Result<Duration> {
    let body = json!({"plugin_unique_identifiers": [identifier], "source": "package", "metas": [{}]});
    follow(daemon, &daemon.post("management/install/identifiers", &body).await?).await
}

/// Puts an uploaded package in the place of an installed one and waits until it runs.
pub(super) async fn upgrade(daemon: &Client, from: &str, to: &str) -> Result<Duration> {
    let body = json!({
        "original_plugin_unique_identifier": from,
        "new_plugin_unique_identifier": to,
        "source": "package",
        "meta": {},
    });
    follow(daemon, &daemon.post("management/install/upgrade", &body).await?).await
}

async fn follow(daemon: &Client, started: &Value) -> Result<Duration> {
    let began = Instant::now();
    let Started { all_installed, task_id } = typed(started)?;
    if all_installed {
        return Ok(began.elapsed());
    }
    loop {
        let task: Task = typed(&daemon.get(&format!("management/install/tasks/{task_id}")).await?)?;
        let message = || task.plugins.first().map_or("", |plugin| &plugin.message);
        match task.status.as_str() {
            "success" => return Ok(began.elapsed()),
            "failed" => bail!("the installation fails: {}", message()),
            _ if began.elapsed() > INSTALL_LIMIT => {
                bail!("the installation is {} after {} s: {}", task.status, INSTALL_LIMIT.as_secs(), message())
            }
            _ => sleep(LOOK).await,
        }
    }
}

/// The workspace's plugins.
pub(super) async fn list(daemon: &Client) -> Result<Vec<Installed>> {
    Ok(typed::<List>(&daemon.get("management/list?page=1&page_size=256").await?)?.list)
}

/// The one plugin there is.
pub(super) async fn only(daemon: &Client) -> Result<Installed> {
    let mut all = list(daemon).await?;
    match (all.pop(), all.is_empty()) {
        (Some(plugin), true) => Ok(plugin),
        (last, _) => Err(anyhow!("the daemon lists {} plugins, not 1", all.len() + usize::from(last.is_some()))),
    }
}

/// The names of the tools that Dify offers.
pub(super) async fn tools(daemon: &Client) -> Result<Vec<String>> {
    let providers = daemon.get("management/tools?page=1&page_size=256").await?;
    let tools = providers.pointer("/0/declaration/tools").and_then(Value::as_array).context("no provider of tools")?;
    let name = |tool: &Value| Some(tool.pointer("/identity/name")?.as_str()?.to_owned());
    tools.iter().map(|tool| name(tool).context("a tool has no name")).collect()
}

/// The README that Dify shows in a language.
pub(super) async fn readme(daemon: &Client, identifier: &str, language: &str) -> Result<String> {
    let query = format!("plugin_unique_identifier={identifier}&language={language}");
    let answer = daemon.get(&format!("management/fetch/readme?{query}")).await?;
    let text = answer.get("content").and_then(Value::as_str);
    text.map(str::to_owned).with_context(|| format!("no README in {language}: {answer}"))
}

/// Takes the plugin out of the workspace.
pub(super) async fn uninstall(daemon: &Client, installation: &str) -> Result<()> {
    let done = daemon.post("management/uninstall", &json!({"plugin_installation_id": installation})).await?;
    if done == json!(true) { Ok(()) } else { Err(anyhow!("the daemon answers {done}")) }
}

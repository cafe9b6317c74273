//! Dify's plugin daemon, set up as Dify's own installation does.

use std::env;
use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::Signal;
use serde_json::Value;
use tokio::time::sleep;

use super::http::Client;
use super::inner_api::InnerApi;
use super::machine::Machine;
use super::process::{Process, SOON};
use super::services::{self, Postgres, Redis};
use crate::python::ALLOW_LOOPBACK;
use crate::say;

/// Within it the daemon answers, on a slow machine.
const START_LIMIT: Duration = Duration::from_secs(60);
/// What lies behind it lives as long as this test.
const KEY: &str = "not-a-secret-server-key";
/// A workspace of Dify.
const TENANT: &str = "11111111-1111-4111-8111-111111111111";

/// A running daemon.
pub(super) struct Daemon {
    pub(super) client: Client,
    process: Process,
}

/// How it is started, as often as needed.
pub(super) struct Installation {
    program: PathBuf,
    folder: PathBuf,
    port: u16,
    environment: Vec<(&'static str, OsString)>,
}

impl Installation {
    /// Writes the environment and makes the tables. `public_key` is whose signatures are accepted.
    pub(super) fn prepare(
        machine: &Machine,
        folder: &Path,
        postgres: &Postgres,
        redis: &Redis,
        inner_api: &InnerApi,
        public_key: &Path,
    ) -> Result<Self> {
        let port = services::free_port()?;
        let folder = folder.join("daemon");
        fs::create_dir(&folder)?;
        let mut environment = environment(&folder)?;
        let (uv, path) = interpreter(machine, &folder)?;
        environment.extend([
            ("PATH", path),
            ("UV_PATH", uv.into()),
            ("SERVER_PORT", port.to_string().into()),
            ("DB_PORT", postgres.port.to_string().into()),
            ("REDIS_PORT", redis.port.to_string().into()),
            ("DIFY_INNER_API_URL", inner_api.url().into()),
            ("PLUGIN_REMOTE_INSTALLING_PORT", services::free_port()?.to_string().into()),
            ("THIRD_PARTY_SIGNATURE_VERIFICATION_PUBLIC_KEYS", public_key.into()),
        ]);
        let installation = Self { program: machine.daemon.clone(), folder, port, environment };
        if let Some(program) = &machine.migrate {
            let made = installation.command(program).arg("migrate").output().context("migrate cannot be started")?;
            let stderr = String::from_utf8_lossy(&made.stderr);
            ensure!(
                made.status.success(),
                "{} migrate ends with {}: {}",
                program.display(),
                made.status,
                stderr.trim()
            );
        }
        Ok(installation)
    }

    /// Starts it and waits until it answers.
    pub(super) async fn start(&self) -> Result<Daemon> {
        let started = Instant::now();
        let log = self.folder.with_file_name("daemon.log");
        let process = Process::start("the daemon", self.command(&self.program), &log, Signal::TERM)?;
        let mut daemon = Daemon { client: Client::new(self.port, KEY, TENANT), process };
        let health = daemon.wait_until_healthy().await?;
        let version = health.get("version").and_then(Value::as_str).filter(|version| !version.is_empty());
        let version = version.unwrap_or("of unknown version");
        say::line("daemon", format_args!("{version}, answers after {}", say::millis(started.elapsed())));
        Ok(daemon)
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder).env_clear().envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

impl Daemon {
    async fn wait_until_healthy(&mut self) -> Result<Value> {
        let started = Instant::now();
        loop {
            self.process.ensure_running()?;
            match self.client.health().await {
                Ok(health) => return Ok(health),
                Err(_) if started.elapsed() < START_LIMIT => sleep(SOON).await,
                Err(error) => bail!("the daemon does not answer after {} s: {error:#}", START_LIMIT.as_secs()),
            }
        }
    }

    pub(super) fn id(&self) -> u32 {
        self.process.id()
    }

    pub(super) fn log(&self) -> Result<String> {
        self.process.log()
    }

    /// Ends it as a container stop does, without ending the plugin.
    pub(super) fn stop(&mut self) -> Result<()> {
        let status = self.process.stop()?;
        ensure!(status.success(), "the daemon ends with {status}");
        Ok(())
    }
}

/// All of it: nothing of the environment of whoever runs this gets in. Ports, keys and programs follow.
fn environment(folder: &Path) -> Result<Vec<(&'static str, OsString)>> {
    let mut environment: Vec<(&str, OsString)> = [
        ("SERVER_HOST", "127.0.0.1"),
        ("SERVER_KEY", KEY),
        ("GIN_MODE", "release"),
        ("PLATFORM", "local"),
        ("DIFY_INNER_API_KEY", "not-a-secret-inner-key"),
        ("DB_TYPE", "postgresql"),
        ("DB_HOST", "127.0.0.1"),
        ("DB_USERNAME", services::USER),
        ("DB_PASSWORD", services::PASSWORD),
        ("DB_DATABASE", services::DATABASE),
        ("DB_SSL_MODE", "disable"),
        ("REDIS_HOST", "127.0.0.1"),
        ("REDIS_PASSWORD", services::PASSWORD),
        ("PLUGIN_STORAGE_TYPE", "local"),
        ("PLUGIN_REMOTE_INSTALLING_ENABLED", "true"),
        ("PLUGIN_REMOTE_INSTALLING_HOST", "127.0.0.1"),
        // Dify's own values (0.6.10).
        ("PLUGIN_MAX_EXECUTION_TIMEOUT", "600"),
        ("PYTHON_ENV_INIT_TIMEOUT", "120"),
        ("PLUGIN_LOCAL_LAUNCHING_CONCURRENT", "2"),
        ("PLUGIN_STDIO_BUFFER_SIZE", "1024"),
        ("PLUGIN_STDIO_MAX_BUFFER_SIZE", "5242880"),
        // What an administrator sets who uses a simulator on this machine: the daemon hands its environment on.
        (ALLOW_LOOPBACK, "1"),
        // What an administrator sets who lets in this plugin and no unsigned one.
        ("FORCE_VERIFYING_SIGNATURE", "true"),
        ("THIRD_PARTY_SIGNATURE_VERIFICATION_ENABLED", "true"),
        // No network: nothing is looked for there.
        ("PIP_MIRROR_AUTO_DETECT", "false"),
        ("PIP_EXTRA_ARGS", "--offline"),
        ("UV_OFFLINE", "1"),
        ("UV_PYTHON_DOWNLOADS", "never"),
    ]
    .map(|(name, value)| (name, value.into()))
    .into();
    for (name, below) in [("HOME", "home"), ("PLUGIN_STORAGE_LOCAL_ROOT", "storage"), ("PLUGIN_WORKING_PATH", "cwd")] {
        let path = folder.join(below);
        fs::create_dir(&path)?;
        environment.push((name, path.into()));
    }
    for (name, below) in [
        ("PLUGIN_INSTALLED_PATH", "plugin"),
        ("PLUGIN_PACKAGE_CACHE_PATH", "plugin_packages"),
        ("PLUGIN_MEDIA_CACHE_PATH", "assets"),
        ("PERSISTENCE_STORAGE_PATH", "persistence"),
    ] {
        environment.push((name, below.into()));
    }
    Ok(environment)
}

/// uv and the `PATH` in which it finds the interpreter. One of another version stands in for Python 3.12 with the help
/// of a script that exchanges uv's argument.
fn interpreter(machine: &Machine, folder: &Path) -> Result<(PathBuf, OsString)> {
    let python = &machine.python;
    let bin = python.program.parent().context("python lies nowhere")?;
    let inherited = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([bin.to_owned()].into_iter().chain(env::split_paths(&inherited)))?;
    if python.is_dify_s() {
        say::line("python", format_args!("{}, uv makes its environments", python.version));
        return Ok((machine.uv.clone(), path));
    }
    say::line("python", format_args!("{} in place of the 3.12 that Dify has", python.version));
    let script = folder.join("uv");
    let exchange = format!(
        "#!/bin/sh\nif [ \"$1\" = venv ]; then exec '{uv}' venv \"$2\" --python '{python}'; fi\nexec '{uv}' \"$@\"\n",
        uv = machine.uv.display(),
        python = python.program.display(),
    );
    fs::write(&script, exchange)?;
    fs::set_permissions(&script, Permissions::from_mode(0o755))?;
    Ok((script, path))
}

//! The marketplace flavour of the package with the wheel installed, as Dify's daemon and as the marketplace's test do it.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use dify_plugin::host::Host;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, ChildStdout};
use tokio::time::{sleep, timeout};

use crate::package::flavour::Flavour;
use crate::package::{self, Options, unpack};
use crate::project::BINARY;
use crate::{companion, python, python_sdk, say, tools};

/// What takes milliseconds may take this long.
const LIMIT: Duration = Duration::from_secs(30);
/// What the marketplace's test allows from the start to the awaited line, and what it awaits on stdout
/// (`dify-marketplace-toolkit`, `test-plugin-install.py`, 2025-11).
const PROBE_LIMIT: Duration = Duration::from_secs(20);
const AWAITED: &str = "Serving Flask app";
/// How the test starts a plugin that has Dify's Python SDK installed, and one that has not.
const METHODS: [(&str, &str); 2] = [("serverless", "SERVERLESS"), ("aws_lambda", "AWS_LAMBDA")];
/// Fails on a Python older than the marketplace's, which the SDK refuses since 0.8.0 (its metadata, 2026-11).
const RUNS_SDK: &str = "import sys; sys.exit(sys.version_info < (3, 12))";
/// Prints the version of the SDK that is installed, and fails where none is.
const SDK_VERSION: &str = "import importlib.metadata as it; print(it.version('dify_plugin'))";

/// The package without a program, beside an environment that has it.
struct Installed {
    folder: TempDir,
}

impl Installed {
    async fn new(wheel: &Path) -> Result<Self> {
        let options = Options { flavour: Flavour::Marketplace, ..Options::default() };
        let package = package::build_with(&options).await?;
        let folder = TempDir::new()?;
        unpack::unpack(File::open(package)?, folder.path())?;
        ensure!(!folder.path().join("bin").exists(), "the marketplace flavour has a program inside");
        tools::run(Command::new(python::PYTHON).args(["-m", "venv", ".venv"]).current_dir(folder.path()))
            .context("Python has no venv with pip, as with: apt-get install python3-venv")?;
        let installed = Self { folder };
        let wheels = wheel.parent().context("the wheel has no folder")?;
        // What the package pins must be what the wheel is, not what the package index has.
        let requirements = fs::read_to_string(installed.folder.path().join("requirements.txt"))?;
        let pinned = requirements.lines().find(|line| line.starts_with(BINARY)).context("the package pins no wheel")?;
        let mut pip = installed.pip_install();
        tools::run(pip.args(["--no-index", "--find-links"]).arg(wheels).arg(pinned))
            .context("pip does not install the wheel")?;
        let program = installed.folder.path().join(".venv/bin").join(BINARY);
        ensure!(program.is_file(), "the wheel brings no {BINARY}");
        let size = say::size(fs::metadata(program)?.len());
        say::line("installed", format_args!("{BINARY}, {size}, by pip --no-index, as requirements.txt pins it"));
        Ok(installed)
    }

    fn interpreter(&self) -> PathBuf {
        self.folder.path().join(".venv/bin/python")
    }

    fn python(&self) -> Command {
        let mut python = Command::new(self.interpreter());
        python.current_dir(self.folder.path());
        python
    }

    fn pip_install(&self) -> Command {
        let mut pip = self.python();
        pip.args(["-m", "pip", "--disable-pip-version-check", "install", "--quiet"]);
        pip
    }

    /// Installs what else `requirements.txt` names, from the package index, and makes sure that the SDK is among it.
    fn install_rest(&self) -> Result<()> {
        let mut pip = self.pip_install();
        if !self.python().args(["-c", RUNS_SDK]).status()?.success() {
            say::line(
                "note",
                "this Python is older than the marketplace's 3.12: dify_plugin is installed as it is, alone",
            );
            pip.args(["--ignore-requires-python", "--no-deps"]);
        }
        tools::run(pip.args(["-r", "requirements.txt"]))
            .context("pip does not install requirements.txt, which takes a network")?;
        let version = tools::run(self.python().args(["-c", SDK_VERSION])).context("dify_plugin is not installed")?;
        ensure_new_enough(&version)?;
        say::line("installed", format_args!("dify_plugin {version}, which the marketplace's test asks for"));
        Ok(())
    }
}

fn ensure_new_enough(version: &str) -> Result<()> {
    ensure!(
        python_sdk::is_new_enough(version),
        "dify_plugin must be {} or newer; {version} is installed",
        python_sdk::OLDEST
    );
    Ok(())
}

/// Starts it as Dify's daemon does and waits for the first heartbeat.
pub(super) async fn check(wheel: &Path) -> Result<()> {
    let installed = Installed::new(wheel).await?;
    let host = Host::spawn(python::start_plugin(installed.python(), installed.folder.path()))?;
    let ready = timeout(LIMIT, host.ready()).await.context("no heartbeat");
    let exit = timeout(LIMIT, host.shutdown()).await.context("the plugin does not end with its stdin")??;
    ready?.with_context(|| format!("the plugin ended before its heartbeat: {}", exit.stderr.trim()))?;
    say::line("heartbeat", "from the marketplace flavour, with the program of the wheel");
    Ok(())
}

/// Starts it as the marketplace's install test does: with all of its requirements, by HTTP, without a daemon, in
/// either of the two ways.
pub(super) async fn probe(wheel: &Path) -> Result<()> {
    let installed = Installed::new(wheel).await?;
    installed.install_rest()?;
    for (method, prefix) in METHODS {
        let address = free_address().await?;
        let python = companion::command(installed.interpreter());
        let mut command = python::start_plugin(python, installed.folder.path());
        command.env("INSTALL_METHOD", method);
        command.env(format!("{prefix}_HOST"), address.ip().to_string());
        command.env(format!("{prefix}_PORT"), address.port().to_string());
        let status = answer(command, address).await.with_context(|| method.to_owned())?;
        say::line("probe", format_args!("{method}: `{AWAITED}`, HTTP {status}"));
    }
    Ok(())
}

/// The status of `GET /` when the plugin says the awaited line and answers in time, and with a status the test accepts.
async fn answer(mut command: Command, address: SocketAddr) -> Result<u16> {
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = tokio::process::Command::from(command).kill_on_drop(true).spawn()?;
    let stdout = child.stdout.take().context("no stdout")?;
    let status = timeout(PROBE_LIMIT, ask(&mut child, stdout, address)).await;
    let status = status.with_context(|| format!("no answer within {} s", PROBE_LIMIT.as_secs()))??;
    ensure!([200, 404].contains(&status), "HTTP {status}, neither 200 nor 404");
    child.kill().await?;
    Ok(status)
}

async fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?.local_addr()?)
}

/// The status of `GET /` after the awaited line.
async fn ask(child: &mut Child, stdout: ChildStdout, address: SocketAddr) -> Result<u16> {
    let mut lines = BufReader::new(stdout).lines();
    loop {
        match lines.next_line().await? {
            Some(line) if line.contains(AWAITED) => break,
            Some(_) => {}
            None => bail!("it ends with {} before it says `{AWAITED}`", child.wait().await?),
        }
    }
    loop {
        match get(address).await {
            Ok(status) => return Ok(status),
            Err(_) => sleep(Duration::from_millis(100)).await,
        }
    }
}

async fn get(address: SocketAddr) -> Result<u16> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    answer.split(' ').nth(1).context("no status")?.parse().context("no status")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the probe says of a server in Python.
    async fn probed(script: &str) -> Result<u16, String> {
        let address = free_address().await.unwrap();
        let mut command = Command::new(python::PYTHON);
        command.args(["-c", script]).arg(address.port().to_string());
        answer(command, address).await.map_err(|error| error.to_string())
    }

    fn server(status: u16) -> String {
        format!(
            "import sys, http.server as http\n\
            class Handler(http.BaseHTTPRequestHandler):\n    \
                def do_GET(self): self.send_response({status}); self.end_headers()\n\
            print('a first line')\n\
            print(' * Serving Flask app', flush=True)\n\
            http.HTTPServer(('127.0.0.1', int(sys.argv[1])), Handler).serve_forever()\n"
        )
    }

    #[test]
    fn the_sdk_is_new_enough() {
        for version in ["0.9.0", "0.9.0rc1", "0.10.2", "1.0"] {
            ensure_new_enough(version).unwrap();
        }
        let refusal = ensure_new_enough("0.8.9").unwrap_err().to_string();
        assert_eq!(refusal, "dify_plugin must be 0.9.0 or newer; 0.8.9 is installed");
    }

    #[tokio::test]
    async fn the_line_and_an_answer_are_wanted() {
        assert_eq!(probed(&server(404)).await, Ok(404));
        assert_eq!(probed(&server(200)).await, Ok(200));
        assert_eq!(probed(&server(500)).await, Err("HTTP 500, neither 200 nor 404".into()));
        let ended = probed("print('heartbeat')").await.unwrap_err();
        assert!(ended.contains("before it says `Serving Flask app`"), "{ended}");
    }
}

//! `cargo xtask offline`: the package installed and at work where there is no network.

use std::env;
use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use tempfile::TempDir;

use crate::package::{self, unpack};
use crate::{demo, python, say, tools};

/// Dify's images take the newest when they are made; this was it in 2026-11.
pub(crate) const UV: &str = "0.13.9";
/// The Python the daemon asks uv for, whatever the manifest says (0.6.10).
const DAEMONS_PYTHON: &str = "3.12";
/// Without root a user namespace comes first.
const WAYS: [&[&str]; 2] = [&["--net"], &["--user", "--map-root-user", "--net"]];
/// An address for documentation (RFC 5737), which no network has.
const ELSEWHERE: ([u8; 4], u16) = ([192, 0, 2, 1], 443);
/// `ip link set lo up` in Python, which is there: SIOCSIFFLAGS with `IFF_UP` and `IFF_RUNNING` for `lo`.
const LOOPBACK_UP: &str = "import fcntl, socket, struct\n\
    fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sh22x', b'lo', 0x41))";

/// What is told to the part that runs without a network.
#[derive(Args)]
pub struct Options {
    /// This process has no network: install this package
    #[arg(long, hide = true, requires = "uv")]
    inside: Option<PathBuf>,
    /// By this uv
    #[arg(long, hide = true)]
    uv: Option<PathBuf>,
}

/// Packages with the network there is; installs, starts and shows the package in a network namespace that has none.
///
/// # Errors
/// When no such namespace can be made, or anything in it fails.
pub async fn run(options: Options) -> Result<()> {
    if let Options { inside: Some(package), uv: Some(uv) } = options {
        return inside(&package, &uv).await;
    }
    python::check()?;
    let way = way()?;
    let uv = tools::installed("uv", UV)?;
    let package = package::build().await?;
    let mut command = Command::new("unshare");
    command.args(way).arg(env::current_exe()?).args(["offline", "--inside"]).arg(package).arg("--uv").arg(uv);
    // The demo would take it for a wish to use the real Kling.
    let status = command.env_remove("KLING_API_KEY").status().context("unshare cannot be started")?;
    ensure!(status.success(), "it does not work without a network");
    Ok(())
}

/// How a namespace without a network is made here. Some kernels make one in which nothing is permitted.
fn way() -> Result<&'static [&'static str]> {
    let works = |way: &&&[&str]| {
        let mut command = Command::new("unshare");
        command.args(**way).args([python::PYTHON, "-c", LOOPBACK_UP]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    WAYS.iter().find(works).copied().context(
        "no network namespace can be made here: that takes unshare (util-linux) and root, or a kernel that lets users \
         make namespaces",
    )
}

async fn inside(package: &Path, uv: &Path) -> Result<()> {
    tools::run(Command::new(python::PYTHON).args(["-c", LOOPBACK_UP])).context("the loopback cannot be brought up")?;
    ensure_no_network()?;
    let folder = TempDir::new()?;
    let started = Instant::now();
    unpack::unpack(File::open(package)?, folder.path())?;
    let version = install(folder.path(), uv)?;
    let took = say::millis(started.elapsed());
    say::line("installed", format_args!("in {took}, by uv, with {version}, without a network"));
    let python = Command::new(folder.path().join(".venv/bin/python"));
    let options = demo::Options::simulated();
    demo::show(&options, folder.path(), python::start_plugin(python, folder.path())).await?;
    say::line("offline", "installed, started and at work without a network");
    Ok(())
}

fn ensure_no_network() -> Result<()> {
    let devices = fs::read_to_string("/proc/net/dev").context("the network devices cannot be listed")?;
    let others: Vec<_> =
        devices.lines().filter_map(|line| Some(line.split_once(':')?.0.trim())).filter(|it| *it != "lo").collect();
    ensure!(others.is_empty(), "there still is a network: {}", others.join(", "));
    match TcpStream::connect_timeout(&SocketAddr::from(ELSEWHERE), Duration::from_secs(5)) {
        Ok(_) => bail!("there still is a network"),
        Err(error) => say::line("network", format_args!("none but the loopback: {error}")),
    }
    Ok(())
}

/// What Dify's daemon does with an unpacked package (0.6.10). The version of Python comes back.
fn install(folder: &Path, uv: &Path) -> Result<String> {
    // All the environment the daemon gives to uv.
    let uv = |arguments: &[&str]| {
        let mut command = Command::new(uv);
        command.args(arguments).current_dir(folder).env_clear();
        command.envs(env::var_os("PATH").map(|path| ("PATH", path)));
        command.env("VIRTUAL_ENV", folder.join(".venv")).env("UV_CACHE_DIR", folder.join(".uv-cache"));
        tools::run(&mut command)
    };
    let wanted = uv(&["python", "find", "--no-python-downloads", DAEMONS_PYTHON]).map(|_| DAEMONS_PYTHON);
    uv(&["venv", ".venv", "--python", wanted.unwrap_or(python::PYTHON)])?;
    uv(&["pip", "install", "-r", "requirements.txt"])?;
    let python = folder.join(".venv/bin/python");
    // As in the daemon, what this says does not count.
    tools::run(
        Command::new(&python).args(["-m", "compileall", "-q", "-x", r"\.venv|\.uv-cache", "."]).current_dir(folder),
    )
    .ok();
    tools::run(Command::new(&python).arg("--version"))
}

//! What the daemon needs: a database and a cache, fresh, on this machine alone.

use std::fs::{self, Permissions};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rustix::process::Signal;

use super::machine::Machine;
use super::process::Process;
use crate::say;

/// Within it a service starts on a slow machine.
const START_LIMIT: Duration = Duration::from_secs(60);
/// Nothing but this test ever lies behind it.
pub(super) const PASSWORD: &str = "not-a-secret";
/// `PostgreSQL`'s user, and Dify's.
pub(super) const USER: &str = "postgres";
/// Dify's name for the daemon's database.
pub(super) const DATABASE: &str = "dify_plugin";

/// A port nobody listens at.
pub(super) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?.local_addr()?.port())
}

/// A `PostgreSQL` of its own.
pub(super) struct Postgres {
    pub(super) port: u16,
    psql: PathBuf,
    // Held for its end.
    _process: Process,
}

impl Postgres {
    pub(super) async fn start(machine: &Machine, folder: &Path) -> Result<Self> {
        let started = Instant::now();
        let home = folder.join("postgres");
        fs::create_dir(&home)?;
        let password = home.join("password");
        fs::write(&password, PASSWORD)?;
        if let Some((user, group)) = machine.database_user {
            // Its user must get through to its own folder, and see nothing on the way.
            fs::set_permissions(folder, Permissions::from_mode(0o711))?;
            chown(&home, Some(user), Some(group))?;
            chown(&password, Some(user), Some(group))?;
        }
        let data = home.join("data");
        let run_as = |program: &Path| {
            let mut command = Command::new(program);
            command.current_dir(&home).arg("-D").arg(&data).env("LC_ALL", "C");
            if let Some((user, group)) = machine.database_user {
                command.uid(user).gid(group);
            }
            command
        };
        let mut initdb = run_as(&machine.initdb);
        initdb.args(["--no-sync", "-U", USER, "--auth=scram-sha-256", "--encoding=UTF8"]);
        let made = initdb.arg("--pwfile").arg(&password).output().context("initdb cannot be started")?;
        ensure!(made.status.success(), "initdb fails: {}", String::from_utf8_lossy(&made.stderr).trim());

        let port = free_port()?;
        let mut server = run_as(&machine.postgres);
        // Nothing here outlives the run: no need to reach the disk.
        for setting in ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"] {
            server.args(["-c", setting]);
        }
        server.arg("-p").arg(port.to_string());
        // An interrupt is PostgreSQL's fast shutdown: it does not wait for the daemon to hang up.
        let mut process = Process::start("PostgreSQL", server, &folder.join("postgres.log"), Signal::INT)?;
        process.wait_for("ready to accept connections", START_LIMIT).await?;
        say::line(
            "postgres",
            format_args!("{}, ready after {}", version(&machine.postgres)?, say::millis(started.elapsed())),
        );
        Ok(Self { port, psql: machine.psql.clone(), _process: process })
    }

    /// The one value a query gives.
    pub(super) fn ask(&self, query: &str) -> Result<String> {
        let port = self.port.to_string();
        let mut psql = Command::new(&self.psql);
        psql.args(["-h", "127.0.0.1", "-p", &port, "-U", USER, "-d", DATABASE, "-XtAc", query]);
        let answer = psql.env("PGPASSWORD", PASSWORD).output().context("psql cannot be started")?;
        ensure!(answer.status.success(), "psql: {}", String::from_utf8_lossy(&answer.stderr).trim());
        let answer = String::from_utf8(answer.stdout)?;
        Ok(answer.strip_suffix('\n').unwrap_or(&answer).to_owned())
    }
}

/// A Redis of its own.
pub(super) struct Redis {
    pub(super) port: u16,
    // Held for its end.
    _process: Process,
}

impl Redis {
    pub(super) async fn start(machine: &Machine, folder: &Path) -> Result<Self> {
        let started = Instant::now();
        let port = free_port()?;
        let mut server = Command::new(&machine.redis);
        server.current_dir(folder).args(["--bind", "127.0.0.1", "--save", "", "--requirepass", PASSWORD]);
        server.arg("--port").arg(port.to_string());
        let mut process = Process::start("Redis", server, &folder.join("redis.log"), Signal::TERM)?;
        process.wait_for("Ready to accept connections", START_LIMIT).await?;
        say::line(
            "redis",
            format_args!("{}, ready after {}", version(&machine.redis)?, say::millis(started.elapsed())),
        );
        Ok(Self { port, _process: process })
    }
}

fn version(program: &Path) -> Result<String> {
    let answer = Command::new(program).arg("--version").output()?;
    let answer = String::from_utf8_lossy(&answer.stdout);
    let number = |word: &&str| word.trim_start_matches("v=").starts_with(|first: char| first.is_ascii_digit());
    Ok(answer.split_whitespace().find(number).map_or("unknown", |word| word.trim_start_matches("v=")).to_owned())
}

//! What must be on the machine, and what to install where it is not.

use std::env;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail, ensure};

use super::Options;
use crate::{offline, tools};

/// Where Debian puts `PostgreSQL`'s own programs, which are not in `PATH`.
const POSTGRES: &str = "/usr/lib/postgresql";
/// Who may run `PostgreSQL`, which refuses to run as root: the first of these that the machine has.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];
/// What Dify's daemon asks uv for, whatever a manifest says (0.6.10).
const PYTHON_VERSION: &str = "3.12";

/// Programs and a user, all found.
pub(super) struct Machine {
    pub(super) daemon: PathBuf,
    /// Makes the daemon's tables. Daemons before it had this program made them themselves.
    pub(super) migrate: Option<PathBuf>,
    pub(super) initdb: PathBuf,
    pub(super) postgres: PathBuf,
    pub(super) psql: PathBuf,
    pub(super) redis: PathBuf,
    pub(super) uv: PathBuf,
    pub(super) python: Python,
    /// User and group for `PostgreSQL`; `None` for whoever runs this.
    pub(super) database_user: Option<(u32, u32)>,
}

/// The interpreter for the plugin.
pub(super) struct Python {
    pub(super) program: PathBuf,
    pub(super) version: String,
}

impl Python {
    /// Whether uv takes it for the one the daemon asks for.
    pub(super) fn is_dify_s(&self) -> bool {
        self.version.strip_prefix(PYTHON_VERSION).is_some_and(|rest| rest.starts_with('.'))
    }
}

impl Machine {
    /// # Errors
    /// One line about the first thing that is missing, with what installs it.
    pub(super) fn look(options: &Options) -> Result<Self> {
        ensure!(is_program(&options.daemon), "{} is no program: --daemon takes one", options.daemon.display());
        let daemon = fs::canonicalize(&options.daemon)?;
        let beside = daemon.with_file_name("commandline");
        let migrate = options.migrate.clone().or_else(|| is_program(&beside).then_some(beside));
        let database = |name| {
            postgres_program(name).ok_or_else(|| missing(name, "the daemon's database", "apt-get install postgresql"))
        };
        let redis = "redis-server";
        Ok(Self {
            daemon,
            migrate: migrate.map(fs::canonicalize).transpose().context("--migrate takes a program")?,
            initdb: database("initdb")?,
            postgres: database("postgres")?,
            psql: database("psql")?,
            redis: in_path(redis)
                .ok_or_else(|| missing(redis, "the daemon's cache", "apt-get install redis-server"))?,
            uv: uv(options)?,
            python: python(options)?,
            database_user: unprivileged_user()?,
        })
    }
}

fn missing(program: &str, what: &str, install: &str) -> anyhow::Error {
    anyhow!("{program} is missing, {what}; install it, as with: {install}")
}

fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

fn in_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|path| is_program(path))
}

/// All programs must be of one version, so Debian's newest goes before the `PATH`.
fn postgres_program(name: &str) -> Option<PathBuf> {
    let versions = fs::read_dir(POSTGRES).into_iter().flatten().flatten();
    let newest = versions.filter_map(|folder| folder.file_name().to_str()?.parse::<u32>().ok()).max();
    let debian = newest.map(|version| Path::new(POSTGRES).join(version.to_string()).join("bin").join(name));
    debian.filter(|path| is_program(path)).or_else(|| in_path(name))
}

fn uv(options: &Options) -> Result<PathBuf> {
    match (&options.uv, in_path("uv")) {
        (Some(uv), _) => fs::canonicalize(uv).with_context(|| format!("--uv {} is not there", uv.display())),
        (None, Some(uv)) => Ok(uv),
        (None, None) => tools::installed("uv", offline::UV).context("uv is missing, which makes environments"),
    }
}

fn python(options: &Options) -> Result<Python> {
    if let Some(program) = &options.python {
        return ask(program).with_context(|| format!("--python {} does not run", program.display()));
    }
    let pyenv = env::var_os("PYENV_ROOT").map(PathBuf::from);
    let pyenv = pyenv.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".pyenv")));
    let versions = pyenv.map(|root| root.join("versions")).and_then(|versions| fs::read_dir(versions).ok());
    let name = format!("python{PYTHON_VERSION}");
    let kept = versions.into_iter().flatten().flatten().map(|version| version.path().join("bin").join(&name));
    let found = in_path(&name).into_iter().chain(kept).filter_map(|program| ask(&program).ok()).find(Python::is_dify_s);
    found.ok_or_else(|| {
        anyhow!(
            "{name} is missing, for which the daemon asks; Debian 12 has none: name one with --python PATH, \
             of another version too, which then stands in for it"
        )
    })
}

/// What the interpreter says of itself: a name may be one of pyenv's scripts, that fails or leads elsewhere.
fn ask(program: &Path) -> Result<Python> {
    let probe = "import platform, sys; print(sys.executable); print(platform.python_version())";
    let answer = Command::new(program).args(["-I", "-c", probe]).output()?;
    ensure!(answer.status.success(), "{}", answer.status);
    let answer = String::from_utf8(answer.stdout)?;
    let (program, version) = answer.trim().split_once('\n').context("no answer")?;
    Ok(Python { program: program.into(), version: version.into() })
}

fn unprivileged_user() -> Result<Option<(u32, u32)>> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let users = match fs::read_to_string("/etc/passwd") {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        users => users?,
    };
    let user = UNPRIVILEGED.iter().find_map(|name| ids(&users, name));
    match user {
        Some(user) => Ok(Some(user)),
        None => bail!("PostgreSQL refuses to run as root, and there is no user {}", UNPRIVILEGED.join(" or ")),
    }
}

/// User and group in lines as of `/etc/passwd`.
fn ids(users: &str, name: &str) -> Option<(u32, u32)> {
    let mut fields = users.lines().map(|line| line.split(':')).find_map(|mut fields| {
        let found = fields.next() == Some(name);
        found.then_some(fields)
    })?;
    Some((fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_the_whole_name() {
        let users = "root:x:0:0:root:/root:/bin/sh\nnobody2:x:1:2::/:\nnobody:x:65534:65533:nobody:/nonexistent:\n";
        assert_eq!(ids(users, "nobody"), Some((65534, 65533)));
        assert_eq!(ids(users, "postgres"), None);
    }

    #[test]
    fn a_version_is_compared_by_its_parts() {
        let is_dify_s = |version: &str| Python { program: "python".into(), version: version.into() }.is_dify_s();
        assert!(is_dify_s("3.12.1"));
        assert!(!is_dify_s("3.11.2") && !is_dify_s("3.120.1"));
    }
}

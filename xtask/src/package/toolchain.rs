//! What builds the program for an architecture: found by looking, and what is missing told with the command that
//! installs it.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::arch::Arch;

/// A Rust compiler with the target's library, and a C compiler that links statically for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toolchain {
    /// What it builds for.
    pub arch: Arch,
    /// The Rust compiler.
    pub rustc: PathBuf,
    /// The cargo beside it.
    pub cargo: PathBuf,
    /// The C compiler, which also links.
    pub cc: OsString,
}

/// Which architectures are built, and why others are not.
#[derive(Debug)]
pub struct Choice {
    /// In the order of [`Arch::ALL`].
    pub toolchains: Vec<Toolchain>,
    /// One line each.
    pub left_out: Vec<String>,
}

/// The toolchains for the architectures asked for; without any, for all that this machine can build.
///
/// # Errors
/// When something is missing for one that was asked for, or for this machine's own.
pub fn choose(asked: &[Arch]) -> Result<Choice> {
    let mut choice = Choice { toolchains: Vec::new(), left_out: Vec::new() };
    let own = Arch::of_this_machine()?;
    for arch in Arch::ALL {
        if !asked.is_empty() && !asked.contains(&arch) {
            continue;
        }
        match Toolchain::find(arch) {
            Ok(toolchain) => choice.toolchains.push(toolchain),
            Err(error) if asked.contains(&arch) || arch == own => return Err(error),
            Err(error) => choice.left_out.push(format!("{error:#}")),
        }
    }
    Ok(choice)
}

impl Toolchain {
    /// Looks along the PATH for the first Rust compiler that has the target's library, and for the C compiler.
    ///
    /// # Errors
    /// All that is missing, in one line.
    pub fn find(arch: Arch) -> Result<Self> {
        let native = Arch::of_this_machine()? == arch;
        let rustc = programs("rustc").find(|rustc| has_library(rustc, arch));
        let cc = c_compiler(arch, native);
        let links = links_statically(&cc);
        let missing =
            [rustc.is_none().then(|| missing_library(arch)), (!links).then(|| missing_c_compiler(arch, native, &cc))];
        let missing: Vec<_> = missing.into_iter().flatten().collect();
        ensure!(missing.is_empty(), "{arch} cannot be built here: {}", missing.join("; and "));
        let rustc = rustc.context("no rustc")?;
        let cargo = Some(rustc.with_file_name("cargo")).filter(|cargo| cargo.is_file());
        Ok(Self { arch, rustc, cargo: cargo.unwrap_or_else(|| "cargo".into()), cc })
    }

    /// `1.95.0 (59807616e 2026-04-14)`.
    pub fn rust_version(&self) -> Result<String> {
        let version = output(Command::new(&self.rustc).arg("--version"))?;
        Ok(version.trim_start_matches("rustc ").to_owned())
    }

    /// The commit the compiler was made from, where it knows it.
    pub fn rust_commit(&self) -> Result<Option<String>> {
        let verbose = output(Command::new(&self.rustc).arg("-vV"))?;
        let commit = verbose.lines().find_map(|line| line.strip_prefix("commit-hash: "));
        Ok(commit.filter(|commit| *commit != "unknown").map(str::to_owned))
    }

    /// The folder the compiler's own files are in.
    pub fn sysroot(&self) -> Result<PathBuf> {
        output(Command::new(&self.rustc).args(["--print", "sysroot"])).map(PathBuf::from)
    }

    /// The glibc that is linked: 2 and 36, say.
    pub fn glibc_version(&self) -> Result<(u32, u32)> {
        let mut macros = Command::new(&self.cc);
        let macros = output(macros.args(["-E", "-dM", "-include", "features.h", "-x", "c", "/dev/null"]))?;
        let value = |name: &str| macros.lines().find_map(|line| line.strip_prefix("#define ")?.strip_prefix(name));
        let (major, minor) = (value("__GLIBC__ "), value("__GLIBC_MINOR__ "));
        let (Some(major), Some(minor)) = (major, minor) else { bail!("{} does not use glibc", self.cc.display()) };
        Ok((major.trim().parse()?, minor.trim().parse()?))
    }
}

/// A program of a name along the PATH, each once.
pub(crate) fn programs(name: &str) -> impl Iterator<Item = PathBuf> {
    let folders: Vec<_> = env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
    folders.into_iter().map(move |folder| folder.join(name)).filter(|program| program.is_file())
}

fn has_library(rustc: &Path, arch: Arch) -> bool {
    let folder = output(Command::new(rustc).args(["--print", "target-libdir", "--target", arch.target()]));
    let listing = folder.ok().and_then(|folder| fs::read_dir(folder).ok());
    listing.into_iter().flatten().flatten().any(|file| file.file_name().as_encoded_bytes().starts_with(b"libstd-"))
}

/// Cargo's own variable for it comes first.
fn c_compiler(arch: Arch, native: bool) -> OsString {
    let usual = || if native { "cc".into() } else { format!("{}-linux-gnu-gcc", arch.machine()).into() };
    env::var_os(linker_variable(arch)).unwrap_or_else(usual)
}

/// Where cargo looks for a target's linker.
pub(super) fn linker_variable(arch: Arch) -> String {
    format!("CARGO_TARGET_{}_LINKER", arch.target().to_uppercase().replace('-', "_"))
}

/// Whether it runs and finds glibc's static archive.
fn links_statically(cc: &OsString) -> bool {
    output(Command::new(cc).arg("-print-file-name=libc.a")).is_ok_and(|path| Path::new(&path).is_absolute())
}

fn missing_library(arch: Arch) -> String {
    let target = arch.target();
    // Those whose compiler is recent enough.
    let debian = format!(
        "dpkg --add-architecture {arch} && apt-get update && apt-get install rustc-web cargo-web libstd-rust-web-dev:{arch}"
    );
    format!(
        "no Rust compiler here has the library of {target}; install it, as with: rustup target add {target} (Debian 12: {debian})"
    )
}

fn missing_c_compiler(arch: Arch, native: bool, cc: &OsString) -> String {
    let packages = match (native, arch) {
        (true, _) => "gcc libc6-dev",
        (false, Arch::Amd64) => "gcc-x86-64-linux-gnu libc6-dev-amd64-cross",
        (false, Arch::Arm64) => "gcc-aarch64-linux-gnu libc6-dev-arm64-cross",
    };
    let cc = cc.display();
    let variable = linker_variable(arch);
    format!(
        "{cc} is missing or has no static glibc; install it, as with: apt-get install {packages} (or name another in {variable})"
    )
}

/// What a command prints, trimmed.
fn output(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_owned();
    let output = command.output().with_context(|| format!("{} cannot be started", program.display()))?;
    ensure!(output.status.success(), "{} ends with {}", program.display(), output.status);
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

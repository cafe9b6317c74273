//! `cargo xtask wheel`: the program as wheels for pip, for the flavour of the package that has none inside.

mod install;

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Args;
use zip::ZipArchive;

use crate::arch::Arch;
use crate::package::binary::Binary;
use crate::package::place::Place;
use crate::package::toolchain::Toolchain;
use crate::package::{self, environment, sums};
use crate::project::{self, BINARY, VERSION};
use crate::{python, say, tools};

/// Builds wheels.
const MATURIN: &str = "1.16.0";
/// Which Linuxes pip offers a wheel to: all with glibc 2.17 or newer. The program itself asks for none.
const PLATFORM: &str = "manylinux_2_17";

/// What wheels are to be made.
#[derive(Debug, Default, Args)]
pub struct Options {
    /// The machines they are for, separated by commas [default: all that can be built for here]
    #[arg(long, value_name = "ARCH", value_delimiter = ',')]
    pub arch: Vec<Arch>,
}

/// Makes a wheel for each architecture in `dist/`, installs this machine's into an empty environment, and starts the
/// marketplace flavour of the package with it.
///
/// # Errors
/// When a build fails, a wheel holds another program than the package does, or the plugin does not start with it.
pub async fn run(options: Options) -> Result<()> {
    python::check()?;
    let maturin = tools::installed("maturin", MATURIN)?;
    let place = Place::usual();
    let mut own = None;
    for toolchain in package::toolchains(&options.arch)? {
        let binary = package::build_binary(&place, &toolchain).await?;
        let wheel = build(&maturin, &place, &toolchain, &binary)?;
        let size = say::size(fs::metadata(&wheel)?.len());
        say::line("wheel", format_args!("{}, {size}", project::short(&wheel)));
        if Arch::of_this_machine()? == toolchain.arch {
            own = Some(wheel);
        }
    }
    let dist = package::dist()?;
    if let Some(wheel) = own {
        install::check(&wheel).await.context("the plugin does not start with the wheel")?;
    }
    sums::write(&dist)
}

/// Tries the marketplace flavour with this machine's wheel as the marketplace's install test does: it starts it without
/// a daemon and asks by HTTP.
///
/// # Errors
/// When there is no wheel for this machine, or the test fails.
pub async fn probe() -> Result<()> {
    python::check()?;
    let wheel = package::dist()?.join(file_name(Arch::of_this_machine()?));
    ensure!(wheel.is_file(), "{} is missing, as with: cargo xtask wheel", project::short(&wheel));
    install::probe(&wheel).await
}

/// With both names of the platform, the older first: pip before 20.3 knows no other.
fn file_name(arch: Arch) -> String {
    let (name, machine) = (BINARY.replace('-', "_"), arch.machine());
    format!("{name}-{VERSION}-py3-none-manylinux2014_{machine}.{PLATFORM}_{machine}.whl")
}

/// maturin calls cargo with what the package was built with, so cargo has nothing to do.
fn build(maturin: &Path, place: &Place, toolchain: &Toolchain, binary: &Binary) -> Result<PathBuf> {
    let shell = project::shell()?;
    let dist = package::dist()?;
    let command = environment::set(place, toolchain, project::cargo(&shell, maturin))?
        .args(["build", "--quiet", "--release", "--manifest-path", "crates/kling-dify/Cargo.toml"])
        .args(["--target", toolchain.arch.target(), "--compatibility", PLATFORM, "--target-dir"])
        .arg(&place.target)
        .arg("--out")
        .arg(&dist)
        .arg("--")
        .args(binary.linker_arguments());
    command.run().context("maturin cannot build the wheel")?;
    let wheel = dist.join(file_name(toolchain.arch));
    ensure_same(&wheel, binary).with_context(|| project::short(&wheel).to_string())?;
    Ok(wheel)
}

/// The program of the wheel is that of the package, bit by bit.
fn ensure_same(wheel: &Path, binary: &Binary) -> Result<()> {
    let mut archive = ZipArchive::new(File::open(wheel)?)?;
    let name = format!("{}-{VERSION}.data/scripts/{BINARY}", BINARY.replace('-', "_"));
    let mut content = Vec::new();
    archive.by_name(&name)?.read_to_end(&mut content)?;
    ensure!(content == fs::read(&binary.path)?, "its program is not that of the package");
    Ok(())
}

//! `cargo xtask package`: from the sources to one file that Dify installs.

pub mod archive;
pub mod binary;
pub mod contents;
pub mod dependencies;
pub mod elf;
pub(crate) mod environment;
pub mod flavour;
pub mod lean;
pub mod place;
mod reproducible;
pub mod sums;
pub mod toolchain;
pub mod unpack;
mod version;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::arch::Arch;
use crate::declaration::Declaration;
use crate::{empty_root, project, say};
use binary::Binary;
use contents::Changes;
use flavour::Flavour;
use place::Place;
use toolchain::Toolchain;

pub use version::manifest_version;

/// What a package is to be.
#[derive(Debug, Clone, Default, Args)]
pub struct Options {
    /// The machines it runs on, separated by commas [default: all that can be built for here]
    #[arg(long, value_name = "ARCH", value_delimiter = ',')]
    pub arch: Vec<Arch>,
    /// Where the program comes from
    #[arg(long, value_enum, default_value_t)]
    pub flavour: Flavour,
    /// Declare these tools only, separated by commas
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub tools: Vec<String>,
    /// Build a copy of the sources in another folder too, and compare
    #[arg(long)]
    pub check_reproducible: bool,
}

/// Writes the package and tells about it.
///
/// # Errors
/// As [`build_with`].
pub async fn run(options: Options) -> Result<()> {
    build_with(&options).await.map(drop)
}

/// The usual package: [`build_with`] without options.
///
/// # Errors
/// As [`build_with`].
pub async fn build() -> Result<PathBuf> {
    build_with(&Options::default()).await
}

/// Builds the binaries, proves that they need nothing from the machine they will run on, and writes
/// `dist/kling_aigc-<version>.difypkg`, whose path comes back, its bill of materials and its sum. Tells what it does.
///
/// # Errors
/// When an architecture cannot be built for, a tool is unknown, the versions differ, the declaration is wrong, a build
/// fails, a binary is not static or does not run alone, the package is too large, or `dist/` cannot be written.
pub async fn build_with(options: &Options) -> Result<PathBuf> {
    let Request { toolchains, changes, declared } = Request::check(options)?;
    let path = dist()?.join(options.file_name());
    let place = Place::usual();
    let mut built = Vec::new();
    for toolchain in toolchains {
        let binary = build_binary(&place, &toolchain).await?;
        built.push((toolchain, binary));
    }
    let package = Packed::new(&place, &built, &changes)?;
    fs::write(&path, &package.bytes).with_context(|| format!("{} cannot be written", project::short(&path)))?;

    say::line("package", project::short(&path));
    say::line("size", say::size(package.bytes.len() as u64));
    say::line("unpacked", format_args!("{} in {} files", say::size(package.unpacked), package.files));
    for (toolchain, Binary { arch, path, dependencies, .. }) in &built {
        let size = say::size(fs::metadata(path)?.len());
        let (rust, crates) = (toolchain.rust_version()?, dependencies.inside());
        say::line("binary", format_args!("{arch}: {size}, static, {crates} crates, by rustc {rust}"));
    }
    say::line("declaration", format_args!("{} as Dify stores it", say::size(declared as u64)));
    if !built.is_empty() {
        let bill = path.with_file_name(format!("{}-{}.cdx.json", project::PLUGIN, project::VERSION));
        fs::write(&bill, dependencies::sbom::write(&built)?)
            .with_context(|| format!("{} cannot be written", project::short(&bill)))?;
        say::line("materials", project::short(&bill));
    }
    say::line("sha256", sums::sha256(&package.bytes));
    sums::write(&dist()?)?;
    if options.check_reproducible {
        reproducible::check(&built, &changes, &package.bytes)?;
    }
    Ok(path)
}

/// A binary, proven to run alone.
pub(crate) async fn build_binary(place: &Place, toolchain: &Toolchain) -> Result<Binary> {
    say::line("build", format_args!("{} for {}, static", project::BINARY, toolchain.arch.target()));
    let binary = Binary::build(place, toolchain)?;
    let verdict = empty_root::check(&binary.path, toolchain.arch).await;
    say::line("empty root", verdict.context("the binary does not run in an empty root")?);
    Ok(binary)
}

/// Where packages, wheels and their sums go: `dist/`, made when it is missing.
///
/// # Errors
/// When it cannot be made.
pub(crate) fn dist() -> Result<PathBuf> {
    let folder = project::root().join("dist");
    fs::create_dir_all(&folder).context("dist/ cannot be made")?;
    Ok(folder)
}

/// The toolchains for what was asked for; tells which of the two architectures is left out, and why.
pub(crate) fn toolchains(asked: &[Arch]) -> Result<Vec<Toolchain>> {
    let choice = toolchain::choose(asked)?;
    for reason in choice.left_out {
        say::line("left out", reason);
    }
    Ok(choice.toolchains)
}

impl Options {
    /// `kling_aigc-<version>[-marketplace][-<number>-tools].difypkg`.
    pub fn file_name(&self) -> String {
        let flavour = if self.flavour == Flavour::Marketplace { "-marketplace" } else { "" };
        let tools = match self.tools.iter().collect::<BTreeSet<_>>().len() {
            0 => String::new(),
            number => format!("-{number}-tools"),
        };
        format!("{}-{}{flavour}{tools}.difypkg", project::PLUGIN, project::VERSION)
    }
}

/// What takes no building and can be wrong is looked at first.
struct Request {
    toolchains: Vec<Toolchain>,
    changes: Changes,
    declared: usize,
}

impl Request {
    fn check(options: &Options) -> Result<Self> {
        let plugin = project::root().join("plugin");
        version::check()?;
        let mut declaration = Declaration::read(&plugin)?;
        let mut changes = options.flavour.changes(&plugin)?;
        if !options.tools.is_empty() {
            changes.extend(lean::changes(&plugin, &options.tools)?);
            declaration = declaration.with_tools(&options.tools);
        }
        let declared = declaration.stored()?.len();
        let toolchains = match options.flavour {
            Flavour::Native => toolchains(&options.arch)?,
            Flavour::Marketplace => {
                ensure!(options.arch.is_empty(), "--arch: a package for the marketplace has no program inside");
                Vec::new()
            }
        };
        Ok(Self { toolchains, changes, declared })
    }
}

/// A package in memory.
struct Packed {
    bytes: Vec<u8>,
    unpacked: u64,
    files: usize,
}

impl Packed {
    fn new(place: &Place, built: &[(Toolchain, Binary)], changes: &Changes) -> Result<Self> {
        let binaries: Vec<(_, &Path)> = built.iter().map(|(_, binary)| (binary.arch, binary.path.as_path())).collect();
        let entries = contents::collect(&place.root, &binaries, changes)?;
        let unpacked = archive::unpacked_size(&entries)?;
        let own = archive::OWN_UNPACKED_BYTES;
        ensure!(unpacked <= own, "the package unpacks to {unpacked} bytes, {own} are allowed: see [profile.release]");
        Ok(Self { bytes: archive::write(&entries)?, unpacked, files: entries.len() })
    }
}

//! `cargo xtask verify`: what Dify and its marketplace would say about a package.

mod contents;
mod declaration;
mod marketplace;
mod programs;
mod python;
mod signature;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::difypkg::{Archive, Enforcer, Finding, Package, PublicKey, Severity, read_file};
use crate::say;

/// What is looked at, and how strictly.
#[derive(Debug, Args)]
pub struct Options {
    /// The package
    pub file: PathBuf,
    /// The public key it must be signed with: a file that Dify's daemon reads
    #[arg(long, value_name = "PUBLIC")]
    pub public_key: Option<PathBuf>,
    /// Fail on what the marketplace refuses or asks for, too
    #[arg(long)]
    pub marketplace: bool,
}

/// What came out of looking at a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What is wrong: errors first, then by who says so.
    pub findings: Vec<Finding>,
    /// The bytes of the declaration as the daemon stores it, where it can be read.
    pub declaration: Option<usize>,
}

/// Tells about a package file and what is wrong with it.
///
/// # Errors
/// When it cannot be read, or Dify would refuse it; with `--marketplace`, also when the marketplace would, or lacks
/// what it asks for.
pub fn run(options: &Options) -> Result<()> {
    let Options { file, public_key, marketplace } = options;
    let key = public_key.as_deref().map(PublicKey::open).transpose()?;
    let bytes = read_file(file)?;
    let archive = Archive::read(&bytes).with_context(|| file.display().to_string())?;
    say::line("package", format_args!("{}, {}", file.display(), say::size(bytes.len() as u64)));

    let mut findings = archive.findings().to_vec();
    let broken = findings.iter().any(|finding| finding.severity == Severity::Error);
    if broken {
        say::line("note", "other rules are looked at when the archive itself is right");
    } else {
        let package = archive.into_package()?;
        let checked = check(&package, key.as_ref());
        tell(&package, checked.declaration, key.as_ref());
        findings.extend(checked.findings);
    }
    for finding in &findings {
        say::line(&finding.severity.to_string(), finding);
    }
    verdict(&findings, *marketplace)
}

/// All rules for a package whose archive is right.
pub fn check(package: &Package, public_key: Option<&PublicKey>) -> Checked {
    let mut findings = contents::check(package);
    let declared = declaration::check(package);
    findings.extend(declared.findings);
    findings.extend(signature::check(package, public_key));
    findings.extend(programs::check(package));
    findings.extend(marketplace::check(package, declared.declaration.as_ref()));
    findings.extend(python::check(package));
    let stored = declared.declaration.map(|declaration| declaration.stored().len());
    findings.sort_by_key(|finding| (finding.severity, finding.enforcer));
    Checked { findings, declaration: stored }
}

fn tell(package: &Package, declaration: Option<usize>, key: Option<&PublicKey>) {
    let files = package.entries().len();
    say::line("unpacked", format_args!("{} in {files} files", say::size(package.unpacked_size())));
    if let Ok(identity) = package.identity() {
        say::line("identity", identity);
    }
    say::line("signature", signature::describe(package, key));
    if let Some(bytes) = declaration {
        say::line("declaration", format_args!("{} as Dify stores it", say::size(bytes as u64)));
    }
}

fn verdict(findings: &[Finding], marketplace: bool) -> Result<()> {
    let errors = |of_marketplace: bool| {
        let of = |finding: &&Finding| (finding.enforcer == Enforcer::Marketplace) == of_marketplace;
        findings.iter().filter(|finding| finding.severity == Severity::Error).filter(of).count()
    };
    let (here, there) = (errors(false), errors(true));
    let asked_for = findings.iter().filter(|finding| marketplace::asks_for(finding)).count();
    if here > 0 {
        bail!("{here} of these must be put right before this package is installed");
    }
    say::line("verdict", "Dify installs it");
    match (there, asked_for) {
        (0, 0) => say::line("marketplace", "nothing its checks refuse"),
        (0, _) if marketplace => bail!("{asked_for} of these are asked for by the marketplace"),
        (_, _) if marketplace => bail!("{there} of these are refused by the marketplace"),
        (0, _) => say::line("marketplace", "nothing its checks refuse; it asks for more"),
        (_, _) => say::line("marketplace", "would refuse it; that is no matter for a package installed from a file"),
    }
    Ok(())
}

//! `cargo xtask fuzz`: each fuzz target for some seconds, on a stable compiler.
//!
//! libFuzzer needs the compiler's coverage counters and nothing of a nightly compiler; without the address sanitizer,
//! which would, little is lost, as no crate here has `unsafe` code. What is looked for are panics and endless loops.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use xshell::Shell;

use crate::{project, say};

/// Counters at every edge, as libFuzzer reads them.
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table";
/// An input that takes longer than this is a find.
const SLOWEST: Duration = Duration::from_secs(5);

/// What to fuzz
#[derive(Args)]
pub struct Options {
    /// Only these targets; all otherwise
    targets: Vec<String>,
    /// For each target
    #[arg(long, default_value_t = 60, value_name = "N")]
    seconds: u64,
}

/// Runs the targets one after the other, each from its seeds.
///
/// # Errors
/// A target that does not exist, does not build, or found something: the input is kept beside the corpus.
pub fn run(options: &Options) -> Result<()> {
    let shell = project::shell()?;
    let folder = project::root().join("fuzz");
    let all = targets(&folder)?;
    if let Some(unknown) = options.targets.iter().find(|wanted| !all.contains(wanted)) {
        bail!("there is no fuzz target {unknown}; there are {}", all.join(", "));
    }
    let wanted = if options.targets.is_empty() { &all } else { &options.targets };

    let _in_folder = shell.push_dir(&folder);
    // With a target named, cargo keeps the flags from build scripts and macros, which could not be linked with them.
    let triple = shell.cmd("rustc").args(["--print", "host-tuple"]).quiet().read()?;
    let build = project::cargo(&shell, "cargo")
        .args(["build", "--release", "--bins", "--target", &triple])
        .env("RUSTFLAGS", COVERAGE);
    build.run().context("building the fuzz targets failed; they need a C++ compiler")?;
    for target in wanted {
        let program = folder.join("target").join(&triple).join("release").join(target);
        fuzz(&shell, &program, &folder, target, options.seconds)?;
    }
    say::line("fuzzed", format_args!("{} targets, {} s each, nothing found", wanted.len(), options.seconds));
    Ok(())
}

fn targets(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in folder.join("fuzz_targets").read_dir().context("fuzz/fuzz_targets cannot be read")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            names.extend(path.file_stem().and_then(|name| name.to_str()).map(str::to_owned));
        }
    }
    names.sort();
    Ok(names)
}

fn fuzz(shell: &Shell, program: &Path, folder: &Path, target: &str, seconds: u64) -> Result<()> {
    let [corpus, seeds, finds] = ["corpus", "seeds", "artifacts"].map(|kind| folder.join(kind).join(target));
    shell.create_dir(&corpus)?;
    shell.create_dir(&finds)?;
    let run = shell
        .cmd(program)
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-timeout={}", SLOWEST.as_secs()))
        .arg(format!("-artifact_prefix={}/", finds.display()))
        .args([&corpus, &seeds]);
    let output = run.quiet().ignore_status().output()?;
    let report = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        // The last lines name the panic and the file with the input.
        let lines: Vec<&str> = report.lines().collect();
        bail!(
            "{target} found something:\n{}",
            lines.get(lines.len().saturating_sub(15)..).unwrap_or_default().join("\n")
        );
    }
    let done = report.lines().rev().find(|line| line.starts_with("Done ")).unwrap_or("done");
    say::line(target, done.trim_start_matches("Done ").trim());
    Ok(())
}

//! `cargo xtask test`: what must pass before a change lands, in the order that tells soonest.

use std::time::Instant;

use anyhow::{Context, Result};

use crate::{project, say};

struct Step {
    name: &'static str,
    cargo: &'static [&'static str],
    env: &'static [(&'static str, &'static str)],
}

/// Lints and tests take the same features, so that dependencies are built once for each.
const STEPS: [Step; 4] = [
    Step { name: "formatting", cargo: &["fmt", "--all", "--check"], env: &[] },
    Step {
        name: "lints",
        cargo: &["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"],
        env: &[],
    },
    Step { name: "tests", cargo: &["test", "--workspace", "--all-features"], env: &[] },
    Step {
        name: "documents",
        cargo: &["doc", "--workspace", "--no-deps", "--all-features"],
        env: &[("RUSTDOCFLAGS", "-Dwarnings")],
    },
];

/// Runs every step and stops at the first that fails.
///
/// # Errors
/// The failed step, by name.
pub fn run() -> Result<()> {
    let shell = project::shell()?;
    let start = Instant::now();
    for (number, Step { name, cargo, env }) in (1..).zip(&STEPS) {
        say::line(&format!("{number}/{} {name}", STEPS.len()), format_args!("cargo {}", cargo.join(" ")));
        let step = project::cargo(&shell, "cargo").args(*cargo).envs(env.iter().copied());
        step.run().with_context(|| format!("step `{name}` failed"))?;
    }
    say::line("passed", format_args!("all {} steps in {} s", STEPS.len(), start.elapsed().as_secs()));
    Ok(())
}

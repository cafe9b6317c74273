//! Examples of other crates, built for release: `cargo xtask` itself is not.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::project;

/// What cargo tells of what it built, as far as it matters here.
#[derive(Deserialize)]
struct Built {
    target: Option<Target>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// Builds an example and answers where it is.
pub(super) fn build(package: &str, example: &str) -> Result<PathBuf> {
    let shell = project::shell()?;
    let build =
        project::cargo(&shell, "cargo").args(["build", "--release", "--package", package, "--example", example]);
    let told = build.arg("--message-format=json-render-diagnostics").read();
    let told = told.with_context(|| format!("the example {example} cannot be built"))?;
    executable(&told, example).with_context(|| format!("cargo does not tell where the example {example} is"))
}

fn executable(told: &str, example: &str) -> Option<PathBuf> {
    let messages = told.lines().filter_map(|line| serde_json::from_str::<Built>(line).ok());
    let mut built = messages.filter(|built| built.target.as_ref().is_some_and(|target| target.name == example));
    built.find_map(|built| built.executable)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_example_is_found_among_all_that_was_built() {
        let told = r#"{"reason":"compiler-artifact","target":{"name":"bytes"},"executable":null}
{"reason":"compiler-artifact","target":{"name":"other"},"executable":"/t/other"}
{"reason":"compiler-artifact","target":{"name":"echo"},"executable":"/t/echo"}
{"reason":"build-finished","success":true}"#;
        assert_eq!(executable(told, "echo").as_deref(), Some(Path::new("/t/echo")));
        assert_eq!(executable(told, "bytes"), None);
        assert_eq!(executable("", "echo"), None);
    }
}

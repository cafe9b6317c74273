//! A package that declares some of the tools, for agents that should see few. The program is the same.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use super::contents::{Change, Changes};
use crate::declaration::{Declaration, yaml};

#[derive(Deserialize)]
struct Manifest {
    plugins: Plugins,
}

#[derive(Deserialize)]
struct Plugins {
    tools: Vec<String>,
}

#[derive(Deserialize)]
struct Provider {
    tools: Vec<String>,
}

/// What differs in the package when only the named tools are declared: the provider's list, and the files of the others.
///
/// # Errors
/// When no tool has a name; it tells those there are.
pub fn changes(plugin: &Path, names: &[String]) -> Result<Changes> {
    let Manifest { plugins } = yaml(plugin, "manifest.yaml")?;
    let [provider] = plugins.tools.as_slice() else { bail!("manifest.yaml does not name one provider of tools") };
    let Provider { tools: paths } = yaml(plugin, provider)?;
    let declaration = Declaration::read(plugin)?;
    let tools: Vec<_> = declaration.tools().iter().map(|tool| tool.name().to_owned()).zip(paths).collect();
    for name in names {
        let known = tools.iter().any(|(it, _)| it == name);
        let all: Vec<_> = tools.iter().map(|(name, _)| name.as_str()).collect();
        ensure!(known, "no tool is called `{name}`; the tools are {}", all.join(", "));
    }
    let others: Vec<_> =
        tools.iter().filter(|(name, _)| !names.contains(name)).map(|(_, path)| path.as_str()).collect();
    let text = fs::read_to_string(plugin.join(provider)).with_context(|| format!("{provider} cannot be read"))?;
    let mut changes = Changes::from([(provider.clone(), Change::Text(without(&text, &others)?))]);
    changes.extend(others.into_iter().map(|path| (path.to_owned(), Change::LeftOut)));
    Ok(changes)
}

/// The provider's text without the lines that name these tools.
fn without(provider: &str, paths: &[&str]) -> Result<String> {
    let names = |line: &str| line.trim().strip_prefix("- ").is_some_and(|path| paths.contains(&path.trim()));
    let kept: Vec<_> = provider.split_inclusive('\n').filter(|line| !names(line)).collect();
    let removed = provider.split_inclusive('\n').count() - kept.len();
    ensure!(removed == paths.len(), "the provider's list of tools is not one path a line");
    Ok(kept.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_another_shape_is_not_cut_wrongly() {
        let provider = "tools:\n  - tools/a.yaml\n  - tools/b.yaml\nextra: {}\n";
        assert_eq!(without(provider, &["tools/b.yaml"]).unwrap(), "tools:\n  - tools/a.yaml\nextra: {}\n");
        assert!(without("tools: [tools/a.yaml, tools/b.yaml]\n", &["tools/b.yaml"]).is_err());
    }
}

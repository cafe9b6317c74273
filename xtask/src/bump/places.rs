//! Every place that holds the version.

use anyhow::{Result, ensure};

use super::{Version, changelog};

/// A file of the repository, and how the version stands in it.
pub(super) struct Place {
    /// Its path from the root.
    pub(super) file: &'static str,
    how: How,
}

enum How {
    /// In each line that begins so, in these words, `{}` being the version.
    Words(&'static str, &'static str),
    /// As the version of each package without a source, which is one of this workspace.
    Lock,
    /// As the newest section.
    Changelog,
}

const DIFYPKG: How = How::Words("", "kling_aigc-{}.difypkg");
/// The plugin as an app's file names it.
const PLUGIN: How = How::Words("", "kling_aigc:{}@");

/// All of them.
pub(super) const PLACES: [Place; 21] = [
    Place { file: "Cargo.toml", how: How::Words("version = ", "version = \"{}\"") },
    // Each crate names the others it needs with a version, for those who take it from a registry.
    Place { file: "Cargo.toml", how: How::Words("kling-", ", version = \"{}\"") },
    Place { file: "Cargo.toml", how: How::Words("dify-plugin = ", ", version = \"{}\"") },
    Place { file: "Cargo.lock", how: How::Lock },
    Place { file: "fuzz/Cargo.lock", how: How::Lock },
    Place { file: "plugin/manifest.yaml", how: How::Words("version: ", "version: {}") },
    Place { file: "PRIVACY.md", how: How::Words("**Version", ": v{}") },
    Place { file: "README.md", how: DIFYPKG },
    Place { file: "plugin/README.md", how: DIFYPKG },
    Place { file: "plugin/readme/README_zh_Hans.md", how: DIFYPKG },
    Place { file: "examples/dify/01_prompt_to_video.yml", how: PLUGIN },
    Place { file: "examples/dify/02_image_to_video.yml", how: PLUGIN },
    Place { file: "examples/dify/03_image_then_video.yml", how: PLUGIN },
    Place { file: "examples/dify/04_list_of_prompts.yml", how: PLUGIN },
    Place { file: "examples/dify/05_wait_ran_out.yml", how: PLUGIN },
    Place { file: "examples/dify/06_loop_until_done.yml", how: PLUGIN },
    Place { file: "examples/dify/07_fail_branch.yml", how: PLUGIN },
    Place { file: "examples/dify/08_element_then_omni_video.yml", how: PLUGIN },
    Place { file: "examples/dify/09_storyboard.yml", how: PLUGIN },
    Place { file: "examples/dify/10_agent.yml", how: PLUGIN },
    Place { file: "CHANGELOG.md", how: How::Changelog },
];

impl Place {
    /// The text of the file with another version.
    ///
    /// # Errors
    /// When it does not hold the present one.
    pub(super) fn change(&self, text: &str, from: &Version, to: &Version, date: &str) -> Result<String> {
        let changed = match self.how {
            How::Words(begin, words) => {
                let (old, new) = (words.replace("{}", &from.to_string()), words.replace("{}", &to.to_string()));
                let change =
                    |line: &str| if line.starts_with(begin) { line.replace(&old, &new) } else { line.to_owned() };
                text.split_inclusive('\n').map(change).collect()
            }
            How::Lock => change_lock(text, from, to),
            How::Changelog => changelog::add_section(text, from, to, date)?,
        };
        ensure!(changed != text, "{} does not hold the version {from}", self.file);
        Ok(changed)
    }

    /// Whether the text of the file holds a version, and no other, in this way.
    pub(super) fn holds(&self, text: &str, version: &Version) -> bool {
        let number = version.to_string();
        match self.how {
            How::Words(begin, words) => {
                let (before, after) = words.split_once("{}").unwrap_or((words, ""));
                let lines = text.lines().filter(|line| line.starts_with(begin));
                let mut found = lines.flat_map(|line| line.split(before).skip(1)).peekable();
                found.peek().is_some()
                    && found.all(|rest| rest.strip_prefix(&number).is_some_and(|it| it.starts_with(after)))
            }
            How::Lock => {
                let mut ours = text.split("[[package]]").skip(1).filter(|package| is_ours(package)).peekable();
                let line = version_line(version);
                ours.peek().is_some() && ours.all(|package| package.contains(&line))
            }
            How::Changelog => changelog::newest(text) == Some(number.as_str()),
        }
    }
}

fn version_line(version: &Version) -> String {
    format!("\nversion = \"{version}\"\n")
}

/// What is fetched has a source, and what is never released this version.
fn is_ours(package: &str) -> bool {
    !package.contains("\nsource = ") && !package.contains("\nversion = \"0.0.0\"\n")
}

fn change_lock(text: &str, from: &Version, to: &Version) -> String {
    let (old, new) = (version_line(from), version_line(to));
    let change = |package: &str| if is_ours(package) { package.replacen(&old, &new, 1) } else { package.to_owned() };
    text.split("[[package]]").map(change).collect::<Vec<_>>().join("[[package]]")
}

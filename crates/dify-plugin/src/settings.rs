//! How the process was told to run: by its environment, and by the file `.env` in the working directory.

use std::collections::HashMap;
use std::path::Path;
use std::{env, fmt, fs, io};

/// Settings of the environment and, where a name is not set or is empty there, of a file `.env`: the order in which
/// `dify_plugin` 0.10.1 looks, too.
///
/// `Debug` shows none: keys are among them.
#[derive(Default)]
pub struct Settings {
    file: HashMap<String, String>,
    environment: HashMap<String, String>,
}

/// A setting that cannot be used, told to whoever starts the plugin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadSetting(pub(crate) String);

impl Settings {
    /// Those of this process, with the `.env` of a folder. One that is not there is empty.
    ///
    /// # Errors
    ///
    /// When there is a `.env` that cannot be read.
    pub fn of_process(folder: impl AsRef<Path>) -> Result<Self, BadSetting> {
        let file = match fs::read_to_string(folder.as_ref().join(".env")) {
            Ok(text) => parse(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => HashMap::new(),
            Err(error) => return Err(BadSetting(format!(".env cannot be read: {error}"))),
        };
        // Names and values that are no text are nobody's here.
        let environment =
            env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Ok(Self { file, environment: environment.collect() })
    }

    #[cfg(test)]
    pub(crate) fn of<const N: usize>(environment: [(&str, &str); N]) -> Self {
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Self { file: HashMap::new(), environment }
    }

    /// The value of this name, trimmed. An empty one counts as none.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found =
            |values: &'_ HashMap<String, String>| values.get(name).is_some_and(|value| !value.trim().is_empty());
        let values = [&self.environment, &self.file].into_iter().find(|values| found(values))?;
        values.get(name).map(|value| value.trim())
    }

    /// The port of this name.
    #[cfg(any(feature = "remote", feature = "serverless", test))]
    pub(crate) fn port(&self, name: &str, default: u16) -> Result<u16, BadSetting> {
        let Some(text) = self.get(name) else { return Ok(default) };
        text.parse().map_err(|_| BadSetting(format!("{name} must be a port number, not `{text}`")))
    }

    /// How to be run: the word of `INSTALL_METHOD`.
    pub(crate) fn install_method(&self) -> Result<InstallMethod, BadSetting> {
        match self.get("INSTALL_METHOD") {
            None | Some("local") => Ok(InstallMethod::Local),
            Some("remote") => Ok(InstallMethod::Remote),
            Some("serverless") => Ok(InstallMethod::Serverless),
            Some("aws_lambda") => Ok(InstallMethod::AwsLambda),
            Some(other) => Err(BadSetting(format!(
                "INSTALL_METHOD is `{other}`; known are local, remote, serverless and aws_lambda"
            ))),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").finish_non_exhaustive()
    }
}

/// The ways to run a plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InstallMethod {
    /// By Dify's daemon, over the standard streams.
    Local,
    /// By its developer, over TCP.
    Remote,
    /// Behind HTTP.
    Serverless,
    /// The same, with the names of settings that Dify's marketplace uses to try a plugin out.
    AwsLambda,
}

/// Lines of `NAME=value`. `export` before the name, quotes around the value, blank lines and comments (`#` at the
/// beginning or, outside quotes, after a blank) are understood; anything else is skipped.
fn parse(text: &str) -> HashMap<String, String> {
    text.lines().filter_map(parse_line).collect()
}

fn parse_line(line: &str) -> Option<(String, String)> {
    let line = line.trim_start_matches('\u{feff}').trim();
    let (name, value) = line.strip_prefix("export ").unwrap_or(line).split_once('=')?;
    let name = name.trim();
    if name.is_empty() || name.starts_with('#') {
        return None;
    }
    let value = value.trim();
    let quoted = ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.split_once(quote));
    let value = match quoted {
        Some((inner, _)) => inner,
        None if value.starts_with('#') => "",
        None => value.split_once(" #").map_or(value, |(value, _)| value.trim_end()),
    };
    Some((name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_as_people_write_it() {
        let text = "\u{feff}# a comment\n\nA=1\r\nexport B = two words  # why\nC=\"#3 = 'x'\" # tail\nD='4'\nE=\n=6\nno line\n#F=7\nG=a#b\nH= # only why\n";
        let found = parse(text);
        let expected =
            [("A", "1"), ("B", "two words"), ("C", "#3 = 'x'"), ("D", "4"), ("E", ""), ("G", "a#b"), ("H", "")];
        assert_eq!(found, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    }

    #[test]
    fn the_environment_goes_before_the_file_unless_empty() {
        let map = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let settings = Settings {
            environment: map(&[("A", "environment"), ("B", " ")]),
            file: map(&[("A", "file"), ("B", " file "), ("C", "file")]),
        };
        assert_eq!(
            ["A", "B", "C", "D"].map(|name| settings.get(name)),
            [Some("environment"), Some("file"), Some("file"), None]
        );
    }

    #[test]
    fn one_line_says_which_words_are_known() {
        assert_eq!(Settings::default().install_method(), Ok(InstallMethod::Local));
        assert_eq!(Settings::of([("INSTALL_METHOD", "aws_lambda")]).install_method(), Ok(InstallMethod::AwsLambda));
        let refused = Settings::of([("INSTALL_METHOD", "Remote")]).install_method().unwrap_err();
        insta::assert_snapshot!(
            refused,
            @"INSTALL_METHOD is `Remote`; known are local, remote, serverless and aws_lambda"
        );
    }

    #[test]
    fn a_port_is_a_number() {
        assert_eq!(Settings::default().port("P", 8080), Ok(8080));
        assert_eq!(Settings::of([("P", "81")]).port("P", 8080), Ok(81));
        assert!(Settings::of([("P", "eighty")]).port("P", 8080).is_err());
    }
}

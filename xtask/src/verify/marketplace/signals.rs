//! Calls in Python files that the marketplace counts as sensitive. They are allowed, and the pull request must tell why
//! they are there (`dify-marketplace-toolkit`, `toolkit/scan/capabilities.py`, 2026-11).

use std::path::Path;

use super::warning;
use crate::difypkg::{Entry, Finding, Package};

/// Categories and their calls; `*` stands for lower-case letters and `_`. The toolkit has more, for databases, SSH and
/// browsers, which a plugin whose program is native has no use for in Python.
const SIGNALS: [(&str, &[&str]); 4] = [
    (
        "command execution",
        &[
            "subprocess.run",
            "subprocess.Popen",
            "subprocess.call",
            "subprocess.check_call",
            "subprocess.check_output",
            "os.system",
            "os.popen",
            "os.spawn*",
            "os.exec*",
            "pty.spawn",
        ],
    ),
    (
        "code execution",
        &[
            "eval",
            "exec",
            "compile",
            "importlib.import_module",
            "__import__",
            "pickle.load",
            "pickle.loads",
            "marshal.load",
            "marshal.loads",
        ],
    ),
    (
        "filesystem operations",
        &[
            "open",
            "os.remove",
            "os.unlink",
            "os.rename",
            "os.replace",
            "os.makedirs",
            "os.listdir",
            "os.walk",
            "shutil.copy",
            "shutil.copyfile",
            "shutil.copytree",
            "shutil.move",
            "shutil.rmtree",
            "glob.glob",
        ],
    ),
    (
        "arbitrary network requests",
        &[
            "requests.*",
            "httpx.*",
            "aiohttp.ClientSession",
            "urllib.request.Request",
            "urllib.request.urlopen",
            "urlopen",
        ],
    ),
];

/// A warning a line and category.
pub(super) fn check(package: &Package) -> Vec<Finding> {
    let is_python = |entry: &&Entry| Path::new(&entry.name).extension().is_some_and(|end| end == "py");
    package.entries().iter().filter(is_python).flat_map(of_file).collect()
}

fn of_file(Entry { name, content, .. }: &Entry) -> Vec<Finding> {
    let text = String::from_utf8_lossy(content);
    let lines = text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.starts_with('#'));
    let of_line = |(at, line): (usize, &str)| {
        let place = format!("{name}:{}", at + 1);
        raised(line)
            .map(|(category, call)| {
                let message = format!("`{call}` raises the signal \"{category}\", which the pull request must explain");
                warning("signal", &place, message)
            })
            .collect::<Vec<_>>()
    };
    lines.flat_map(of_line).collect()
}

/// The categories of a line, each with the first of its calls.
fn raised(line: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    SIGNALS.into_iter().filter_map(move |(category, calls)| {
        calls.iter().find(|call| has_call(line, call)).map(|call| (category, *call))
    })
}

fn has_call(line: &str, call: &str) -> bool {
    let (name, is_open) = call.strip_suffix('*').map_or((call, false), |name| (name, true));
    let in_name = |character: char| character.is_alphanumeric() || character == '_';
    line.match_indices(name).any(|(at, _)| {
        let before = line.get(..at).unwrap_or_default();
        // A method that is called so is another function.
        let is_own = !before.ends_with(in_name) && (name.contains('.') || !before.ends_with('.'));
        let mut after = line.get(at + name.len()..).unwrap_or_default();
        if is_open {
            after = after.trim_start_matches(|character: char| character.is_ascii_lowercase() || character == '_');
        }
        is_own && after.trim_start().starts_with('(')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn categories(line: &str) -> Vec<&'static str> {
        raised(line).map(|(category, _)| category).collect()
    }

    #[test]
    fn calls_are_told_from_names_that_look_like_them() {
        for (line, expected) in [
            ("os.execv(program, argv)", "command execution"),
            ("os.execve (program, argv, env)", "command execution"),
            ("exec(code)", "code execution"),
            ("x = [compile(it) for it in all]", "code execution"),
            ("with open(path) as file:", "filesystem operations"),
            ("os.listdir(folder)", "filesystem operations"),
            ("requests.get(url)", "arbitrary network requests"),
        ] {
            assert_eq!(categories(line), [expected], "{line}");
        }
        for line in
            ["re.compile(x)", "image.open(x)", "reopen(x)", "open_file(x)", "os.execv", "os.chmod(x)", "evaluate(x)"]
        {
            assert_eq!(categories(line), [""; 0], "{line}");
        }
        assert_eq!(categories("os.system(open(x).read())"), ["command execution", "filesystem operations"]);
    }
}

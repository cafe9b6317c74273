//! Files and folders that may not be in a package.

use super::{error, warning};
use crate::difypkg::{Entry, Finding, Package};

const FOLDERS: [&str; 14] = [
    ".git",
    ".idea",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".tox",
    ".uv-cache",
    ".venv",
    ".vscode",
    "__pycache__",
    "env",
    "node_modules",
    "venv",
    ".cache",
];
const FOLDERS_TO_EXPLAIN: [&str; 2] = ["build", "dist"];
const FILES: [&str; 2] = [".DS_Store", "Thumbs.db"];
const ENDS: [&str; 9] = [".bak", ".key", ".log", ".pem", ".pyc", ".pyo", ".swp", ".temp", ".tmp"];
/// A file of settings, unless it is an example.
const SETTINGS: &str = ".env";
const EXAMPLES: [&str; 3] = [".example", ".sample", ".template"];
const ARCHIVES: [&str; 8] = [".7z", ".bz2", ".difypkg", ".gz", ".rar", ".tar", ".xz", ".zip"];
const LIBRARIES: [&str; 6] = [".dll", ".dylib", ".exe", ".node", ".pyd", ".so"];
const PROGRAM_NAME: &str = "dify-plugin-linux-";
const TO_EXPLAIN: [&str; 3] = [".bin", ".run", ".sh"];

pub(super) fn check(package: &Package) -> Vec<Finding> {
    package.entries().iter().flat_map(|entry| [blocked(entry), binary(entry)]).flatten().collect()
}

fn blocked(entry: &Entry) -> Option<Finding> {
    let place = entry.name.as_str();
    let (folders, name) = place.rsplit_once('/').unwrap_or(("", place));
    if let Some(folder) = folders.split('/').find(|folder| FOLDERS.contains(folder)) {
        return Some(error("blocked-folder", place, format!("is in {folder}/")));
    }
    let settings = name.starts_with(SETTINGS) && !ends(name, &EXAMPLES);
    if settings || FILES.contains(&name) || ends(name, &ENDS) {
        return Some(error("blocked-file", place, "is no file for a package"));
    }
    if let Some(folder) = folders.split('/').find(|folder| FOLDERS_TO_EXPLAIN.contains(folder)) {
        return Some(warning(
            "build-output",
            place,
            format!("is in {folder}/, which looks like the output of a build"),
        ));
    }
    ends(name, &ARCHIVES).then(|| warning("archive", place, "is an archive"))
}

fn binary(entry: &Entry) -> Option<Finding> {
    let Entry { name: place, content, mode } = entry;
    let (folders, name) = place.rsplit_once('/').unwrap_or(("", place));
    let kind = match content.get(..4) {
        Some(b"\x7fELF") => Some("an ELF program"),
        Some([b'M', b'Z', ..]) => Some("a program for Windows"),
        Some(
            b"\xfe\xed\xfa\xce" | b"\xfe\xed\xfa\xcf" | b"\xce\xfa\xed\xfe" | b"\xcf\xfa\xed\xfe" | b"\xca\xfe\xba\xbe",
        ) => Some("a program for macOS"),
        _ => (ends(name, &LIBRARIES) || name.starts_with(PROGRAM_NAME)).then_some("named as a program"),
    };
    let in_wheel = folders.split('/').any(|folder| ends(folder, &[".whl"]));
    match kind {
        Some(kind) if in_wheel => Some(warning("binary", place, format!("is {kind}, in an unpacked wheel"))),
        Some(kind) => {
            Some(error("binary", place, format!("is {kind}; the marketplace wants it in a wheel of its own")))
        }
        None if ends(name, &TO_EXPLAIN) => Some(warning("binary", place, "looks like something to run")),
        None if mode.is_some_and(|mode| mode & 0o111 != 0) => Some(warning("binary", place, "is marked as executable")),
        None => None,
    }
}

/// Whatever the case of the letters.
fn ends(name: &str, ends: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    ends.iter().any(|end| name.ends_with(end))
}

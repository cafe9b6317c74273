//! Python files compile.

use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::difypkg::{Enforcer, Entry, Finding, Package};
use crate::python::PYTHON;

/// Compiles what comes in, runs none of it, and tells in one line what is wrong.
const COMPILE: &str = "
import sys
try:
    compile(sys.stdin.buffer.read(), 'it', 'exec')
except SyntaxError as error:
    sys.exit('line %s: %s' % (error.lineno, error.msg))
except ValueError as error:
    sys.exit(str(error))
";

pub(super) fn check(package: &Package) -> Vec<Finding> {
    let is_python = |entry: &&Entry| Path::new(&entry.name).extension().is_some_and(|end| end == "py");
    let mut findings = Vec::new();
    for Entry { name, content, .. } in package.entries().iter().filter(is_python) {
        match compile(content) {
            Ok(None) => {}
            Ok(Some(error)) => {
                let message = format!("does not compile: {error}");
                findings.push(Finding::error(Enforcer::Marketplace, "python", name, message));
            }
            Err(error) => {
                let message = format!("is not compiled, because {PYTHON} cannot be started: {error}");
                findings.push(Finding::warning(Enforcer::Advice, "python", name, message));
            }
        }
    }
    findings
}

fn compile(source: &[u8]) -> io::Result<Option<String>> {
    // Isolated: nothing of this machine's settings or of the current folder takes part.
    let mut child = Command::new(PYTHON)
        .args(["-I", "-S", "-c", COMPILE])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    // Closed at once behind the source, or it would be waited for.
    child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(source))?;
    let done = child.wait_with_output()?;
    let reason = String::from_utf8_lossy(&done.stderr).trim().to_owned();
    Ok((!done.status.success()).then_some(reason))
}

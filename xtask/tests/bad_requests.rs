//! What a package cannot be is told in one line, before anything is built.

use std::process::{Command, Output};

use tempfile::TempDir;
use xtask::arch::Arch;

fn package(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("package").args(arguments);
    command
}

fn refusal(command: &mut Command) -> String {
    let Output { status, stderr, stdout } = command.output().unwrap();
    let stderr = String::from_utf8(stderr).unwrap();
    assert!(!status.success() && !String::from_utf8_lossy(&stdout).contains("build"), "{stderr}");
    stderr
}

#[test]
fn an_unsupported_architecture() {
    let told = refusal(&mut package(&["--arch", "riscv64"]));
    assert!(told.starts_with("error: invalid value 'riscv64' for '--arch <ARCH>'"), "{told}");
    assert!(told.contains("[possible values: amd64, arm64]"), "{told}");
}

#[test]
fn an_unknown_tool() {
    let told = refusal(&mut package(&["--tools", "text_2_video_create,text2video"]));
    assert!(told.starts_with("error: no tool is called `text2video`; the tools are "), "{told}");
    assert_eq!(told.matches('\n').count(), 1, "{told}");
}

#[test]
fn an_architecture_without_its_tools() {
    // A machine with nothing installed.
    let empty = TempDir::new().unwrap();
    let arch = Arch::ALL.into_iter().find(|arch| *arch != Arch::of_this_machine().unwrap()).unwrap();
    let told = refusal(package(&["--arch", arch.name()]).env("PATH", empty.path()));
    let target = arch.target();
    assert!(told.starts_with(&format!("error: {arch} cannot be built here: ")), "{told}");
    for command in
        [format!("rustup target add {target}"), format!("apt-get install gcc-{}", arch.machine().replace('_', "-"))]
    {
        assert!(told.contains(&command), "{told}");
    }
    assert_eq!(told.matches('\n').count(), 1, "{told}");
}

#[test]
fn a_program_in_the_flavour_that_has_none() {
    let told = refusal(&mut package(&["--flavour", "marketplace", "--arch", "amd64"]));
    assert_eq!(told, "error: --arch: a package for the marketplace has no program inside\n");
}

//! `plugin/main.py` becomes the program under `bin/<arch>/`, or says in one line why it cannot.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;
use xtask::arch::Arch;
use xtask::{project, python};

/// A folder as Dify unpacks it, with the real `main.py`.
struct Folder {
    folder: TempDir,
    // A process that another test forks would for a moment hold the program open for writing, and so keep it from
    // being run.
    _alone: MutexGuard<'static, ()>,
}

impl Folder {
    fn with_main_py() -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = TempDir::new().unwrap();
        fs::copy(project::root().join("plugin/main.py"), folder.path().join("main.py")).unwrap();
        Self { folder, _alone: alone }
    }

    fn with_program(content: &[u8]) -> Self {
        let folder = Self::with_main_py();
        let program = folder.program();
        fs::create_dir_all(program.parent().unwrap()).unwrap();
        fs::write(&program, content).unwrap();
        fs::set_permissions(&program, Permissions::from_mode(0o644)).unwrap();
        folder
    }

    fn program(&self) -> PathBuf {
        let arch = Arch::of_this_machine().unwrap();
        self.folder.path().join("bin").join(arch.name()).join(project::BINARY)
    }

    fn mode(&self) -> u32 {
        fs::metadata(self.program()).unwrap().permissions().mode() & 0o777
    }

    fn files(&self) -> usize {
        fs::read_dir(self.folder.path()).unwrap().count()
            + fs::read_dir(self.program().parent().unwrap()).unwrap().count()
    }

    /// One that pip has put into a virtual environment of the folder.
    fn with_wheel(content: &[u8]) -> (Self, PathBuf) {
        let folder = Self::with_main_py();
        let made = Command::new(python::PYTHON)
            .args(["-m", "venv", "--without-pip", ".venv"])
            .current_dir(folder.folder.path())
            .status();
        assert!(made.unwrap().success(), "these tests need venv, as with: apt-get install python3-venv");
        let program = folder.folder.path().join(".venv/bin").join(project::BINARY);
        fs::write(&program, content).unwrap();
        fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
        let python = program.with_file_name("python");
        (folder, python)
    }

    /// As Dify starts it.
    fn start(&self, arguments: &[&str]) -> Child {
        spawn(python::start_plugin(Command::new(python::PYTHON), self.folder.path()).args(arguments))
    }

    /// The same on a machine that differs, as told by `patches` in Python.
    fn start_where(&self, patches: &str, arguments: &[&str]) -> Child {
        let driver = format!("import os, runpy\n{patches}\nrunpy.run_path('main.py', run_name='__main__')");
        spawn(Command::new(python::PYTHON).arg("-c").arg(driver).args(arguments).current_dir(self.folder.path()))
    }
}

/// The machine's interpreter in full.
fn interpreter() -> String {
    let told = Command::new(python::PYTHON).args(["-c", "import sys; print(sys.executable)"]).output().unwrap();
    String::from_utf8(told.stdout).unwrap().trim().to_owned()
}

fn spawn(command: &mut Command) -> Child {
    command.env("PYTHONDONTWRITEBYTECODE", "1").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("these tests need python3, as with: apt-get install python3")
}

fn assert_one_line(output: &Output, told: &str) {
    let stderr = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert_eq!(output.stdout, b"");
    assert!(stderr.starts_with("kling-aigc: ") && stderr.contains(told), "{stderr}");
    assert_eq!(stderr.matches('\n').count(), 1, "{stderr}");
}

const SCRIPT: &[u8] = b"#!/bin/sh\necho $$ \"$INSTALL_METHOD\" \"$@\"\ncat\nexit 7\n";
/// Even root may not run a file without an exec bit.
const READ_ONLY: &str = "def refuse(*_): raise PermissionError(13, 'Permission denied')\nos.chmod = refuse";

#[test]
fn the_process_becomes_the_program() {
    let folder = Folder::with_program(SCRIPT);
    let mut child = folder.start(&["one", "two words"]);
    child.stdin.take().unwrap().write_all(b"from stdin").unwrap();
    let id = child.id();

    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(String::from_utf8_lossy(&output.stdout), format!("{id} local one two words\nfrom stdin"));
    assert_eq!(output.status.code(), Some(7));
    assert_eq!(folder.mode(), 0o755);
}

#[test]
fn the_program_of_a_wheel_is_found_beside_python() {
    let (folder, python) = Folder::with_wheel(SCRIPT);
    let mut child = spawn(&mut python::start_plugin(Command::new(python), folder.folder.path()));
    child.stdin.take().unwrap().write_all(b"from stdin").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(String::from_utf8_lossy(&output.stdout).ends_with(" local\nfrom stdin"));
    assert_eq!(output.status.code(), Some(7));
}

#[test]
fn a_program_on_the_path_is_never_run() {
    let (folder, _) = Folder::with_wheel(SCRIPT);
    let path = std::env::var("PATH").unwrap();
    let own = folder.folder.path().join(project::BINARY);
    fs::write(&own, SCRIPT).unwrap();
    fs::set_permissions(&own, Permissions::from_mode(0o755)).unwrap();
    // Absolute, relative, and the folder the process is in.
    let own = folder.folder.path().display();
    for path in [format!("{own}:{path}"), format!("{own}/.venv/bin:{path}"), format!(".::.venv/bin:{path}")] {
        // The interpreter is named in full: what is looked for on the PATH must be the program alone.
        let mut start = python::start_plugin(Command::new(interpreter()), folder.folder.path());
        let output = spawn(start.env("PATH", path)).wait_with_output().unwrap();
        assert_one_line(&output, "(it has: none), and pip has installed none beside ");
    }
}

#[test]
fn a_link_to_python_is_not_followed_out_of_its_environment_but_its_prefix_counts() {
    // A virtual environment's interpreter is a link: beside its target lies another program.
    let (folder, python) = Folder::with_wheel(SCRIPT);
    let target = folder.folder.path().join("elsewhere");
    fs::create_dir(&target).unwrap();
    let real = fs::canonicalize(&python).unwrap();
    fs::remove_file(&python).unwrap();
    std::os::unix::fs::symlink(&real, target.join("python")).unwrap();
    std::os::unix::fs::symlink(target.join("python"), &python).unwrap();
    fs::write(target.join(project::BINARY), "#!/bin/sh\nexit 3\n").unwrap();
    fs::set_permissions(target.join(project::BINARY), Permissions::from_mode(0o755)).unwrap();
    let mut start = python::start_plugin(Command::new(&python), folder.folder.path());
    let output = spawn(&mut start).wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(7), "{}", String::from_utf8_lossy(&output.stderr));

    // A Python that was started by a link elsewhere: pip installs below its prefix.
    let prefix = folder.folder.path().join(".venv");
    let patches = format!("import sys\nsys.prefix = {:?}", prefix.display().to_string());
    let output = folder.start_where(&patches, &[]).wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(7), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The allocator's settings that the program sees, where these variables are set.
fn tunables(variables: &[(&str, &str)]) -> String {
    let folder = Folder::with_program(b"#!/bin/sh\nprintf '%s' \"$GLIBC_TUNABLES\"\n");
    let mut start = python::start_plugin(Command::new(python::PYTHON), folder.folder.path());
    for name in ["GLIBC_TUNABLES", "MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"] {
        start.env_remove(name);
    }
    let output = spawn(start.envs(variables.iter().copied())).wait_with_output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_allocator_is_told_to_give_memory_back_unless_the_administrator_says_otherwise() {
    let [map, trim, arenas] =
        ["glibc.malloc.mmap_threshold=131072", "glibc.malloc.trim_threshold=131072", "glibc.malloc.arena_max=2"];
    assert_eq!(tunables(&[]), format!("{map}:{trim}:{arenas}"));
    assert_eq!(tunables(&[("GLIBC_TUNABLES", "")]), format!("{map}:{trim}:{arenas}"));
    let other = "glibc.malloc.perturb=1";
    assert_eq!(tunables(&[("GLIBC_TUNABLES", other)]), format!("{other}:{map}:{trim}:{arenas}"));
    let same = "glibc.malloc.arena_max=8:glibc.malloc.trim_threshold=1";
    assert_eq!(tunables(&[("GLIBC_TUNABLES", same)]), format!("{same}:{map}"));
    assert_eq!(tunables(&[("MALLOC_ARENA_MAX", "8")]), format!("{map}:{trim}"));
}

#[test]
fn the_program_of_the_package_comes_first() {
    let (folder, python) = Folder::with_wheel(b"#!/bin/sh\nexit 3\n");
    fs::create_dir_all(folder.program().parent().unwrap()).unwrap();
    fs::write(folder.program(), SCRIPT).unwrap();
    let output =
        spawn(&mut python::start_plugin(Command::new(python), folder.folder.path())).wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(7), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_machine_decides_which_program() {
    let folder = Folder::with_program(SCRIPT);
    for arch in Arch::ALL {
        let program = folder.folder.path().join("bin").join(arch.name()).join(project::BINARY);
        fs::create_dir_all(program.parent().unwrap()).unwrap();
        fs::write(program, format!("#!/bin/sh\necho {arch}\n")).unwrap();
    }
    for arch in Arch::ALL {
        let machine = arch.machine();
        let uname = format!("os.uname = lambda: os.uname_result(('Linux', 'host', '6.8', '1', '{machine}'))");
        let output = folder.start_where(&uname, &[]).wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), format!("{arch}\n"));
    }
}

#[test]
fn an_executable_program_is_left_as_it_is() {
    let folder = Folder::with_program(SCRIPT);
    fs::set_permissions(folder.program(), Permissions::from_mode(0o711)).unwrap();
    let output = folder.start_where(READ_ONLY, &[]).wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(7), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(folder.mode(), 0o711);
}

#[test]
fn a_read_only_folder_is_run_from_memory() {
    // A memory file needs a real program: a script's interpreter could not open it.
    let folder = Folder::with_program(&fs::read(env!("CARGO_BIN_EXE_xtask")).unwrap());
    let old_kernel = "create = os.memfd_create\n\
        def memfd_create(name, flags):\n    \
            if flags & 0x10: raise OSError(22, 'Invalid argument')\n    \
            return create(name, flags)\n\
        os.memfd_create = memfd_create";
    for patches in [READ_ONLY.to_owned(), format!("{READ_ONLY}\n{old_kernel}")] {
        let before = folder.files();
        let output = folder.start_where(&patches, &["--version"]).wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        assert_eq!(String::from_utf8_lossy(&output.stdout), format!("xtask {}\n", project::VERSION));
        assert!(output.status.success());
        assert_eq!((folder.mode(), folder.files()), (0o644, before), "nothing is written");
    }
}

#[test]
fn a_machine_without_a_program_is_told_in_one_line() {
    let folder = Folder::with_program(SCRIPT);
    let riscv = "os.uname = lambda: os.uname_result(('Linux', 'host', '6.8', '1', 'riscv64'))";
    let output = folder.start_where(riscv, &[]).wait_with_output().unwrap();
    let has = Arch::of_this_machine().unwrap().name();
    assert_one_line(&output, &format!("no program for machine riscv64 in this package (it has: {has})"));
}

#[test]
fn a_missing_program_is_told_in_one_line() {
    let output = Folder::with_main_py().start(&[]).wait_with_output().unwrap();
    assert_one_line(&output, "(it has: none)");
}

#[test]
fn a_broken_program_is_told_in_one_line() {
    let output = Folder::with_program(b"\x7fELF").start(&[]).wait_with_output().unwrap();
    assert_one_line(&output, "cannot start the program of ");
}

#[test]
fn a_machine_that_refuses_both_ways_is_told_in_one_line() {
    let folder = Folder::with_program(SCRIPT);
    let sealed = format!("{READ_ONLY}\nos.memfd_create = refuse");
    let output = folder.start_where(&sealed, &[]).wait_with_output().unwrap();
    assert_one_line(&output, "Permission denied");
}

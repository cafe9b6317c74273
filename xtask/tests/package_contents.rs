//! The package holds what it should and nothing else, its bytes depend on nothing but that, and it unpacks as in Dify.

use std::fs::{self, File, Permissions};
use std::io::{Cursor, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::TempDir;
use xtask::arch::Arch;
use xtask::package::archive::{self, MAX_UNPACKED_BYTES};
use xtask::package::contents::{self, Change, Changes, Entry};
use xtask::package::unpack::unpack;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// In the order of the package. Bytewise, capitals come first and `_` stands between them and small letters.
const EXPECTED: [&str; 8] = [
    "LICENSE",
    "PRIVACY.md",
    "README.md",
    "_assets/icon.svg",
    "bin/arm64/kling-aigc",
    "main.py",
    "manifest.yaml",
    "tools/a.yaml",
];

/// A repository in small.
struct Repository(TempDir);

impl Repository {
    fn new() -> Self {
        let repository = Self(TempDir::new().unwrap());
        for path in ["tools/a.yaml", "manifest.yaml", "_assets/icon.svg", "README.md", "main.py"] {
            repository.write(&format!("plugin/{path}"), path);
        }
        for path in ["PRIVACY.md", "LICENSE", "built"] {
            repository.write(path, path);
        }
        repository
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn collect(&self) -> anyhow::Result<Vec<Entry>> {
        self.collect_changed(&Changes::new())
    }

    fn collect_changed(&self, changes: &Changes) -> anyhow::Result<Vec<Entry>> {
        contents::collect(self.0.path(), &[(Arch::Arm64, &self.path("built"))], changes)
    }

    fn refusal(&self) -> String {
        self.collect().unwrap_err().to_string()
    }

    fn package(&self) -> Vec<u8> {
        archive::write(&self.collect().unwrap()).unwrap()
    }
}

fn zip_with(name: &str) -> Cursor<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(name, SimpleFileOptions::default()).unwrap();
    zip.write_all(b"content").unwrap();
    zip.finish().unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn only_what_belongs_there_is_taken() {
    let repository = Repository::new();
    for leftover in [".env", "tools/.a.yaml.swp", ".git/config", "__pycache__/main.pyc", "main.pyc"] {
        repository.write(&format!("plugin/{leftover}"), "leftover");
    }
    repository.write("notes.txt", "not in plugin/");
    let paths: Vec<_> = repository.collect().unwrap().into_iter().map(|entry| entry.path).collect();
    assert_eq!(paths, EXPECTED);
}

#[test]
fn each_architecture_has_its_folder() {
    let repository = Repository::new();
    let built = repository.path("built");
    let binaries = [(Arch::Arm64, built.as_path()), (Arch::Amd64, built.as_path())];
    let entries = contents::collect(repository.0.path(), &binaries, &Changes::new()).unwrap();
    let programs: Vec<_> =
        entries.iter().map(|entry| entry.path.as_str()).filter(|it| it.starts_with("bin/")).collect();
    assert_eq!(programs, ["bin/amd64/kling-aigc", "bin/arm64/kling-aigc"]);

    let none = contents::collect(repository.0.path(), &[], &Changes::new()).unwrap();
    assert!(none.iter().all(|entry| !entry.path.starts_with("bin/")));
}

#[test]
fn a_change_replaces_a_file_or_leaves_it_out() {
    let repository = Repository::new();
    let changes = Changes::from([
        ("manifest.yaml".into(), Change::Text("other".into())),
        ("tools/a.yaml".into(), Change::LeftOut),
    ]);
    let entries = repository.collect_changed(&changes).unwrap();
    let manifest = entries.iter().find(|entry| entry.path == "manifest.yaml").unwrap();
    assert_eq!((manifest.source.read().unwrap(), manifest.size), (b"other".to_vec(), 5));
    assert!(entries.iter().all(|entry| entry.path != "tools/a.yaml"));
    assert_eq!(entries.len(), EXPECTED.len() - 1);

    let vain = repository.collect_changed(&Changes::from([("tools/b.yaml".into(), Change::LeftOut)])).unwrap_err();
    assert_eq!(vain.to_string(), "tools/b.yaml is not in plugin/");
}

#[test]
fn a_copy_stands_beside_what_it_is_a_copy_of() {
    let repository = Repository::new();
    let copy_as = |path: &str, original: &str| {
        repository.collect_changed(&Changes::from([(path.into(), Change::CopyOf(original.into()))]))
    };
    let entries = copy_as("b.yaml", "tools/a.yaml").unwrap();
    let content = |path: &str| {
        let entry = entries.iter().find(|entry| entry.path == path).unwrap();
        (entry.source.read().unwrap(), entry.size)
    };
    assert_eq!(content("b.yaml"), content("tools/a.yaml"));
    assert_eq!(entries.len(), EXPECTED.len() + 1);

    assert_eq!(copy_as("b.yaml", "tools/b.yaml").unwrap_err().to_string(), "tools/b.yaml is not in plugin/");
    let twice = copy_as("manifest.yaml", "tools/a.yaml").unwrap_err();
    assert_eq!(twice.to_string(), "manifest.yaml would be in the package twice");
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let repository = Repository::new();
    repository.write("plugin/LICENSE", "another");
    assert_eq!(repository.refusal(), "LICENSE would be in the package twice");

    let repository = Repository::new();
    fs::remove_file(repository.path("PRIVACY.md")).unwrap();
    assert!(repository.refusal().ends_with("PRIVACY.md is missing"));

    let repository = Repository::new();
    symlink("/etc/hostname", repository.path("plugin/host")).unwrap();
    assert!(repository.refusal().ends_with("host is neither a file nor a folder"));
}

#[test]
fn a_package_above_the_limit_is_refused_with_the_sizes() {
    let repository = Repository::new();
    let size = |bytes| {
        File::create(repository.path("built")).unwrap().set_len(bytes).unwrap();
        archive::unpacked_size(&repository.collect().unwrap())
    };
    let rest = size(0).unwrap();
    assert_eq!(size(MAX_UNPACKED_BYTES - rest).unwrap(), MAX_UNPACKED_BYTES);
    let refusal = size(MAX_UNPACKED_BYTES + 1024 * 1024).unwrap_err().to_string();
    assert!(refusal.contains("unpacks to 51.0 MiB, Dify takes 50.0 MiB"), "{refusal}");
    assert!(refusal.contains("bin/arm64/kling-aigc (51.0 MiB)"), "{refusal}");
}

#[test]
fn every_entry_is_a_sorted_deflated_file_without_a_time() {
    let mut zip = ZipArchive::new(Cursor::new(Repository::new().package())).unwrap();
    let mut names = Vec::new();
    for index in 0..zip.len() {
        let entry = zip.by_index(index).unwrap();
        names.push(entry.name().unwrap().into_owned());
        assert!(entry.is_file());
        assert_eq!(entry.compression(), CompressionMethod::Deflated);
        assert_eq!(entry.last_modified(), Some(DateTime::from_date_and_time(1980, 1, 1, 0, 0, 0).unwrap()));
        assert_eq!(entry.unix_mode(), Some(0o100_644));
        assert!(entry.extra_data().is_none_or(|data| data.is_empty()));
        assert_eq!(entry.comment(), "");
    }
    assert_eq!(names, EXPECTED);
}

#[test]
fn the_same_content_makes_the_same_bytes() {
    let (one, other) = (Repository::new(), Repository::new());
    let script = other.path("plugin/main.py");
    File::options().write(true).open(&script).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
    fs::set_permissions(&script, Permissions::from_mode(0o700)).unwrap();
    assert!(one.package() == other.package());

    fs::write(&script, "main.pz").unwrap();
    assert!(one.package() != other.package());
}

#[test]
fn files_come_out_without_an_exec_bit() {
    let repository = Repository::new();
    fs::set_permissions(repository.path("built"), Permissions::from_mode(0o755)).unwrap();
    let folder = repository.path("installed");
    assert_eq!(unpack(Cursor::new(repository.package()), &folder).unwrap(), EXPECTED.len());

    assert_eq!(fs::read_to_string(folder.join("bin/arm64/kling-aigc")).unwrap(), "built");
    for path in EXPECTED {
        assert_eq!(mode(&folder.join(path)), 0o644, "{path}");
    }
    for path in ["", "bin", "bin/arm64", "tools"] {
        assert_eq!(mode(&folder.join(path)), 0o755, "{path}");
    }
    let again = unpack(Cursor::new(repository.package()), &folder).unwrap_err();
    assert!(again.to_string().ends_with("is not empty"));
}

#[test]
fn nothing_lands_outside_the_folder() {
    for name in ["../evil", "tools/../../evil", "/evil", "./../evil"] {
        let around = TempDir::new().unwrap();
        let folder = around.path().join("installed");
        let refusal = unpack(zip_with(name), &folder).unwrap_err().to_string();
        assert_eq!(refusal, format!("`{name}` would land outside the folder"));
        assert_eq!(fs::read_dir(&folder).unwrap().count() + fs::read_dir(around.path()).unwrap().count(), 1);
    }
}

#[test]
fn an_entry_for_a_folder_is_refused_as_in_dify() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.add_directory("tools", SimpleFileOptions::default()).unwrap();
    let folder = TempDir::new().unwrap();
    let refusal = unpack(zip.finish().unwrap(), folder.path()).unwrap_err().to_string();
    assert_eq!(refusal, "`tools/` is a folder: Dify refuses such an entry");
}

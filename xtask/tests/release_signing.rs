//! `.github/sign.py`, which signs releases without any code of third parties, makes the signature of `cargo xtask sign`.

#[path = "support/packages.rs"]
mod packages;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use packages::{KEY, small, zip};
use tempfile::TempDir;
use xtask::difypkg::{Category, Package, PublicKey, Severity};
use xtask::sign::sign;
use xtask::{project, python, verify};

struct Signed {
    folder: TempDir,
    output: Output,
}

impl Signed {
    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }
}

fn run(package: &[u8], key: &str) -> Signed {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("package"), package).unwrap();
    let output = Command::new(python::PYTHON)
        .args(["-I".as_ref(), project::root().join(".github/sign.py").as_os_str()])
        .args(["package", "signed", "public"].map(Path::new))
        .current_dir(folder.path())
        .env("SIGNING_KEY", key)
        .output()
        .unwrap();
    Signed { folder, output }
}

#[test]
fn it_is_the_signature_of_xtask() {
    let unsigned = zip(&small());
    let signed = run(&unsigned, &KEY.pem().unwrap());
    assert!(signed.output.status.success(), "{}", signed.stderr());
    let package = Package::open(&signed.file("signed")).unwrap();
    let signature = package.signature().unwrap().unwrap();
    let time = u64::try_from(signature.time).unwrap();
    let ours = Package::read(&sign(&unsigned, &KEY, Category::Community, time).unwrap()).unwrap();
    assert_eq!(ours.signature().unwrap().unwrap(), signature);
    assert_eq!(ours.entries(), package.entries());

    let public = PublicKey::open(&signed.file("public")).unwrap();
    assert_eq!(public, KEY.public());
    let findings = verify::check(&package, Some(&public)).findings;
    let errors: Vec<_> = findings.iter().filter(|it| it.severity == Severity::Error).collect();
    assert!(errors.iter().all(|it| !it.rule.starts_with("signature") && it.rule != "public-key"), "{errors:?}");
    // The files of the archive are the same bytes in the same places, up to its directory.
    let end = unsigned.windows(4).rposition(|it| it == b"PK\x05\x06").unwrap();
    let directory = u32::from_le_bytes(unsigned[end + 16..end + 20].try_into().unwrap());
    assert!(fs::read(signed.file("signed")).unwrap().starts_with(&unsigned[..directory as usize]));
}

#[test]
fn nothing_is_signed_twice_and_no_key_is_told() {
    let key = KEY.pem().unwrap();
    let twice = run(&sign(&zip(&small()), &KEY, Category::Community, 1).unwrap(), &key);
    assert_eq!(twice.stderr().trim(), "package cannot be signed: the package is signed already");
    assert!(!twice.file("signed").exists());
    let line = key.lines().nth(1).unwrap();
    for (package, key) in
        [(zip(&small()), &*key.replace("MII", "AII")), (zip(&small()), ""), (b"no zip".to_vec(), &key)]
    {
        let refused = run(&package, key);
        assert_eq!(refused.output.status.code(), Some(1), "{}", refused.stderr());
        let told = format!("{}{}", refused.stderr(), String::from_utf8_lossy(&refused.output.stdout));
        assert!(!told.contains(line) && !told.contains("Traceback"), "{told}");
        assert!(!refused.file("signed").exists());
    }
}

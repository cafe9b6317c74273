//! Keys are written for their owner alone, and what is wrong with one is said in one line.

#[path = "support/packages.rs"]
mod packages;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use packages::{KEY, small, zip};
use tempfile::TempDir;
use xtask::difypkg::{Category, Package, PrivateKey, PublicKey};
use xtask::keygen::write_pair;
use xtask::sign::sign_file;
use xtask::{project, verify};

fn private() -> String {
    KEY.pem().unwrap()
}

fn public() -> String {
    KEY.public().pem().unwrap()
}

/// What is said when something else is given for a private key.
fn refusal(text: &str) -> String {
    one_line(&PrivateKey::parse(text).unwrap_err())
}

fn one_line(error: &anyhow::Error) -> String {
    let message = format!("{error:#}");
    assert!(!message.contains('\n'), "{message}");
    message
}

#[test]
fn only_its_owner_may_read_the_private_key() {
    let folder = TempDir::new().unwrap();
    let (private, public) = write_pair(&folder.path().join("my"), &KEY).unwrap();
    assert!(private.ends_with("my.private.pem") && public.ends_with("my.public.pem"));
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&private), 0o600);
    assert_eq!(PublicKey::open(&public).unwrap(), KEY.public());
    assert_eq!(PrivateKey::open(&private).unwrap().public(), KEY.public());
}

#[test]
fn keys_have_the_form_dify_reads() {
    for (pem, label) in [(private(), "RSA PRIVATE KEY"), (public(), "RSA PUBLIC KEY")] {
        assert!(pem.starts_with(&format!("-----BEGIN {label}-----\n")), "{label}");
        // Nothing behind it, not even a line.
        assert!(pem.ends_with(&format!("\n-----END {label}-----\n")), "{label}");
    }
}

#[test]
fn keys_are_not_overwritten() {
    let folder = TempDir::new().unwrap();
    let taken = folder.path().join("my.public.pem");
    fs::write(&taken, "precious").unwrap();
    let error = one_line(&write_pair(&folder.path().join("my"), &KEY).unwrap_err());
    assert!(error.ends_with("my.public.pem is there already; keys are not overwritten"), "{error}");
    assert_eq!(fs::read_to_string(taken).unwrap(), "precious");
    assert!(!folder.path().join("my.private.pem").exists());
}

#[test]
fn keys_do_not_get_into_the_package() {
    let error = one_line(&write_pair(&project::root().join("plugin/my"), &KEY).unwrap_err());
    assert!(error.ends_with("would be in the package; keep keys elsewhere"), "{error}");
    let error = one_line(&write_pair(&project::root().join("plugin/tools/../my"), &KEY).unwrap_err());
    assert!(error.ends_with("would be in the package; keep keys elsewhere"), "{error}");
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let folder = TempDir::new().unwrap();
    let error = one_line(&write_pair(&folder.path().join("no/my"), &KEY).unwrap_err());
    assert!(error.starts_with("there is no folder ") && error.contains("/no"), "{error}");
}

#[test]
fn stray_blank_lines_do_no_harm_to_a_private_key() {
    for text in [format!("\n{}\n\n", private()), private().replace('\n', "\r\n"), private().replace('\n', "\n\n")] {
        assert_eq!(PrivateKey::parse(&text).unwrap().public(), KEY.public());
    }
    assert_eq!(PrivateKey::parse(private().trim_end()).unwrap().public(), KEY.public());
}

#[test]
fn stray_blank_lines_behind_a_public_key_are_told() {
    assert!(!PublicKey::parse(&public()).unwrap().has_stray_lines());
    assert!(!PublicKey::parse(public().trim_end()).unwrap().has_stray_lines());
    let stray = PublicKey::parse(&format!("{}\n", public())).unwrap();
    assert!(stray.has_stray_lines());
    let findings = verify::check(&Package::read(&zip(&small())).unwrap(), Some(&stray)).findings;
    assert!(findings.iter().any(|finding| finding.rule == "public-key"), "{findings:?}");
}

#[test]
fn what_is_no_private_key_is_named() {
    let (private, public) = (private(), public());
    assert_eq!(refusal("nothing"), "there is no PEM key in it");
    assert_eq!(refusal(""), "there is no PEM key in it");
    assert_eq!(refusal(&public), "this is the public key; signing takes the private one");
    assert!(refusal(&private.replace("RSA PRIVATE", "PRIVATE")).contains("openssl rsa -traditional"));
    assert_eq!(refusal(&private[..200]), "the key is cut short: its last line is missing");
    assert_eq!(
        refusal(&format!("{private}{public}")),
        "there is other text behind the key; leave the key alone in the file"
    );
    assert_eq!(
        refusal(&format!("mine:\n{private}")),
        "there is other text before the key; leave the key alone in the file"
    );
    assert_eq!(refusal(&private.replacen("MII", "AII", 1)), "the private key in it is damaged");
    let error = one_line(&PublicKey::parse(&private).unwrap_err());
    assert_eq!(error, "this is the private key; give the public one, and this one to nobody");
}

#[test]
fn what_is_said_never_shows_the_key() {
    let private = private();
    let line = private.lines().nth(3).unwrap();
    for text in [private.replacen("MII", "AII", 1), format!("{private}x"), private.replace("RSA PRIVATE", "PRIVATE")] {
        assert!(!refusal(&text).contains(line));
    }
    assert!(!format!("{:?}", *KEY).contains(line));
}

#[test]
fn files_that_cannot_be_read_or_written_are_named() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (key, _) = write_pair(&path("my"), &KEY).unwrap();
    fs::write(path("small.difypkg"), zip(&small())).unwrap();
    fs::write(path("cut.difypkg"), &zip(&small())[..500]).unwrap();
    let sign = |package: &str, key: &str, out: &str| {
        one_line(&sign_file(&path(package), &path(key), &path(out), Category::Community).unwrap_err())
    };
    let there_is_none = |name: &str| format!("there is no file {}", path(name).display());
    assert_eq!(sign("no.difypkg", "my.private.pem", "out"), there_is_none("no.difypkg"));
    assert_eq!(sign("small.difypkg", "no.pem", "out"), there_is_none("no.pem"));
    assert!(sign("cut.difypkg", "my.private.pem", "out").contains("cut.difypkg: the package is cut short or damaged"));
    assert!(sign("small.difypkg", "my.private.pem", "no/out").contains("no/out cannot be written: "));
    assert!(sign("small.difypkg", "small.difypkg", "out").ends_with("small.difypkg: there is no PEM key in it"));
    sign_file(&path("small.difypkg"), &key, &path("out"), Category::Community).unwrap();
}

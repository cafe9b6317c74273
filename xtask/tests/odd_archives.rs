//! An archive that Dify would refuse, or that hides something, is told in one line with the rule's name.

#[path = "support/packages.rs"]
mod packages;

use std::io::{Cursor, Write};

use packages::{patched, small, with, zip};
use xtask::difypkg::{Archive, Enforcer, Package, Severity};
use xtask::package::archive::MAX_UNPACKED_BYTES;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The rules an archive breaks.
fn broken(bytes: &[u8]) -> Vec<(Severity, Enforcer, &'static str)> {
    let findings = Archive::read(bytes).unwrap().findings().to_vec();
    let lines: Vec<_> = findings.iter().map(ToString::to_string).collect();
    assert!(lines.iter().all(|line| !line.contains('\n')), "{lines:?}");
    findings.iter().map(|finding| (finding.severity, finding.enforcer, finding.rule)).collect()
}

fn refused_as(bytes: &[u8], enforcer: Enforcer, rule: &'static str) {
    assert_eq!(broken(bytes), [(Severity::Error, enforcer, rule)]);
    let error = Package::read(bytes).unwrap_err().to_string();
    assert!(error.ends_with(&format!("({enforcer}: {rule})")), "{error}");
}

#[test]
fn the_small_package_is_right() {
    assert_eq!(broken(&zip(&small())), []);
}

#[test]
fn names_lead_to_files_inside() {
    for name in ["/etc/x", "../x", "a\\x"] {
        refused_as(&zip(&with(name, "x")), Enforcer::Daemon, "name");
    }
    refused_as(&zip(&with("a/../x", "x")), Enforcer::Advice, "name");
    refused_as(&zip(&with("a\nb", "x")), Enforcer::Daemon, "name");
    refused_as(&patched(zip(&small()), b"main.py", b"\xff\xfein.py"), Enforcer::Daemon, "name");
}

#[test]
fn unusual_names_are_warned_of() {
    let warning = (Severity::Warning, Enforcer::Advice, "name");
    assert_eq!(broken(&zip(&with("./x", "x"))), [warning]);
    assert_eq!(Package::read(&zip(&with("a//x", "x"))).unwrap().file("a/x"), Some(b"x".as_slice()));
}

#[test]
fn folders_are_no_entries() {
    refused_as(&zip(&with("empty/", "")), Enforcer::Daemon, "folder-entry");
}

#[test]
fn a_name_stands_for_one_file() {
    let twice = patched(zip(&with("twin.py", "x")), b"twin.py", b"main.py");
    assert!(broken(&twice).contains(&(Severity::Error, Enforcer::Advice, "duplicate")));
    assert!(broken(&zip(&with("./main.py", "x"))).contains(&(Severity::Error, Enforcer::Daemon, "duplicate")));
    let mut both = with("a", "x");
    both.push(("a/b".into(), b"x".to_vec()));
    refused_as(&zip(&both), Enforcer::Daemon, "duplicate");
}

#[test]
fn files_are_stored_or_deflated() {
    // The method stands ten bytes into a file's own header, in its first place, and before its name in the directory.
    let bytes = zip(&small());
    let stored = bytes.windows(4).filter(|window| *window == b"PK\x01\x02").count();
    assert_eq!(stored, small().len());
    let bzip2 = of_method(bytes, 12);
    let rules = broken(&bzip2);
    assert!(
        !rules.is_empty() && rules.iter().all(|(_, enforcer, rule)| (*enforcer, *rule) == (Enforcer::Daemon, "method"))
    );
}

/// With another method in all headers.
fn of_method(mut bytes: Vec<u8>, method: u8) -> Vec<u8> {
    for at in 0..bytes.len() - 12 {
        match &bytes[at..at + 4] {
            b"PK\x03\x04" => bytes[at + 8] = method,
            b"PK\x01\x02" => bytes[at + 10] = method,
            _ => {}
        }
    }
    bytes
}

#[test]
fn encrypted_files_are_refused() {
    let mut bytes = zip(&small());
    for at in 0..bytes.len() - 12 {
        match &bytes[at..at + 4] {
            b"PK\x03\x04" => bytes[at + 6] |= 1,
            b"PK\x01\x02" => bytes[at + 8] |= 1,
            _ => {}
        }
    }
    assert!(broken(&bytes).contains(&(Severity::Error, Enforcer::Daemon, "encrypted")));
}

#[test]
fn damaged_files_are_named() {
    // Stored, or there would be no such text.
    let bytes = patched(of_stored(), b"nothing is served", b"nothing is saved!");
    assert!(broken(&bytes).contains(&(Severity::Error, Enforcer::Daemon, "broken")));
    let error = Package::read(&bytes).unwrap_err().to_string();
    assert!(error.starts_with("main.py: cannot be unpacked"), "{error}");
}

fn of_stored() -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in small() {
        writer.start_file(name, options).unwrap();
        writer.write_all(&content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_file_has_one_name_only() {
    let mut bytes = zip(&small());
    let at = bytes.windows(7).position(|window| window == b"main.py").unwrap();
    bytes[at..at + 4].copy_from_slice(b"evil");
    refused_as(&bytes, Enforcer::Advice, "two-faces");
}

#[test]
fn an_archive_written_as_a_stream_is_right() {
    // As Dify's own tools write them: the size of a file stands behind it.
    let mut stream = ZipWriter::new_stream(Vec::new());
    for (name, content) in small() {
        stream.start_file(name, SimpleFileOptions::default()).unwrap();
        stream.write_all(&content).unwrap();
    }
    let bytes = stream.finish().unwrap().into_inner();
    assert_eq!(broken(&bytes), []);
    assert_eq!(Package::read(&bytes).unwrap().checksum(), Package::read(&zip(&small())).unwrap().checksum());
}

#[test]
fn too_large_a_package_is_refused_before_it_is_unpacked() {
    let zeros = vec![0; usize::try_from(MAX_UNPACKED_BYTES).unwrap()];
    refused_as(&zip(&with("zeros", zeros)), Enforcer::Daemon, "size-unpacked");
}

#[test]
fn the_verification_file_is_the_last() {
    let mut files = small();
    files.insert(0, (".verification.dify.json".into(), b"{}".to_vec()));
    assert_eq!(broken(&zip(&files)), [(Severity::Warning, Enforcer::Advice, "verification-last")]);
}

#[test]
fn what_is_no_package_is_said() {
    let whole = zip(&small());
    let said = |bytes: &[u8]| Package::read(bytes).unwrap_err().to_string();
    assert_eq!(said(b""), "the package is empty");
    assert_eq!(said(b"hello"), "this is no package: a .difypkg is a zip");
    for length in [30, 200, whole.len() - 1] {
        assert!(said(&whole[..length]).starts_with("the package is cut short or damaged"), "{length}");
    }
}

#[test]
fn no_cut_panics() {
    let whole = zip(&small());
    for length in 0..whole.len() {
        assert!(Package::read(&whole[..length]).is_err(), "{length} bytes");
    }
}

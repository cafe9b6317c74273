//! A signature is one that Dify's own tool makes and accepts.

#[path = "support/packages.rs"]
mod packages;

use packages::{KEY, small, with, zip};
use xtask::difypkg::{Category, Package, PrivateKey, PublicKey, Severity, Signature, VERIFICATION_FILE};
use xtask::sign::sign;
use xtask::verify;

/// What `dify signature sign -c community` 0.6.10 wrote for the small package, with a key made for this test.
const THEIRS: &str = r#"{"signature":"NcP9bDbV0tOUhfiruWo5H03hvX8Q6uSc8FB46op3QoaLgMnoNopHHeS/cmlnLd0sujGIPpNPlUjW6uro9JJ1kBV4EnYERb3Da3GmuDQBGbIX/s/AV0ji77+sCQXQUuyTnkfDspfHI6hBRWiSpAE31hMfxQj7M8PMwVzhWLbhZfmKxen4qXu+tT8fuWEeVUiTZmM/riofj4uhRYcYo3jSI7/ZjZ39U6JRBza2Gct8GSITy2bhnfzrzwGToVnBIYmuwSXuyO0Iq0g9C6MBJeGObrctYeVjKFOq1fsBfyb45maPfmrMr41lQ3RL3xroMqbNCsuVyJmeiMZ5CVqsftyU4g==","time":1795460632}"#;
const THEIR_KEY: &str = "\
-----BEGIN RSA PUBLIC KEY-----
MIIBCgKCAQEAkVhhDwDzCJWJJ5/iCSdgpK5l6DWyT0av4wvqVmxTHAwyJF5C8Gzi
RWB7sumhWCni0GhKlJ25Nsbmc+Gahl11HaBYK/uI8XqPl38rR1Y62LlT9kQ2vywJ
AFQDf+ev3HZKThzF4jihLFMRZ2qntiVF0EE2MH3sC4F4pM3N2zDVxBEIxM7xEpHi
DB7zLSsSY3uOeT5S2OmK1r1W+sxE44Sj7Ec0w25SWu8BMUav4ymt49KAOeK0tv2Z
86Gcc9vgN8E9H70ujX3Y83+IudD7CBPOUy0pepekbNWyRck+LMI8MUQkNhOeZwmW
ZN96Do6u9V/tB7g8cMGwpw1mz+ep7itbfwIDAQAB
-----END RSA PUBLIC KEY-----
";

fn with_comment(files: &packages::Files, comment: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new_append(std::io::Cursor::new(zip(files))).unwrap();
    zip.set_comment(comment).unwrap();
    zip.finish().unwrap().into_inner()
}

fn signed() -> Vec<u8> {
    sign(&zip(&small()), &KEY, Category::Community, 1_795_460_632).unwrap()
}

/// The rules a package breaks that have to do with signatures.
fn broken(bytes: &[u8], key: Option<&PublicKey>) -> Vec<(Severity, &'static str)> {
    let findings = verify::check(&Package::read(bytes).unwrap(), key).findings;
    let of_signatures = |rule: &str| rule.starts_with("signature") || rule == "public-key";
    findings.iter().filter(|it| of_signatures(it.rule)).map(|it| (it.severity, it.rule)).collect()
}

#[test]
fn a_signature_of_difys_tool_is_verified() {
    let package = with_comment(&with(VERIFICATION_FILE, r#"{"authorized_category":"community"}"#), THEIRS);
    let key = PublicKey::parse(THEIR_KEY).unwrap();
    assert_eq!(broken(&package, Some(&key)), []);
    // What `dify plugin checksum` prints for it.
    let checksum = "93256e0554ab0d39d4e1807361562b347ec83f60b5d482606adf5f39231372c5";
    assert_eq!(Package::read(&package).unwrap().checksum(), checksum);
}

#[test]
fn a_signed_package_has_the_same_files_and_one_more_behind_them() {
    let before = Package::read(&zip(&small())).unwrap();
    let package = Package::read(&signed()).unwrap();
    let (last, others) = package.entries().split_last().unwrap();
    assert_eq!(others, before.entries());
    assert_eq!(last.name, VERIFICATION_FILE);
    assert_eq!(last.content, br#"{"authorized_category":"community"}"#);
    assert_eq!(package.signature().unwrap().unwrap().time, 1_795_460_632);
    assert_ne!(package.checksum(), before.checksum());
}

#[test]
fn it_is_verified_by_its_own_key_only() {
    assert_eq!(broken(&signed(), Some(&KEY.public())), []);
    let other = PrivateKey::generate(1024).unwrap().public();
    assert_eq!(broken(&signed(), Some(&other)), [(Severity::Error, "signature")]);
}

#[test]
fn nothing_may_change_afterwards() {
    let package = Package::read(&signed()).unwrap();
    let Signature { bytes, time } = package.signature().unwrap().unwrap();
    let files: packages::Files =
        package.entries().iter().map(|entry| (entry.name.clone(), entry.content.clone())).collect();
    let comment = |time| Signature { bytes: bytes.clone(), time }.comment().unwrap();
    let key = KEY.public();
    assert_eq!(broken(&with_comment(&files, &comment(time)), Some(&key)), []);

    let bad = [(Severity::Error, "signature")];
    let mut altered = files.clone();
    altered[0].1.push(b' ');
    assert_eq!(broken(&with_comment(&altered, &comment(time)), Some(&key)), bad, "a content");
    let mut swapped = files.clone();
    swapped.swap(0, 1);
    assert_eq!(broken(&with_comment(&swapped, &comment(time)), Some(&key)), bad, "the order");
    assert_eq!(broken(&with_comment(&files[1..].to_vec(), &comment(time)), Some(&key)), bad, "a file less");
    assert_eq!(broken(&with_comment(&files, &comment(time + 1)), Some(&key)), bad, "the time");
}

#[test]
fn a_signed_package_is_not_signed_again() {
    let refusal = sign(&signed(), &KEY, Category::Partner, 0).unwrap_err().to_string();
    assert_eq!(refusal, "the package is signed already; sign the one without a signature");
}

#[test]
fn an_unsigned_package_is_a_warning_until_a_key_is_named() {
    let unsigned = zip(&small());
    assert_eq!(broken(&unsigned, None), [(Severity::Warning, "signature")]);
    assert_eq!(broken(&unsigned, Some(&KEY.public())), [(Severity::Error, "signature")]);
    assert_eq!(broken(&signed(), None), [(Severity::Warning, "signature")]);
    assert_eq!(broken(&with_comment(&small(), "made by me"), Some(&KEY.public())), [(Severity::Error, "signature")]);
}

#[test]
fn a_category_is_one_of_three() {
    let package = zip(&with(VERIFICATION_FILE, r#"{"authorized_category":"friend"}"#));
    assert!(broken(&package, None).contains(&(Severity::Error, "signature-category")));
}

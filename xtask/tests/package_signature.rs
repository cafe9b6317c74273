//! A signature is one that Dify's own tool makes and accepts.

#[path = "support/packages.rs"]
mod packages;

use packages::{KEY, small, with, zip};
use xtask::difypkg::{Category, Package, PrivateKey, PublicKey, Severity, Signature, VERIFICATION_FILE};
use xtask::sign::sign;
use xtask::verify;

/// What `dify signature sign -c community` 0.6.10 wrote for the small package, with a key made for this test.
const THEIRS: &str = r#"{"signature":"KaiHlzL34OYR/p81IXHmvsdhs0ujnPqIa0KCLc5QDH85XiH6axgyPIfA6aW8lQUb8eX9/qo2rrf7NApG3WrjVy31e7O3i1b89DL0xAMB+WDoV50ePvwKsp539LOTJaBfWwVDAwyKDJttdsTohNJOTFthNUcv+OL0jWjc6cTq2VIlY9ltlTPxRPUPLV5Pe809j+09ZMwdVfzMEQRFIgOLa/5Xl7ElMZo0ai7t4CxQbBz0UlZJ/a30Oq1zU2Cv6JT/gxc/yv0TzaEgjB1LgrSj+fzt9zvBY6F0aoSzm5LgOY0KZQbAKPW3LJtFW5w74GIqH/n9t1ZsYXLYF/lSpJvk3EuLMy+4RrY30Ehp2+a+ncndTrOX9u5usv68Bsx9L4y2szN6Ruv0SiGZuUs1e8Oe35LkzrRdjp4DRbjvZQHTDRhGiaf26MtRu3r5Xj4MB3kzeYfRyjgxi5KXQA3/oKJnVg1wkYctmcUN/vNcfNudGVRDBP7LxrfuCMyttqZaz8z+Fzs4q7lhbmDY3pcSj0d7Pbexn9xYTnImzpNfOZWe2QR5UnC8EWuMjaTCaFfZ5sAUPD3Nhyg8szp/MUVHZO/GMV4VeLbjcLTm2253VWW+MGqSo+qwxLqusq85HqkeqIwlVIDSmwSgbwdTQtg3iz5GuY4COQsr8IymFgONhI/3NsA=","time":1795826183}"#;
const THEIR_KEY: &str = "\
-----BEGIN RSA PUBLIC KEY-----
MIICCgKCAgEAkdACNtUDXjm2eQ6I6mwFL/UhAX9eRDBfKO9Eb85yOfN1Bl6iHLaQ
Zpjw79JLi5svoovxHjR/B+TtbzALZnPCCZj8XkHMuo+UOBJfOU0elblMbWaRty2U
/NfgGE4zohHiEnTPPmxkg6BGo/XeHc4kZLR5+A55g27iVeFJtL3t/GPwZNuqgfKR
shUoJPjZm9AiOUn8w7gsuRKMV4kQDwHr5YLumLtEzLFe9bexlKuYGmwz7TmkiLE2
fTNVh1pGNXXuu99A9ErUykIqP47lTZxy84TmB2/fkMNlvWflfZ3DA1GSJcjI+bdK
d2mjPHJd4EG8w5q4LxiJ6Fi+gfWrpj6abff9/qiKTd9nvFxUkrAasOwQrOrc7lws
kjm517TQXKZv7tvByYIixf4m4ARqUIEhlus9uf1xYmX5KQdcytPSsOEcRZ/v/0Jf
AbziTwn5biziOqoMRvgD7Ah7MYkAbX2A4WKNBI4NCbeCB93En7B++jYY7ZRPzTH7
s0OzoTbxmARYYi5HUXalYoeMHzOLkXJKi3V/1hprA4yCWsejuzWhWsBpuHaX0vB4
T5PKhxPDz1ZCztnzISNNHQ49C7iskKev9ikTDnEJFL1L4QbKc4BoZzI+y8Qlr4Cl
f0+x3D4mKwIIngNLuqyCr5+DdRSCvylbfpJ9IF3x0kvAINCmZYeK0xkCAwEAAQ==
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
    let checksum = "2cc8550fab2af8febf66ce48c1045e7dac253f55620e3c0ace529a4bd12507f3";
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

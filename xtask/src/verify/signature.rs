//! Whether a package is signed, and by whom.

use jiff::Timestamp;

use crate::difypkg::{Category, Enforcer, Finding, Package, PublicKey, Signature, VERIFICATION_FILE};

pub(super) fn check(package: &Package, key: Option<&PublicKey>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(file) = package.file(VERIFICATION_FILE)
        && let Err(error) = Category::parse(file)
    {
        let message = format!("{error:#}");
        findings.push(Finding::error(Enforcer::Daemon, "signature-category", VERIFICATION_FILE, message));
    }
    if key.is_some_and(PublicKey::has_stray_lines) {
        let message = "has blank lines behind it; with such a file the daemon verifies no package at all";
        findings.push(Finding::error(Enforcer::Daemon, "public-key", "the public key", message));
    }
    findings.extend(unverified(package, key).map(|(severe, message)| {
        let make = if severe { Finding::error } else { Finding::warning };
        make(Enforcer::Daemon, "signature", "", message)
    }));
    findings
}

fn unverified(package: &Package, key: Option<&PublicKey>) -> Option<(bool, String)> {
    match (package.signature(), key) {
        (Err(error), _) => Some((key.is_some(), format!("{error:#}"))),
        (Ok(None), Some(_)) => Some((true, "it is not signed".into())),
        (Ok(None), None) => Some((
            false,
            "it is not signed; a Dify with FORCE_VERIFYING_SIGNATURE=true, the default, refuses it".into(),
        )),
        (Ok(Some(_)), None) => Some((false, "its signature is not checked; name the key with --public-key".into())),
        (Ok(Some(signature)), Some(key)) => (!verifies(package, &signature, key)).then(|| {
            (
                true,
                "the signature is not by this key, or something was changed since; Dify refuses a bad signature".into(),
            )
        }),
    }
}

fn verifies(package: &Package, signature: &Signature, key: &PublicKey) -> bool {
    key.verifies(&package.signed_message(signature.time), &signature.bytes)
}

/// One line on it.
pub(super) fn describe(package: &Package, key: Option<&PublicKey>) -> String {
    let Ok(Some(signature)) = package.signature() else { return "none".to_owned() };
    let time = Timestamp::from_second(signature.time);
    let time = time.map_or_else(|_| "at an impossible time".to_owned(), |time| time.to_string());
    // Old packages, all of Dify's own, have no such file.
    let category = package.file(VERIFICATION_FILE).map_or(Ok(Category::Langgenius), Category::parse);
    let category = category.map_or("unknown", Category::name);
    let verdict = match key.map(|key| verifies(package, &signature, key)) {
        None => "not checked",
        Some(true) => "by this key",
        Some(false) => "NOT by this key",
    };
    format!("{time}, category {category}, {verdict}")
}

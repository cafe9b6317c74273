//! Each rule for what is in a package is told when it is broken, and not otherwise.

#[path = "support/packages.rs"]
mod packages;

use packages::{Files, reworded, small, with, without, zip};
use xtask::difypkg::{Enforcer, Finding, Package, Severity};
use xtask::{python_sdk, verify};

/// All but the warning that it is not signed.
fn findings(files: &Files) -> Vec<Finding> {
    let mut findings = verify::check(&Package::read(&zip(files)).unwrap(), None).findings;
    findings.retain(|finding| finding.rule != "signature");
    findings
}

#[track_caller]
fn breaks(files: &Files, severity: Severity, enforcer: Enforcer, rule: &str) {
    let findings = findings(files);
    let found = |it: &Finding| (it.severity, it.enforcer, it.rule) == (severity, enforcer, rule);
    assert!(findings.iter().any(found), "{rule} is not among {findings:?}");
}

#[track_caller]
fn refused_by_the_marketplace(files: &Files, rule: &str) {
    breaks(files, Severity::Error, Enforcer::Marketplace, rule);
}

#[test]
fn the_small_package_breaks_none() {
    assert_eq!(findings(&small()), []);
}

#[test]
fn it_has_an_identity() {
    for (from, to) in [
        ("author: someone", "author: Some One"),
        ("author: someone", "author: 123e4567-e89b-12d3-a456-426614174000"),
        ("name: small", "name: Small"),
        ("version: 0.1.0", "version: \"1.0\""),
        ("version: 0.1.0", "version: ["),
    ] {
        breaks(&reworded("manifest.yaml", from, to), Severity::Error, Enforcer::Daemon, "identity");
    }
    breaks(&without("manifest.yaml"), Severity::Error, Enforcer::Daemon, "identity");
}

#[test]
fn a_folder_around_the_package_is_told() {
    let around: Files = small().into_iter().map(|(name, content)| (format!("small/{name}"), content)).collect();
    let findings = findings(&around);
    let message = "there is no manifest.yaml; small/manifest.yaml must stand in the root";
    assert!(findings.iter().any(|finding| finding.message == message), "{findings:?}");
}

#[test]
fn it_can_be_installed_and_started() {
    breaks(&without("requirements.txt"), Severity::Error, Enforcer::Daemon, "dependencies");
    let mut other = without("requirements.txt");
    other.push(("pyproject.toml".into(), b"[project]\n".to_vec()));
    breaks(&other, Severity::Warning, Enforcer::Daemon, "dependencies");
    breaks(&without("main.py"), Severity::Error, Enforcer::Daemon, "entrypoint");
}

#[test]
fn its_declaration_can_be_read() {
    breaks(&without("tools/echo.yaml"), Severity::Error, Enforcer::DifyApi, "missing-file");
    breaks(&reworded("tools/echo.yaml", "type: string", "type: []"), Severity::Error, Enforcer::DifyApi, "wrong-type");
}

#[test]
fn a_declaration_may_be_long() {
    // The daemon's columns take any length, on MySQL as well.
    let long = "x".repeat(200_000);
    let files = reworded("tools/echo.yaml", "llm: Says what it was told.", &format!("llm: {long}"));
    assert_eq!(findings(&files), []);
    let checked = verify::check(&Package::read(&zip(&files)).unwrap(), None);
    assert!(checked.declaration.unwrap() > 200_000);
}

#[test]
fn translations_are_named_as_dify_looks_for_them() {
    breaks(&with("readme/README.zh.md", "小"), Severity::Warning, Enforcer::Daemon, "readme-name");
}

#[test]
fn no_private_key_is_in_it() {
    let key = packages::KEY.pem().unwrap();
    breaks(&with("notes.txt", &key), Severity::Error, Enforcer::Advice, "private-key");
    refused_by_the_marketplace(&with("my.private.pem", &key), "blocked-file");
}

#[test]
fn programs_are_static_and_for_their_machine() {
    let refused = |files: &Files| breaks(files, Severity::Error, Enforcer::Advice, "program");
    refused(&with("bin/amd64/small", "no program"));
    refused(&with("bin/arm64/small", elf(62)));
    let of_amd64 = with("bin/amd64/small", elf(62));
    breaks(&of_amd64, Severity::Warning, Enforcer::Advice, "arch");
    let mut of_both = of_amd64;
    of_both.push(("bin/arm64/small".into(), elf(183)));
    // What is left is a matter of the marketplace.
    assert!(findings(&of_both).iter().all(|finding| finding.rule == "binary"));
}

/// The header of a program without a loader.
fn elf(machine: u8) -> Vec<u8> {
    let mut bytes = vec![0; 64];
    bytes[..6].copy_from_slice(b"\x7fELF\x02\x01");
    bytes[18] = machine;
    bytes
}

#[test]
fn the_marketplace_takes_no_programs() {
    for (name, content) in [
        ("small", b"\x7fELF".as_slice()),
        ("small", b"MZ\x90\x00"),
        ("small", b"\xcf\xfa\xed\xfe"),
        ("lib/small.so", b""),
        ("small.PYD", b""),
        ("dify-plugin-linux-amd64", b""),
    ] {
        refused_by_the_marketplace(&with(name, content), "binary");
    }
    for name in ["small.sh", "small.bin", "small.whl/small.so"] {
        breaks(&with(name, ""), Severity::Warning, Enforcer::Marketplace, "binary");
    }
}

#[test]
fn the_marketplace_takes_no_leftovers() {
    for name in [".git/config", "a/__pycache__/b", ".venv/x", "node_modules/x"] {
        refused_by_the_marketplace(&with(name, ""), "blocked-folder");
    }
    for name in [".env", "a/.env.local", ".DS_Store", "server.key", "a.pyc", "a.log", "a.bak", "a.tmp"] {
        refused_by_the_marketplace(&with(name, ""), "blocked-file");
    }
    assert_eq!(findings(&with(".env.example", "")), []);
    breaks(&with("dist/x", ""), Severity::Warning, Enforcer::Marketplace, "build-output");
    breaks(&with("a.zip", ""), Severity::Warning, Enforcer::Marketplace, "archive");
}

#[test]
fn the_marketplace_takes_so_many_files() {
    let mut files = small();
    let more = 5001 - files.len();
    files.extend((0..more).map(|at| (format!("more/{at}"), Vec::new())));
    refused_by_the_marketplace(&files, "files");
    files.pop();
    assert_eq!(findings(&files), []);
}

#[test]
fn the_marketplace_wants_to_know_whose_it_is() {
    for (from, to) in [
        ("repo: https://example.com/someone/small", "repo:"),
        ("contact: someone@example.com", ""),
        ("privacy: PRIVACY.md", ""),
    ] {
        refused_by_the_marketplace(&reworded("manifest.yaml", from, to), "manifest-field");
    }
    refused_by_the_marketplace(&reworded("manifest.yaml", "author: someone", "author: my-dify"), "author");
}

#[test]
fn the_marketplace_wants_a_privacy_policy() {
    refused_by_the_marketplace(&without("PRIVACY.md"), "privacy");
    refused_by_the_marketplace(&with("PRIVACY.md", " \n"), "privacy");
    refused_by_the_marketplace(&with("PRIVACY.md", "!!! Please fill in the privacy policy of the plugin."), "privacy");
}

#[test]
fn the_marketplace_wants_a_readme_in_english() {
    refused_by_the_marketplace(&without("README.md"), "readme");
    refused_by_the_marketplace(&reworded("README.md", "None.", "无"), "readme-language");
    refused_by_the_marketplace(&reworded("README.md", "https://example.com/someone/small", "here"), "readme-source");
    for heading in ["Installation", "Credentials", "Usage"] {
        let files = reworded("README.md", &format!("## {heading}"), "## Other");
        breaks(&files, Severity::Warning, Enforcer::Marketplace, "readme-sections");
    }
}

#[test]
fn the_marketplace_wants_pinned_requirements() {
    let with = |text: &str| with("requirements.txt", format!("{}\n{text}\n", python_sdk::REQUIREMENT));
    refused_by_the_marketplace(&with("small"), "requirement-version");
    breaks(&with("small>1"), Severity::Warning, Enforcer::Marketplace, "requirement-range");
    let findings = findings(&with("# one\nsmall==1.0\nother"));
    assert_eq!(findings.iter().map(|finding| finding.place.as_str()).collect::<Vec<_>>(), ["requirements.txt:4"]);
}

#[test]
fn the_marketplace_wants_the_sdk_installed() {
    for text in ["", "# dify_plugin>=0.9.0\n", "small==1.0\n", "dify_plugin>=0.8.0,<1.0.0\n", "dify_plugin_more==1.0\n"]
    {
        refused_by_the_marketplace(&with("requirements.txt", text), "requirement-sdk");
    }
    for text in ["dify_plugin==0.10.2\n", "Dify-Plugin >= 0.9.0, < 1\n", "-r more.txt\n"] {
        let findings = findings(&with("requirements.txt", text));
        assert!(findings.iter().all(|finding| finding.rule != "requirement-sdk"), "{text}: {findings:?}");
    }
    let mut other = with("requirements.txt", "small==1.0\n");
    other.push(("pyproject.toml".into(), b"[project]\ndependencies = [\"dify_plugin>=0.9.0,<1\"]\n".to_vec()));
    assert_eq!(findings(&other), []);
}

#[test]
fn the_marketplace_asks_for_the_hosts() {
    let asks_for = |files: &Files| breaks(files, Severity::Warning, Enforcer::Marketplace, "network-domains");
    asks_for(&reworded("manifest.yaml", "network:\n  domains:\n    - api.example.com\n", ""));
    asks_for(&reworded("manifest.yaml", "    - api.example.com\n", ""));
    // Our own plugin connects to Kling.
    let as_ours = |domains: &str| {
        let (from, to) = ("    - api.example.com\n", domains);
        let mut files = reworded("manifest.yaml", from, to);
        let (_, manifest) = files.iter_mut().find(|(name, _)| name == "manifest.yaml").unwrap();
        *manifest = String::from_utf8_lossy(manifest).replace("name: small", "name: kling_aigc").into_bytes();
        files
    };
    asks_for(&as_ours("    - api-beijing.klingai.com\n"));
    asks_for(&as_ours("    - \"*.kling.ai\"\n"));
    assert_eq!(findings(&as_ours("    - api-beijing.klingai.com\n    - api-singapore.klingai.com\n")), []);
    assert_eq!(findings(&as_ours("    - \"*.klingai.com\"\n")), []);
}

#[test]
fn hosts_have_their_form() {
    let files = reworded("manifest.yaml", "- api.example.com", "- https://api.example.com/");
    breaks(&files, Severity::Warning, Enforcer::DifyApi, "domain");
}

#[test]
fn the_marketplace_asks_for_an_icon_for_dark_pages() {
    let files = reworded("manifest.yaml", "icon_dark: icon-dark.svg\n", "");
    breaks(&files, Severity::Warning, Enforcer::Marketplace, "icon-dark");
    breaks(&without("_assets/icon-dark.svg"), Severity::Error, Enforcer::DifyApi, "missing-asset");
}

#[test]
fn the_marketplace_asks_for_translations_in_the_root() {
    let asks_for = |files: &Files| breaks(files, Severity::Warning, Enforcer::Marketplace, "readme-localized");
    asks_for(&without("README.zh_Hans.md"));
    asks_for(&with("README.zh_Hans.md", "# 旧\n"));
    asks_for(&with("readme/README_ja_JP.md", "# 小\n"));
    asks_for(&with("README_zh.md", "# 小\n"));
    asks_for(&with("README-ja.md", "# 小\n"));
}

#[test]
fn the_marketplace_counts_sensitive_calls() {
    let files = with("main.py", "import os\n# os.execv(a, b)\nos.execv(a, b)\nopen(c)\n");
    breaks(&files, Severity::Warning, Enforcer::Marketplace, "signal");
    let places: Vec<_> = findings(&files).into_iter().map(|finding| finding.place).collect();
    assert_eq!(places, ["main.py:3", "main.py:4"]);
}

#[test]
fn python_compiles() {
    refused_by_the_marketplace(&with("main.py", "print(\n"), "python");
    refused_by_the_marketplace(&with("more.py", b"x = 1\0"), "python");
    // It is compiled, not run.
    assert_eq!(findings(&with("main.py", "raise SystemExit(1)\n")), []);
}

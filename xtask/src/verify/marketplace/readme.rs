//! `README.md`, which must be in English and say where the source is, and its translations.

use super::super::contents::readme_locale;
use super::{error, warning};
use crate::difypkg::{Finding, Manifest, Package};

const PATH: &str = "README.md";
/// The rule on translations: the marketplace reads `README.<locale>.md` of the root (`dify-marketplace-toolkit`,
/// `toolkit/checks/readme.py`, 2026-11), Dify `readme/README_<locale>.md`.
pub(super) const LOCALIZED: &str = "readme-localized";
/// What headings should tell of: any of the words will do.
const SECTIONS: [(&str, &[&str]); 3] = [
    ("setting it up", &["setup", "set up", "install", "configur", "getting started"]),
    ("using it", &["usage", "use", "tools", "workflow", "example"]),
    ("credentials", &["credential", "api key", "authori", "authenti"]),
];

pub(super) fn check(package: &Package, manifest: &Manifest) -> Vec<Finding> {
    let Some(text) = package.file(PATH) else {
        return vec![error("readme", PATH, "is missing, and Dify shows it to whoever chooses a plugin")];
    };
    let text = String::from_utf8_lossy(text);
    let mut findings = translations(package);
    if let Some((line, character)) = first_foreign(&text) {
        let message = format!("must be in English: `{character}` stands in it; other languages go to readme/");
        findings.push(error("readme-language", &format!("{PATH}:{line}"), message));
    }
    let names_source = !manifest.repo.is_empty() && text.contains(manifest.repo.trim_end_matches('/'));
    if !names_source && !text.contains("https://github.com/") {
        findings.push(error("readme-source", PATH, "does not say where the source is"));
    }
    let headings: Vec<_> = prose(&text).map(|(_, line)| line).filter(|line| line.starts_with('#')).collect();
    let headings = headings.join("\n").to_lowercase();
    for (what, words) in SECTIONS {
        if !words.iter().any(|word| headings.contains(word)) {
            findings.push(warning("readme-sections", PATH, format!("has no heading on {what}")));
        }
    }
    findings
}

fn translations(package: &Package) -> Vec<Finding> {
    let mut findings = Vec::new();
    for entry in package.entries() {
        let name = entry.name.as_str();
        if let Some(locale) = name.strip_prefix("readme/").and_then(readme_locale) {
            let place = format!("README.{locale}.md");
            match package.file(&place) {
                None => {
                    findings.push(warning(LOCALIZED, &place, "is missing: it is where the marketplace looks for it"));
                }
                Some(content) if content != entry.content => {
                    findings.push(warning(LOCALIZED, &place, format!("says something else than {name}")));
                }
                Some(_) => {}
            }
        }
        if name.starts_with("README_") || name.starts_with("README-") {
            let message = "is not found by the marketplace, which looks for names as README.zh_Hans.md";
            findings.push(warning(LOCALIZED, name, message));
        }
    }
    findings
}

/// The lines outside of fenced code, counted from one.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fence = None;
    text.lines().enumerate().filter_map(move |(at, line)| {
        let start = line.trim_start();
        let marker = ["```", "~~~"].into_iter().find(|marker| start.starts_with(marker));
        match (fence, marker) {
            (None, Some(_)) => {
                fence = marker;
                None
            }
            (Some(_), _) => {
                if marker == fence {
                    fence = None;
                }
                None
            }
            (None, None) => Some((at + 1, line)),
        }
    })
}

fn first_foreign(text: &str) -> Option<(usize, char)> {
    prose(text)
        .find_map(|(at, line)| line.chars().find(|character| is_cjk(*character)).map(|character| (at, character)))
}

/// Chinese, Japanese, Korean, and the punctuation and wide forms that come with them.
fn is_cjk(character: char) -> bool {
    matches!(u32::from(character),
        0x1100..=0x11ff | 0x2e80..=0x30ff | 0x3130..=0x318f | 0x31f0..=0x31ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff
        | 0xac00..=0xd7af | 0xf900..=0xfaff | 0xff00..=0xffef | 0x2_0000..=0x3_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_may_be_in_any_language() {
        assert_eq!(first_foreign("# Title\n```\n可灵\n```\n~~~\n```可\n~~~\nEnglish — “quoted”\n"), None);
        assert_eq!(first_foreign("# Title\n```\n可灵\n```\n한\n"), Some((5, '한')));
        assert_eq!(first_foreign("a，b"), Some((1, '，')));
    }
}

//! Dify's Python SDK. The marketplace wants it installed beside every plugin, in whatever language that is written.

/// How a package asks for it: with both ends, as the marketplace's check of the requirements wants it.
pub const REQUIREMENT: &str = "dify_plugin>=0.9.0,<1.0.0";
/// The oldest the marketplace takes (`dify-marketplace-toolkit`, `toolkit/checks/dependencies.py`, and the install test of
/// `langgenius/dify-plugins`, 2026-07).
pub const OLDEST: &str = "0.9.0";

/// Whether the marketplace takes a version.
pub fn is_new_enough(version: &str) -> bool {
    numbers(version) >= numbers(OLDEST)
}

/// The first three numbers of a version; what begins with no digit counts as 0.
fn numbers(version: &str) -> [u32; 3] {
    let number = |part: &str| {
        let end = part.find(|character: char| !character.is_ascii_digit()).unwrap_or(part.len());
        part.get(..end).and_then(|digits| digits.parse().ok()).unwrap_or(0)
    };
    let mut parts = version.split('.').map(number);
    [(); 3].map(|()| parts.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        for version in ["0.9.0", "0.9", "0.9.0rc1", "0.10.2", "1", "1.0.0b2"] {
            assert!(is_new_enough(version), "{version}");
        }
        for version in ["0.8.9", "0.8", "0.0.1b64", "0", "", "rc1"] {
            assert!(!is_new_enough(version), "{version}");
        }
        assert!(REQUIREMENT.starts_with(&format!("dify_plugin>={OLDEST},<")));
    }
}

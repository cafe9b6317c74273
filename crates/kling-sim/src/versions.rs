//! Model names: which of them mean the same model, and which are retired (documentation of September 2026).

use crate::account::Pack;

/// Every name and the product it stands for. Tasks of one product share their slots, whatever name it was called by.
const NAMES: &[(&str, &str)] = &[
    ("kling-3.0-turbo", "3.0 Turbo"),
    ("kling-3.0", "3.0"),
    ("kling-v3", "3.0"),
    ("kling-3.0-omni", "3.0 Omni"),
    ("kling-v3-omni", "3.0 Omni"),
    ("kling-o1", "O1"),
    ("kling-video-o1", "O1"),
    ("kling-image-o1", "O1"),
    ("kling-2.6", "2.6"),
    ("kling-v2-6", "2.6"),
    ("kling-2.5-turbo", "2.5 Turbo"),
    ("kling-v2-5-turbo", "2.5 Turbo"),
    ("kling-v2-1-master", "2.1 Master"),
    ("kling-v2-1", "2.1"),
    ("kling-v2-master", "2.0 Master"),
    ("kling-v2", "2.0"),
    ("kling-v2-new", "2.0 New"),
    ("kling-v1-6", "1.6"),
    ("kling-v1-5", "1.5"),
    ("kling-v1", "1.0"),
];

/// Reported on 2026-08-26 as retired from 2026-09-15 on; image 2.1 stays.
const RETIRED_VIDEO: &[&str] = &["2.1 Master", "2.1", "2.0 Master", "1.6", "1.5", "1.0"];
const RETIRED_IMAGE: &[&str] = &["2.0", "2.0 New", "1.5", "1.0"];

/// The product a name stands for; a name nobody knows stands for itself.
pub(crate) fn product(name: &str) -> &str {
    NAMES.iter().find(|row| row.0 == name).map_or(name, |row| row.1)
}

/// Whether Kling has or had a model of this name, on whatever endpoint.
pub(crate) fn is_known(name: &str) -> bool {
    NAMES.iter().any(|row| row.0 == name)
}

pub(crate) fn is_retired(name: &str, pack: Pack) -> bool {
    let retired = match pack {
        Pack::Video => RETIRED_VIDEO,
        Pack::Image => RETIRED_IMAGE,
    };
    retired.contains(&product(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_surfaces_name_the_same_models() {
        assert_eq!(product("kling-v3-omni"), product("kling-3.0-omni"));
        assert_ne!(product("kling-v3"), product("kling-v3-omni"));
        assert_eq!(product("kling-v99"), "kling-v99");
    }

    #[test]
    fn two_point_one_is_retired_for_videos_alone() {
        assert!(is_retired("kling-v2-1", Pack::Video));
        assert!(!is_retired("kling-v2-1", Pack::Image));
        assert!(is_retired("kling-v2-new", Pack::Image));
        assert!(!is_retired("kling-2.6", Pack::Video));
    }
}

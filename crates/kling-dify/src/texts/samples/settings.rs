use kling_auth::AuthError;

use super::Samples;
use crate::language::Language;
use crate::texts::settings::{
    bad_max_file_mb, half_a_key_pair, loopback_not_allowed, no_credentials, unknown_region, unusable_setting,
};

pub(super) fn samples(language: Language) -> Samples {
    vec![
        ("no_credentials", no_credentials(language)),
        ("half_a_key_pair", half_a_key_pair(language, "secret_key")),
        ("unknown_region", unknown_region(language)),
        ("bad_max_file_mb", bad_max_file_mb(language, 1000, 50 << 20)),
        ("unusable_setting", unusable_setting(language, &AuthError::MalformedKey("api_key"))),
        (
            "unusable_setting",
            unusable_setting(language, &AuthError::BadHost("is not a URL: write it like `https://api.example.com`")),
        ),
        ("loopback_not_allowed", loopback_not_allowed(language, crate::ALLOW_LOOPBACK)),
    ]
}

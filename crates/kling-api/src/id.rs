//! Identifiers: decimal digits of 18 places and more, too large for a double.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::lenient;

/// A task, video or element id. Kling writes ids as strings or as 64-bit numbers; here they are always text, and are
/// written as text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Id(#[serde(deserialize_with = "lenient::text")] String);

impl Id {
    /// Takes an id as Kling gave it.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Id {
    fn from(id: &str) -> Self {
        Self::new(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_strings_and_numbers_of_any_size() {
        for (json, text) in [
            ("\"840000000000000001\"", "840000000000000001"),
            ("840000000000000001", "840000000000000001"),
            ("18446744073709551615", "18446744073709551615"),
            ("-7", "-7"),
        ] {
            assert_eq!(serde_json::from_str::<Id>(json).unwrap().as_str(), text);
        }
    }

    #[test]
    fn is_written_as_a_string() {
        let id: Id = serde_json::from_str("840000000000000001").unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"840000000000000001\"");
    }

    #[test]
    fn refuses_what_is_no_id() {
        for json in ["null", "true", "[1]", "{}"] {
            assert!(serde_json::from_str::<Id>(json).is_err(), "{json}");
        }
    }
}

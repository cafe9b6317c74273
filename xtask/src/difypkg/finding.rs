//! What is wrong with a package, and who says so.

use std::fmt;

/// Who refuses a package, or suffers from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Enforcer {
    /// The plugin daemon, when the package is uploaded, installed or started.
    Daemon,
    /// Dify's API server, when it lists what is installed.
    DifyApi,
    /// The checks that a pull request to Dify's marketplace must pass.
    Marketplace,
    /// Nobody but common sense.
    Advice,
}

impl fmt::Display for Enforcer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Daemon => "daemon",
            Self::DifyApi => "Dify API",
            Self::Marketplace => "marketplace",
            Self::Advice => "advice",
        })
    }
}

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The enforcer refuses the package.
    Error,
    /// It may work, and somebody will ask.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// One thing a package should not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// Who says so.
    pub enforcer: Enforcer,
    /// The rule's name: lower case, with hyphens.
    pub rule: &'static str,
    /// Where: a path in the package, perhaps with a line; empty for the package as a whole.
    pub place: String,
    /// What is wrong, and what to do where that is not plain.
    pub message: String,
}

impl Finding {
    /// Something the enforcer refuses.
    pub fn error(enforcer: Enforcer, rule: &'static str, place: &str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, enforcer, rule, place: place.to_owned(), message: message.into() }
    }

    /// Something that may work.
    pub fn warning(enforcer: Enforcer, rule: &'static str, place: &str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(enforcer, rule, place, message) }
    }
}

/// `bin/x: is a program (marketplace: binary)`
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { enforcer, rule, place, message, .. } = self;
        let colon = if place.is_empty() { "" } else { ": " };
        write!(f, "{}{colon}{message} ({enforcer}: {rule})", place.escape_debug())
    }
}

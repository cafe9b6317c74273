//! What is wrong with a declaration, and where.

use std::fmt;

use thiserror::Error;

use super::Declaration;

/// How bad a [`Finding`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Works in Dify, but most likely not as meant, or not with other tools.
    Warning,
    /// Refused by Dify's plugin daemon, by `dify plugin package`, by a debugging connection or by Dify itself.
    Error,
}

macro_rules! rules {
    ($($(#[$doc:meta])* $variant:ident = $name:literal $severity:ident,)*) => {
        /// The rule a [`Finding`] is about. The struct validators and decoders of dify-plugin-daemon 0.6.10 (2026-08)
        /// are the source, where nothing else is named.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Rule { $($(#[$doc])* $variant,)* }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// A name that stays, for reports and for lists of exceptions.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// How bad it is to break it.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }
        }
    };
}

rules! {
    /// A file the manifest or a provider names is there and can be read.
    MissingFile = "missing-file" Error,
    /// An icon lies in `_assets`.
    MissingAsset = "missing-asset" Error,
    /// A path stays inside the package and is plain: `a/b.yaml`.
    Path = "path" Error,
    /// A file is YAML in UTF-8.
    Yaml = "yaml" Error,
    /// A map has each key once.
    DuplicateKey = "duplicate-key" Error,
    /// A value has the type it needs.
    WrongType = "wrong-type" Error,
    /// What has to be given is given and not empty.
    Required = "required" Error,
    /// A text keeps within its length, in characters.
    TooLong = "too-long" Error,
    /// A list keeps within its length.
    TooMany = "too-many" Error,
    /// A number keeps within its bounds.
    OutOfRange = "out-of-range" Error,
    /// A name, a version and the like have their form.
    Pattern = "pattern" Error,
    /// A word is one of those Dify knows.
    UnknownWord = "unknown-word" Error,
    /// `scope` stands at a type that has scopes and names one of them.
    Scope = "scope" Error,
    /// `created_at` is a timestamp of RFC 3339.
    Timestamp = "timestamp" Error,
    /// `repo` is a URL.
    Url = "url" Error,
    /// An author is no UUID: the daemon takes such plugins for debugging ones.
    AuthorIsUuid = "author-is-uuid" Error,
    /// Something is declared: tools or endpoints.
    NothingDeclared = "nothing-declared" Error,
    /// Models, agent strategies, data sources and triggers stand alone in their plugins.
    Combination = "combination" Error,
    /// This crate reads tools and endpoints; models, agent strategies, data sources and triggers it does not.
    Unsupported = "unsupported" Error,
    /// There is one file of each kind: of several the daemon keeps the last.
    OneOfEach = "one-of-each" Error,
    /// Tools of a provider, parameters, credentials, settings and endpoints differ in name.
    DuplicateName = "duplicate-name" Error,
    /// A provider's name is in lower case: Dify's API refuses the id of another.
    LowerCase = "lower-case" Error,
    /// A field is one that Dify reads.
    UnknownField = "unknown-field" Warning,
    /// A text that YAML readers take for something else is quoted: Dify's Python SDK, and other readers, refuse it.
    Unquoted = "unquoted" Warning,
    /// Not every word of a scope is one Dify knows; one is enough for it.
    ScopeWord = "scope-word" Warning,
    /// A tool's name is in lower case, as everything around it.
    LowerCaseTool = "lower-case-tool" Warning,
    /// `agent` and `trigger` are tags of plugins, not of providers (Python SDK 0.10.1).
    ProviderTag = "provider-tag" Warning,
    /// Who declares endpoints has `resource.permission.endpoint`, or nobody can set them up.
    EndpointPermission = "endpoint-permission" Warning,
    /// What is selected has something to select from.
    NothingToSelect = "nothing-to-select" Warning,
    /// A default is one of the options.
    DefaultNotOffered = "default-not-offered" Warning,
    /// The names of Dify and of its maker are theirs: the marketplace refuses such authors.
    ReservedAuthor = "reserved-author" Warning,
    /// `network.domains` is a list of hosts, `api.example.com`, or of all below one, `*.example.com`: the marketplace's form
    /// (dify-marketplace-toolkit, 2026-11).
    Domain = "domain" Warning,
    /// The program the daemon starts, `<entrypoint>.py`, is there. A debugging connection needs none.
    Entrypoint = "entrypoint" Warning,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub rule: Rule,
    /// The file, as a path from the package's root.
    pub file: String,
    /// The line in it, from 1, where there is one.
    pub line: Option<usize>,
    /// The field in it, as `parameters[3].options[0].value`; empty for the whole file.
    pub path: String,
    /// What is wrong with it: a predicate, such as `must not be empty`.
    pub message: String,
}

impl Finding {
    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.rule.severity()
    }
}

/// `tools/x.yaml:12: parameters[3].options[0].value: must not be empty`.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.path.is_empty() {
            write!(f, ": {}", self.path)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// All that was found, and the declaration where nothing of it is an error.
#[derive(Debug, Clone)]
pub struct Report {
    /// What is wrong, file by file.
    pub findings: Vec<Finding>,
    /// What was read; `None` where a finding is an error.
    pub declaration: Option<Declaration>,
}

impl Report {
    /// What Dify refuses.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.severity() == Severity::Error)
    }

    /// What Dify takes, but should not have to.
    pub fn warnings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.severity() == Severity::Warning)
    }

    /// The declaration.
    ///
    /// # Errors
    ///
    /// [`Invalid`] with the errors among the findings.
    pub fn into_result(self) -> Result<Declaration, Invalid> {
        let Self { findings, declaration } = self;
        let errors = || findings.into_iter().filter(|finding| finding.severity() == Severity::Error).collect();
        declaration.ok_or_else(|| Invalid { findings: errors() })
    }
}

/// A declaration that Dify would refuse. Its text has a line for each finding.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", lines(.findings))]
pub struct Invalid {
    /// What is wrong; errors only.
    pub findings: Vec<Finding>,
}

fn lines(findings: &[Finding]) -> String {
    findings.iter().map(Finding::to_string).collect::<Vec<_>>().join("\n")
}

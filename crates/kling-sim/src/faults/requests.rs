use std::fmt;

use axum::http::Method;

use crate::files;

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RequestKind {
    /// A POST that makes a task.
    Create,
    /// A GET for tasks by their ids.
    Query,
    /// A page of tasks or of preset elements.
    List,
    /// Resource packs.
    Account,
    /// A result file that would be delivered: the right signature, and there already.
    Download,
    /// Anything else.
    Other,
}

impl RequestKind {
    pub(crate) const COUNT: usize = 6;

    pub(crate) fn of(method: &Method, path: &str) -> Self {
        if files::serves(path) {
            return Self::Download;
        }
        let (is_get, is_post) = (method == Method::GET, method == Method::POST);
        let mut segments = path.split('/').skip(1);
        match [segments.next(), segments.next(), segments.next(), segments.next()] {
            [Some("account"), ..] => Self::Account,
            [Some("tasks"), None, ..] if is_get => Self::Query,
            [Some("tasks"), None, ..] if is_post => Self::List,
            [Some("v1"), Some("general"), Some(name), _] if name.starts_with("delete-") => Self::Other,
            [Some("v1"), Some(_), Some(_), None] if is_get => Self::List,
            [Some("v1"), Some(_), Some(_), Some(_)] if is_get => Self::Query,
            [Some("v1"), Some(_), Some(_), None] | [Some(_), Some(_), None, _] if is_post => Self::Create,
            _ => Self::Other,
        }
    }

    /// `create`, `query`, `list`, `account`, `download` or `other`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Query => "query",
            Self::List => "list",
            Self::Account => "account",
            Self::Download => "download",
            Self::Other => "other",
        }
    }

    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for RequestKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which request a fault is for, counted from the moment it is queued.
///
/// ```
/// use kling_sim::{RequestKind, Requests};
///
/// // The third query of a text-to-video task from now on.
/// let third = Requests::of(RequestKind::Query).under("/v1/videos/text2video").nth(3);
/// # let _ = third;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requests {
    kind: RequestKind,
    under: String,
    nth: u64,
}

impl Requests {
    /// The next request of a kind.
    #[must_use]
    pub fn of(kind: RequestKind) -> Self {
        Self { kind, under: String::new(), nth: 1 }
    }

    /// Only those whose path begins so.
    #[must_use]
    pub fn under(mut self, path: &str) -> Self {
        path.clone_into(&mut self.under);
        self
    }

    /// The nth of them, from 1; 0 counts as 1.
    #[must_use]
    pub fn nth(mut self, nth: u64) -> Self {
        self.nth = nth.max(1);
        self
    }

    pub(super) fn before_it(&self) -> u64 {
        self.nth - 1
    }

    pub(super) fn match_with(&self, kind: RequestKind, path: &str) -> bool {
        self.kind == kind && path.starts_with(&self.under)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_told_apart_by_method_and_path() {
        for (method, path, kind) in [
            (Method::POST, "/v1/videos/text2video", RequestKind::Create),
            (Method::POST, "/v1/general/advanced-custom-elements", RequestKind::Create),
            (Method::POST, "/text-to-video/kling-3.0", RequestKind::Create),
            (Method::GET, "/v1/images/generations/84", RequestKind::Query),
            (Method::GET, "/tasks", RequestKind::Query),
            (Method::GET, "/v1/images/generations", RequestKind::List),
            (Method::GET, "/v1/general/advanced-presets-elements", RequestKind::List),
            (Method::POST, "/tasks", RequestKind::List),
            (Method::GET, "/account/costs", RequestKind::Account),
            (Method::GET, "/files/1.mp4", RequestKind::Download),
            (Method::POST, "/v1/general/delete-advanced-elements", RequestKind::Other),
            (Method::GET, "/", RequestKind::Other),
        ] {
            assert_eq!(RequestKind::of(&method, path), kind, "{method} {path}");
        }
    }
}

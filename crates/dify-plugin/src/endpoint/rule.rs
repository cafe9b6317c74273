//! Path rules: `/callback/<task_id>`.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use uuid::Uuid;

use super::Malformed;

/// The `path` of an endpoint's declaration, taken apart.
///
/// The Python SDK reads paths as rules of the library werkzeug. Of those this takes what endpoints use: literal segments,
/// and segments with one variable, `<name>`, `<string:name>`, `<int:name>`, `<float:name>` or `<uuid:name>`, which may
/// have literal text around it; and one `<path:name>`, which stands for any number of segments. Matching takes time in
/// proportion to the path, whatever a stranger sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    segments: Vec<Segment>,
}

/// The order is that of preference: what says more about the path comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Literal(String),
    Variable { kind: Kind, prefix: String, suffix: String, name: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Uuid,
    Int,
    Float,
    Text,
    Path,
}

impl Rule {
    /// Reads a rule.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub(super) fn parse(path: &str) -> Result<Self, String> {
        let Some(path) = path.strip_prefix('/') else { return Err("it must begin with `/`".into()) };
        let segments: Vec<_> = path.split('/').map(Segment::parse).collect::<Result<_, _>>()?;
        if let Some((_last, inner)) = segments.split_last()
            && inner.iter().any(|segment| matches!(segment, Segment::Literal(text) if text.is_empty()))
        {
            return Err("it has an empty segment, `//`".into());
        }
        let names: Vec<_> = segments.iter().filter_map(Segment::name).collect();
        if let Some((_, twice)) = names.iter().enumerate().find(|(at, name)| names.iter().take(*at).any(|n| n == *name))
        {
            return Err(format!("the variable `{twice}` is there twice"));
        }
        if segments.iter().filter(|segment| segment.is_path()).count() > 1 {
            return Err("only one variable may be a `path`".into());
        }
        Ok(Self { segments })
    }

    /// What two rules that match the same paths, all of them, have in common.
    pub(super) fn shape(&self) -> String {
        let shape = |segment: &Segment| match segment {
            Segment::Literal(text) => format!("/{text}"),
            Segment::Variable { kind, prefix, suffix, .. } => format!("/{prefix}<{kind:?}>{suffix}"),
        };
        self.segments.iter().map(shape).collect::<Vec<_>>().concat()
    }

    /// The order in which rules are tried.
    pub(super) fn preference(&self) -> impl Ord + '_ {
        &self.segments
    }

    /// The variables, when the path is one of this rule's.
    pub(super) fn matches(&self, path: &Path) -> Option<BTreeMap<String, String>> {
        let mut values = BTreeMap::new();
        let given = &path.0;
        let Some(at) = self.segments.iter().position(Segment::is_path) else {
            let all = self.segments.len() == given.len()
                && self.segments.iter().zip(given).all(|(segment, text)| segment.matches(text, &mut values));
            return all.then_some(values);
        };
        let after = self.segments.len() - at - 1;
        let end = given.len().checked_sub(after).filter(|end| *end > at)?;
        let (inner, tail) = given.split_at_checked(end)?;
        let (head, inner) = inner.split_at_checked(at)?;
        let around = self.segments.iter().take(at).zip(head).chain(self.segments.iter().skip(at + 1).zip(tail));
        for (segment, text) in around {
            if !segment.matches(text, &mut values) {
                return None;
            }
        }
        if inner.first()?.is_empty() {
            return None;
        }
        values.insert(self.segments.get(at)?.name()?.to_owned(), inner.join("/"));
        Some(values)
    }
}

impl Segment {
    fn parse(text: &str) -> Result<Self, String> {
        let Some((prefix, rest)) = text.split_once('<') else {
            if text.contains('>') {
                return Err("a `>` is there without its `<`".into());
            }
            return Ok(Self::Literal(text.to_owned()));
        };
        let Some((inner, suffix)) = rest.split_once('>') else { return Err("a `<` is there without its `>`".into()) };
        if prefix.contains('>') || suffix.contains(['<', '>']) {
            return Err("one segment may have one variable".into());
        }
        let (kind, name) = inner.split_once(':').unwrap_or(("string", inner));
        let kind = match kind {
            "string" | "default" => Kind::Text,
            "int" => Kind::Int,
            "float" => Kind::Float,
            "uuid" => Kind::Uuid,
            "path" => Kind::Path,
            other => return Err(format!("variables of the kind `{other}` are not supported")),
        };
        let mut letters = name.chars();
        let identifier = letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
            && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        if !identifier {
            return Err(format!("`{name}` is no name for a variable"));
        }
        if kind == Kind::Path && !(prefix.is_empty() && suffix.is_empty()) {
            return Err("a `path` variable must be whole segments".into());
        }
        Ok(Self::Variable { kind, prefix: prefix.into(), suffix: suffix.into(), name: name.into() })
    }

    fn name(&self) -> Option<&str> {
        match self {
            Self::Literal(_) => None,
            Self::Variable { name, .. } => Some(name),
        }
    }

    fn is_path(&self) -> bool {
        matches!(self, Self::Variable { kind: Kind::Path, .. })
    }

    fn matches(&self, text: &str, values: &mut BTreeMap<String, String>) -> bool {
        match self {
            Self::Literal(literal) => literal == text,
            Self::Variable { kind, prefix, suffix, name } => {
                let value = text.strip_prefix(prefix.as_str()).and_then(|rest| rest.strip_suffix(suffix.as_str()));
                let value = value.filter(|value| kind.takes(value));
                if let Some(value) = value {
                    values.insert(name.clone(), value.to_owned());
                }
                value.is_some()
            }
        }
    }
}

impl Kind {
    fn takes(self, value: &str) -> bool {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Self::Text | Self::Path => !value.is_empty(),
            Self::Int => digits(value),
            Self::Float => value.split_once('.').is_some_and(|(whole, part)| digits(whole) && digits(part)),
            Self::Uuid => value.len() == 36 && Uuid::try_parse(value).is_ok(),
        }
    }
}

/// A request's path: its segments, percent-decoded one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path(Vec<String>);

impl Path {
    /// Takes the path of a request line apart.
    pub(super) fn parse(path: &str) -> Result<Self, Malformed> {
        let path = path.strip_prefix('/').ok_or(Malformed("the path must begin with a slash"))?;
        let decode = |segment: &str| percent_decode_str(segment).decode_utf8().map(std::borrow::Cow::into_owned);
        let segments = path.split('/').map(decode).collect::<Result<_, _>>();
        segments.map(Self).map_err(|_| Malformed("the path is not UTF-8"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The variables as `name=value`.
    fn matched(rule: &str, path: &str) -> Option<String> {
        let values = Rule::parse(rule).unwrap().matches(&Path::parse(path).unwrap())?;
        Some(values.iter().map(|(name, value)| [name, "=", value, ";"].concat()).collect())
    }

    #[test]
    fn literal_paths_are_compared_decoded() {
        assert_eq!(matched("/stream", "/stream").as_deref(), Some(""));
        assert_eq!(matched("/über uns", "/%C3%BCber%20uns").as_deref(), Some(""));
        assert_eq!(matched("/", "/").as_deref(), Some(""));
        assert_eq!(matched("/stream", "/stream/"), None);
        assert_eq!(matched("/stream/", "/stream/").as_deref(), Some(""));
        assert_eq!(matched("/stream", "/Stream"), None);
        assert_eq!(matched("/a/b", "/a//b"), None);
    }

    #[test]
    fn a_variable_is_one_segment() {
        assert_eq!(matched("/cb/<task_id>", "/cb/t%2042").as_deref(), Some("task_id=t 42;"));
        assert_eq!(matched("/cb/<string:id>/end", "/cb/x/end").as_deref(), Some("id=x;"));
        assert_eq!(matched("/cb/<id>", "/cb/"), None);
        assert_eq!(matched("/cb/<id>", "/cb/a/b"), None);
        // An encoded slash stays in its segment.
        assert_eq!(matched("/cb/<id>", "/cb/a%2Fb").as_deref(), Some("id=a/b;"));
    }

    #[test]
    fn text_may_stand_around_a_variable() {
        assert_eq!(matched("/files/<name>.json", "/files/a.b.json").as_deref(), Some("name=a.b;"));
        assert_eq!(matched("/v<int:major>/x", "/v12/x").as_deref(), Some("major=12;"));
        assert_eq!(matched("/files/<name>.json", "/files/.json"), None);
        assert_eq!(matched("/<x>aa", "/aaa").as_deref(), Some("x=a;"));
        assert_eq!(matched("/ab<x>ba", "/aba"), None);
    }

    #[test]
    fn kinds_hold_their_values() {
        assert_eq!(matched("/<int:n>", "/007").as_deref(), Some("n=007;"));
        for wrong in ["/-1", "/1x", "/٣", "/1.0"] {
            assert_eq!(matched("/<int:n>", wrong), None, "{wrong}");
        }
        assert_eq!(matched("/<float:n>", "/1.50").as_deref(), Some("n=1.50;"));
        assert_eq!(matched("/<float:n>", "/1"), None);
        assert_eq!(matched("/<float:n>", "/1."), None);
        let uuid = "0c1e0c1e-0c1e-4c1e-8c1e-0c1e0c1e0c1e";
        assert_eq!(matched("/<uuid:id>", &format!("/{uuid}")).as_deref(), Some(format!("id={uuid};").as_str()));
        assert_eq!(matched("/<uuid:id>", &format!("/{}", uuid.replace('-', ""))), None);
    }

    #[test]
    fn a_path_variable_takes_segments() {
        assert_eq!(matched("/f/<path:p>", "/f/a/b%20c").as_deref(), Some("p=a/b c;"));
        assert_eq!(matched("/f/<path:p>/<end>", "/f/a/b/c").as_deref(), Some("end=c;p=a/b;"));
        assert_eq!(matched("/<path:p>", "/"), None);
        assert_eq!(matched("/f/<path:p>", "/f"), None);
        assert_eq!(matched("/f/<path:p>", "/f//a"), None);
        assert_eq!(matched("/f/<path:p>/x", "/f/x"), None);
        assert_eq!(matched("/f/<path:p>", "/f/a//b/").as_deref(), Some("p=a//b/;"));
    }

    #[test]
    fn rules_out_of_use_are_refused_with_the_reason() {
        for (rule, reason) in [
            ("x", "begin with `/`"),
            ("", "begin with `/`"),
            ("/a//b", "empty segment"),
            ("/<a", "without its `>`"),
            ("/a>", "without its `<`"),
            ("/<a><b>", "one variable"),
            ("/<a>-<b>", "one variable"),
            ("/<1a>", "no name"),
            ("/<>", "no name"),
            ("/<any(x,y):a>", "not supported"),
            ("/<int(max=3):a>", "not supported"),
            ("/<a>/<a>", "twice"),
            ("/<path:a>/<path:b>", "only one"),
            ("/x<path:a>", "whole segments"),
        ] {
            let told = Rule::parse(rule).unwrap_err();
            assert!(told.contains(reason), "{rule}: {told}");
        }
    }

    #[test]
    fn what_says_more_is_tried_first() {
        let mut rules: Vec<_> = ["/<path:p>", "/<x>", "/<int:n>", "/me", "/<x>/me", "/<path:p>/me"]
            .iter()
            .map(|path| (Rule::parse(path).unwrap(), *path))
            .collect();
        rules.sort_by(|(one, _), (other, _)| one.preference().cmp(&other.preference()));
        let order: Vec<_> = rules.iter().map(|(_, path)| *path).collect();
        assert_eq!(order, ["/me", "/<int:n>", "/<x>", "/<x>/me", "/<path:p>", "/<path:p>/me"]);
    }
}

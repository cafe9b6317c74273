//! The values of a file at their places: what is wrong is noted there and read on.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::rc::Rc;

use serde_json::{Map, Number, Value};

use super::finding::{Finding, Rule};
use super::go_json;
use super::scalar::{self, Plain};
use super::text::Text;
use super::timestamp;
use super::yaml::{Kind, Node};

/// Collects the findings of one file.
#[derive(Debug)]
pub(super) struct Log<'a> {
    pub(super) file: &'a str,
    pub(super) findings: &'a RefCell<Vec<Finding>>,
}

impl Log<'_> {
    pub(super) fn note(&self, rule: Rule, line: Option<usize>, path: &str, message: impl Into<String>) {
        let (file, path) = (self.file.to_owned(), path.to_owned());
        self.findings.borrow_mut().push(Finding { rule, file, line, path, message: message.into() });
    }
}

/// A value, or the place where there is none.
#[derive(Debug, Clone)]
pub(super) struct Field<'a> {
    log: &'a Log<'a>,
    path: String,
    /// Its line, or that of what it is missing in.
    line: usize,
    node: Option<Rc<Node>>,
}

impl<'a> Field<'a> {
    /// A whole file.
    pub(super) fn root(log: &'a Log<'a>, node: Rc<Node>) -> Self {
        Self { log, path: String::new(), line: node.line, node: Some(node) }
    }

    pub(super) fn note(&self, rule: Rule, message: impl Into<String>) {
        self.log.note(rule, Some(self.line), &self.path, message);
    }

    /// Whether it is missing or null.
    pub(super) fn is_missing(&self) -> bool {
        match self.node.as_deref() {
            None => true,
            Some(node) => {
                matches!(&node.kind, Kind::Scalar { text, plain: true } if scalar::plain(text) == Plain::Null)
            }
        }
    }

    /// Notes it where it is missing.
    pub(super) fn required(self) -> Self {
        if self.is_missing() {
            self.note(Rule::Required, "must be given");
        }
        self
    }

    fn wrong_type(&self, wanted: &str) {
        let found = match self.node.as_deref().map(|node| &node.kind) {
            Some(Kind::Map(_)) => "a map",
            Some(Kind::List(_)) => "a list",
            _ => "something else",
        };
        self.note(Rule::WrongType, format!("must be {wanted}, not {found}"));
    }

    /// The text, whether it is unquoted, and what it means; `None` where it is missing, or is no scalar, which is noted.
    fn scalar(&self, wanted: &str) -> Option<(&str, bool, Plain)> {
        let Kind::Scalar { text, plain } = &self.node.as_deref()?.kind else {
            self.wrong_type(wanted);
            return None;
        };
        let meaning = if *plain { scalar::plain(text) } else { Plain::Text };
        (meaning != Plain::Null).then_some((text, *plain, meaning))
    }

    /// A text; empty where there is none.
    pub(super) fn text(self) -> Text<'a> {
        let given = self.scalar("a text").map(|(text, is_plain, _)| {
            if is_plain && scalar::needs_quotes(text) {
                self.note(Rule::Unquoted, format!("is not a text to every reader: quote it, \"{text}\""));
            }
            text.to_owned()
        });
        // What has the wrong type is noted already.
        let is_broken = given.is_none() && !self.is_missing();
        Text { field: self, value: given, is_broken }
    }

    /// A boolean; `false` where there is none.
    pub(super) fn flag(&self) -> bool {
        let Some((text, _, meaning)) = self.scalar("true or false") else { return false };
        match (meaning, scalar::old_bool(text)) {
            (Plain::Bool(value), _) => value,
            (_, Some(value)) => {
                self.note(Rule::Unquoted, format!("should be {value}: \"{text}\" is a boolean to some readers only"));
                value
            }
            _ => {
                self.wrong_type("true or false");
                false
            }
        }
    }

    /// A number.
    pub(super) fn number(&self) -> Option<Number> {
        let (_, _, meaning) = self.scalar("a number")?;
        if let Plain::Number(number) = meaning {
            return Some(go_json::float(number));
        }
        self.wrong_type("a number");
        None
    }

    /// A whole number.
    pub(super) fn integer(&self) -> Option<i64> {
        let number = self.number()?;
        let integer = number.as_i64();
        if integer.is_none() {
            self.wrong_type("a whole number");
        }
        integer
    }

    /// A point in time, in the form of RFC 3339; empty where there is none.
    pub(super) fn timestamp(&self) -> String {
        let Some((text, _, meaning)) = self.scalar("a timestamp") else { return String::new() };
        let read = match meaning {
            Plain::Timestamp(timestamp) => Some(timestamp),
            _ => timestamp::from_quoted(text),
        };
        // Go's zero counts as none.
        let given = read.filter(|timestamp| timestamp != "0001-01-01T00:00:00Z");
        if given.is_none() {
            self.note(Rule::Timestamp, "must be a timestamp, such as 2026-11-23T00:00:00Z");
        }
        given.unwrap_or_default()
    }

    /// Any value, as the daemon keeps what it has no type for.
    pub(super) fn value(&self) -> Option<Value> {
        let node = self.node.as_deref()?;
        (!self.is_missing()).then(|| go_json::untyped(self.untyped(node)))
    }

    /// A scalar of any type that JSON has.
    pub(super) fn basic(&self) -> Option<Value> {
        let wanted = "a text, a number or a boolean";
        let (_, _, meaning) = self.scalar(wanted)?;
        if matches!(meaning, Plain::Timestamp(_)) {
            self.wrong_type(wanted);
        }
        self.value()
    }

    fn untyped(&self, node: &Node) -> Value {
        match &node.kind {
            Kind::Scalar { text, plain } => {
                let value = scalar::value(text, *plain);
                if *plain && scalar::is_no_json_number(text) {
                    self.note(Rule::WrongType, format!("holds {text}, which JSON cannot"));
                } else if *plain && value.is_string() && scalar::needs_quotes(text) {
                    self.note(Rule::Unquoted, format!("has {text}, which is not a text to every reader: quote it"));
                }
                value
            }
            Kind::List(nodes) => nodes.iter().map(|node| self.untyped(node)).collect(),
            Kind::Map(pairs) => {
                let mut map = Map::new();
                for (key, value) in pairs {
                    let name = self.key(key);
                    if map.insert(name.to_owned(), self.untyped(value)).is_some() {
                        self.log.note(Rule::DuplicateKey, Some(key.line), &self.path, format!("has `{name}` twice"));
                    }
                }
                Value::Object(map)
            }
        }
    }

    fn key<'n>(&self, key: &'n Node) -> &'n str {
        match &key.kind {
            Kind::Scalar { text, plain } if !plain || scalar::plain(text) == Plain::Text => text,
            _ => {
                self.log.note(Rule::WrongType, Some(key.line), &self.path, "has a key that is no text");
                key.key().unwrap_or_default()
            }
        }
    }

    /// The elements of a list; `None` where there is none.
    pub(super) fn list(&self) -> Option<Vec<Field<'a>>> {
        match &self.node.as_deref()?.kind {
            Kind::List(nodes) => {
                let elements = nodes.iter().enumerate();
                Some(elements.map(|(index, node)| self.child(format!("{}[{index}]", self.path), node)).collect())
            }
            _ if self.is_missing() => None,
            _ => {
                self.wrong_type("a list");
                None
            }
        }
    }

    /// Keys and values of a map, in its order; `None` where it is something else.
    pub(super) fn entries(&self) -> Option<Vec<(&str, Field<'a>)>> {
        let Kind::Map(pairs) = &self.node.as_deref()?.kind else { return None };
        let mut seen = BTreeSet::new();
        let mut entries = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            let name = key.key().unwrap_or_default();
            let dot = if self.path.is_empty() { "" } else { "." };
            let child = self.child(format!("{}{dot}{name}", self.path), value);
            if seen.insert(name) {
                entries.push((name, child));
            } else {
                self.log.note(Rule::DuplicateKey, Some(key.line), &child.path, "must be given once");
            }
        }
        Some(entries)
    }

    /// A field of it, whatever it is.
    pub(super) fn get(&self, name: &str) -> Field<'a> {
        let dot = if self.path.is_empty() { "" } else { "." };
        let path = format!("{}{dot}{name}", self.path);
        let found = match self.node.as_deref().map(|node| &node.kind) {
            Some(Kind::Map(pairs)) => pairs.iter().find(|(key, _)| key.key() == Some(name)),
            _ => None,
        };
        match found {
            Some((_, value)) => self.child(path, value),
            None => Field { log: self.log, path, line: self.line, node: None },
        }
    }

    /// Its text, whatever it is like; `None` where it is missing.
    pub(super) fn word(&self) -> Option<&str> {
        self.node.as_deref()?.key().filter(|_| !self.is_missing())
    }

    fn child(&self, path: String, node: &Rc<Node>) -> Field<'a> {
        Field { log: self.log, path, line: node.line, node: Some(Rc::clone(node)) }
    }

    /// Itself, where it names a file.
    pub(super) fn named_file(self) -> Option<Self> {
        let path = self.clone().text().required();
        (!path.is_broken).then_some(self)
    }

    pub(super) fn is_scalar(&self) -> bool {
        matches!(self.node.as_deref(), Some(Node { kind: Kind::Scalar { .. }, .. }))
    }

    pub(super) fn is_map(&self) -> bool {
        matches!(self.node.as_deref(), Some(Node { kind: Kind::Map(_), .. }))
    }

    /// What `read` makes of a map; `None` where there is none. Fields it does not ask for are noted.
    pub(super) fn object<T>(&self, read: impl FnOnce(&Fields<'a>) -> T) -> Option<T> {
        if !self.is_map() {
            if !self.is_missing() {
                self.wrong_type("a map");
            }
            return None;
        }
        let fields = Fields { of: self.clone(), asked: RefCell::default(), everything: Cell::default() };
        let read = read(&fields);
        fields.note_unknown();
        Some(read)
    }
}

/// The fields of a map.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    of: Field<'a>,
    asked: RefCell<BTreeSet<&'static str>>,
    /// Whether all of them are known.
    everything: Cell<bool>,
}

impl<'a> Fields<'a> {
    pub(super) fn get(&self, name: &'static str) -> Field<'a> {
        self.asked.borrow_mut().insert(name);
        self.of.get(name)
    }

    /// Fields that others read.
    pub(super) fn leave(&self, names: &[&'static str]) {
        self.asked.borrow_mut().extend(names);
    }

    /// A map of anything.
    pub(super) fn leave_all(&self) {
        self.everything.set(true);
    }

    fn note_unknown(&self) {
        // Also notes what is given twice, which is wrong in any case.
        let entries = self.of.entries().unwrap_or_default();
        if self.everything.get() {
            return;
        }
        let asked = self.asked.borrow();
        for (_, field) in entries.into_iter().filter(|(name, _)| !asked.contains(name)) {
            field.note(Rule::UnknownField, "is not a field that Dify reads");
        }
    }
}

impl Field<'_> {
    /// Notes an integer outside of the range.
    pub(super) fn within(&self, value: i64, range: &RangeInclusive<i64>) {
        if !range.contains(&value) {
            self.note(Rule::OutOfRange, format!("must be from {} to {}", range.start(), range.end()));
        }
    }
}

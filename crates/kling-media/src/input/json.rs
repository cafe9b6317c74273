//! Files given as JSON: what Dify 1.x hands to a tool, and what agents make up.
//!
//! Source of the shapes: Dify's plugin SDK 0.9 and its API as of 2026-08.

use std::borrow::Cow;

use serde_json::Value;

use super::json_text::{self, Text};
use super::text::{self, full_address};
use super::{Content, DifyFile, Input, InputProblem, MAX_FILES};

/// The mark of Dify's own file objects.
const MARK: (&str, &str) = ("dify_model_identity", "__dify__file__");

/// Whether a value comes from Dify itself, so that its mark means something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    Dify,
    Text,
}

/// One file as it was given, and no list.
pub(super) enum Element<'a> {
    Nothing,
    Text(Cow<'a, str>),
    Object(Object<'a>),
    /// No file; the text says what it is.
    Other(&'static str),
}

/// What matters of an object.
#[derive(Default)]
pub(super) struct Object<'a> {
    pub(super) url: Option<Cow<'a, str>>,
    pub(super) remote_url: Option<Cow<'a, str>>,
    pub(super) marked: bool,
    /// In bytes.
    pub(super) size: Option<u64>,
}

pub(super) fn one(value: Option<&Value>) -> Result<Option<Input>, InputProblem> {
    match value {
        None => Ok(None),
        Some(Value::Array(elements)) => only(elements.iter().map(Element::of), Trust::Dify),
        Some(value) => Element::of(value).into_input(Trust::Dify),
    }
}

/// One file in a text that means to be JSON.
pub(super) fn one_in_text(text: &str) -> Result<Option<Input>, InputProblem> {
    match json_text::read(text)? {
        Text::One(element) => element.into_input(Trust::Text),
        Text::List(elements) => only(elements.into_iter(), Trust::Text),
    }
}

pub(super) fn list(value: Option<&Value>) -> Result<Vec<Input>, InputProblem> {
    match value {
        None => Ok(Vec::new()),
        Some(Value::Array(elements)) => all(elements.iter().map(Element::of), Trust::Dify),
        Some(Value::String(text)) => list_in_text(text.trim()),
        Some(other) => all(std::iter::once(Element::of(other)), Trust::Dify),
    }
}

fn list_in_text(text: &str) -> Result<Vec<Input>, InputProblem> {
    if json_text::is_meant(text) {
        return match json_text::read(text)? {
            Text::One(element) => all(std::iter::once(element), Trust::Text),
            Text::List(elements) => all(elements.into_iter(), Trust::Text),
        };
    }
    if text::is_link(text) {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        return all(lines.map(|line| Element::Text(line.into())), Trust::Text);
    }
    Ok(text::one(text)?.into_iter().collect())
}

fn only<'a>(elements: impl Iterator<Item = Element<'a>>, trust: Trust) -> Result<Option<Input>, InputProblem> {
    let mut given = elements.filter(|element| !element.is_nothing());
    match (given.next(), given.count()) {
        (Some(only), 0) => only.into_input(trust),
        (Some(_), others) => Err(InputProblem::Several(others + 1)),
        (None, _) => Ok(None),
    }
}

fn all<'a>(elements: impl Iterator<Item = Element<'a>>, trust: Trust) -> Result<Vec<Input>, InputProblem> {
    let mut inputs = Vec::new();
    for element in elements.filter(|element| !element.is_nothing()) {
        if inputs.len() == MAX_FILES {
            return Err(InputProblem::TooMany { most: MAX_FILES });
        }
        inputs.extend(element.into_input(trust)?);
    }
    Ok(inputs)
}

impl<'a> Element<'a> {
    fn of(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Nothing,
            Value::String(text) => Self::Text(text.into()),
            Value::Object(object) => {
                let field = |name| object.get(name).and_then(Value::as_str);
                Self::Object(Object {
                    url: field("url").map(Cow::from),
                    remote_url: field("remote_url").map(Cow::from),
                    marked: field(MARK.0).is_some_and(|mark| mark.trim() == MARK.1),
                    // -1 stands for unknown.
                    size: object.get("size").and_then(Value::as_u64),
                })
            }
            Value::Array(_) => Self::LIST,
            Value::Bool(_) => Self::BOOL,
            Value::Number(_) => Self::NUMBER,
        }
    }

    pub(super) const LIST: Self = Self::Other("a list in a list");
    pub(super) const BOOL: Self = Self::Other("a yes or no");
    pub(super) const NUMBER: Self = Self::Other("a number");

    pub(super) fn is_nothing(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Text(text) => text.trim().is_empty(),
            Self::Object(_) | Self::Other(_) => false,
        }
    }

    fn into_input(self, trust: Trust) -> Result<Option<Input>, InputProblem> {
        match self {
            element if element.is_nothing() => Ok(None),
            Self::Nothing => Ok(None),
            Self::Text(text) if trust == Trust::Dify => text::one(&text),
            // Text in text is not unpacked any further.
            Self::Text(text) => text::plain(text.trim()).map(Some),
            Self::Object(object) => object.into_input(trust).map(Some),
            Self::Other(what) => Err(InputProblem::NotAFile(what)),
        }
    }
}

impl Object<'_> {
    fn into_input(self, trust: Trust) -> Result<Input, InputProblem> {
        let links = [self.url, self.remote_url];
        let mut links = links.iter().flatten().map(|link| link.trim()).filter(|link| !link.is_empty());
        let url = full_address(links.next().ok_or(InputProblem::NotAFile("an object without a link"))?)?;
        if trust == Trust::Text || !self.marked {
            return text::link(url);
        }
        Ok(Input(Content::Dify(DifyFile { url: url.to_owned(), size: self.size })))
    }
}

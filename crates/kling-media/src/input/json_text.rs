//! JSON in a text, read into what matters of it: a tree of all values takes many times the text's own memory.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::json::{Element, Object};
use super::{InputProblem, MAX_FILES};

/// What a text holds.
pub(super) enum Text<'a> {
    One(Element<'a>),
    /// Without those that are nothing.
    List(Vec<Element<'a>>),
}

/// Whether a text without white space around it means to be JSON.
pub(super) fn is_meant(text: &str) -> bool {
    text.starts_with(['{', '[']) || text == "null"
}

/// Reads a text that [means](is_meant) to be JSON. Besides the strings themselves it takes memory for [`MAX_FILES`]
/// elements, whatever the text holds.
pub(super) fn read(text: &str) -> Result<Text<'_>, InputProblem> {
    let read = if text.starts_with('[') {
        serde_json::from_str(text).map(|List(elements)| Text::List(elements))
    } else {
        serde_json::from_str(text).map(Text::One)
    };
    // Values of all types are read, so that the count alone is an error of data.
    read.map_err(
        |error| if error.is_data() { InputProblem::TooMany { most: MAX_FILES } } else { InputProblem::NotUnderstood },
    )
}

struct List<'a>(Vec<Element<'a>>);

impl<'de> Deserialize<'de> for List<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ListVisitor)
    }
}

struct ListVisitor;

impl<'de> Visitor<'de> for ListVisitor {
    type Value = List<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of files")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<List<'de>, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element::<Element<'de>>()? {
            if element.is_nothing() {
                continue;
            }
            if elements.len() == MAX_FILES {
                return Err(de::Error::custom("too many files"));
            }
            elements.push(element);
        }
        Ok(List(elements))
    }
}

impl<'de> Deserialize<'de> for Element<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ElementVisitor)
    }
}

struct ElementVisitor;

impl<'de> Visitor<'de> for ElementVisitor {
    type Value = Element<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a file")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Element::Nothing)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Element::BOOL)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Element::NUMBER)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Element::NUMBER)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Element::NUMBER)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Element::Text(text.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Element::Text(text.to_owned().into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Element::LIST)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut object = Object::default();
        while let Some(field) = map.next_key::<Field>()? {
            match field {
                Field::Url => object.url = text_of(map.next_value()?),
                Field::RemoteUrl => object.remote_url = text_of(map.next_value()?),
                Field::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(Element::Object(object))
    }
}

fn text_of(element: Element<'_>) -> Option<Cow<'_, str>> {
    if let Element::Text(text) = element { Some(text) } else { None }
}

/// The mark of Dify's files and their size mean nothing in a text.
#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Field {
    Url,
    RemoteUrl,
    #[serde(other)]
    Other,
}

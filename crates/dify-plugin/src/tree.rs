//! JSON of strangers, read into memory of a bounded size.
//!
//! A [`Value`] takes far more memory than its text: `{"":0}` has 6 bytes as text and some 500 parsed, so a line of the
//! allowed length could take more than a gibibyte. What is counted here is the structure alone. Texts are no longer
//! parsed than they were written, and how long a line may be is the connection's limit.

use std::cell::Cell;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// How much the structure of one line may take in memory: 32 MiB, as much as its text may. That is some 50,000 small
/// objects or 230,000 numbers in a list.
pub(crate) const MAX_TREE_BYTES: usize = 32 * 1024 * 1024;

/// What the parts take, growth and the allocator's own bytes included. `Vec` and `IndexMap` begin with room for four.
const ELEMENT: usize = 2 * size_of::<Value>();
const ARRAY: usize = 2 * size_of::<Value>() + 16;
const ENTRY: usize = 2 * (size_of::<Value>() + size_of::<String>() + 2 * size_of::<usize>());
const OBJECT: usize = 256;
const STRING: usize = 32;

/// A value, and about how many bytes its structure takes.
#[derive(Debug)]
pub(crate) struct Tree {
    pub(crate) value: Value,
    pub(crate) bytes: usize,
}

#[derive(Debug)]
pub(crate) enum Unreadable {
    /// It is no JSON. The text tells what and where, and quotes nothing.
    Syntax(serde_json::Error),
    /// Its structure would take more than [`MAX_TREE_BYTES`].
    TooLarge,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(error) => error.fmt(f),
            Self::TooLarge => write!(f, "it has too many JSON values, parsed more than {MAX_TREE_BYTES} bytes"),
        }
    }
}

/// Reads one JSON text.
pub(crate) fn read(json: &[u8]) -> Result<Tree, Unreadable> {
    let budget = Budget { left: Cell::new(MAX_TREE_BYTES), exceeded: Cell::new(false) };
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let value = budget.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    match value {
        Ok(value) => Ok(Tree { value, bytes: MAX_TREE_BYTES - budget.left.get() }),
        Err(_) if budget.exceeded.get() => Err(Unreadable::TooLarge),
        Err(error) => Err(Unreadable::Syntax(error)),
    }
}

/// What is left to be taken. Makes a [`Value`] as `serde_json`'s own `Deserialize` does.
struct Budget {
    left: Cell<usize>,
    exceeded: Cell<bool>,
}

impl Budget {
    fn take<E: de::Error>(&self, bytes: usize) -> Result<(), E> {
        let Some(left) = self.left.get().checked_sub(bytes) else {
            self.exceeded.set(true);
            return Err(E::custom("too many values"));
        };
        self.left.set(left);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for &Budget {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &Budget {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Value, E> {
        self.take(STRING)?;
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        self.take(ARRAY)?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            self.take(ELEMENT)?;
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        self.take(OBJECT)?;
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            self.take(ENTRY + STRING)?;
            object.insert(key, entries.next_value_seed(self)?);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_is_the_one_that_serde_json_reads() {
        let json =
            r#" {"a":[1,-2,2.5,1e300,true,false,null,"x\u00e9\n",{}],"b":{"c":[]},"a2":18446744073709551615,"b":7} "#;
        let tree = read(json.as_bytes()).unwrap();
        let theirs: Value = serde_json::from_str(json).unwrap();
        assert_eq!(tree.value, theirs);
        assert_eq!(tree.value.to_string(), theirs.to_string(), "the order too");
    }

    #[test]
    fn what_is_no_json_is_refused_in_the_same_words() {
        for json in ["", "{", "[1,]", "1 2", "\"\u{1}\"", "1e999", "nul", r#"{"a":1,}"#, r#""\ud800""#] {
            let Unreadable::Syntax(error) = read(json.as_bytes()).unwrap_err() else { panic!("{json}") };
            let theirs = serde_json::from_str::<Value>(json).unwrap_err();
            assert_eq!(error.to_string(), theirs.to_string(), "{json}");
        }
        let deep = "[".repeat(100_000);
        assert!(matches!(read(deep.as_bytes()), Err(Unreadable::Syntax(_))));
    }

    /// Values of the shapes that take the most memory for their text, a hundred thousand times and more.
    #[test]
    fn too_many_values_of_any_kind_are_too_large() {
        for value in ["{\"\":0}", "[]", "[0]", "{}", "\"\"", "0", "null", "{\"a\":{\"a\":[{\"a\":0}]}}"] {
            let few = format!("[{value}{}]", format!(",{value}").repeat(999));
            let tree = read(few.as_bytes()).unwrap();
            assert!(tree.bytes >= 1000 * size_of::<Value>(), "{value}: {}", tree.bytes);
            let many = format!("[{value}{}]", format!(",{value}").repeat(MAX_TREE_BYTES / ELEMENT));
            assert!(matches!(read(many.as_bytes()), Err(Unreadable::TooLarge)), "{value}");
        }
        let keys: Map<String, Value> = (0..200_000).map(|number| (number.to_string(), Value::Null)).collect();
        assert!(matches!(read(Value::Object(keys).to_string().as_bytes()), Err(Unreadable::TooLarge)));
    }

    #[test]
    fn long_texts_and_many_numbers_are_none_of_it() {
        let text = format!("[\"{}\"]", "{\\\"\\\":0}".repeat(2_000_000));
        assert!(read(text.as_bytes()).unwrap().bytes < 1024);
        // The vectors of a hundred texts.
        let numbers = format!("[{}0]", "0.125,".repeat(100 * 1536));
        assert!(read(numbers.as_bytes()).is_ok());
    }
}

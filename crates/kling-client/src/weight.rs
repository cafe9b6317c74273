//! Whether a value is large as JSON, told by the lengths of its texts: they are not read for it.

use std::fmt::{self, Display};

use serde::ser::{self, Impossible, Serialize, Serializer};

/// Whether the texts in a value have more than so many bytes together. JSON as a whole may be longer.
pub(crate) fn exceeds(value: &impl Serialize, bytes: usize) -> bool {
    value.serialize(&mut Weight { left: bytes }).is_err()
}

struct Weight {
    left: usize,
}

impl Weight {
    fn take(&mut self, bytes: usize) -> Result<(), Exceeded> {
        self.left = self.left.checked_sub(bytes).ok_or(Exceeded)?;
        Ok(())
    }
}

/// There is more; or the value cannot be written, as shows when it is.
#[derive(Debug)]
struct Exceeded;

impl Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is large")
    }
}

impl std::error::Error for Exceeded {}

impl ser::Error for Exceeded {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

/// What has no text in it.
macro_rules! weightless {
    ($($name:ident($($kind:ty)?)),* $(,)?) => {
        $(fn $name(self $(, _: $kind)?) -> Result<(), Exceeded> {
            Ok(())
        })*
    };
}

impl Serializer for &mut Weight {
    type Ok = ();
    type Error = Exceeded;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Impossible<(), Exceeded>;
    type SerializeTupleVariant = Impossible<(), Exceeded>;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    weightless! {
        serialize_bool(bool), serialize_i8(i8), serialize_i16(i16), serialize_i32(i32), serialize_i64(i64),
        serialize_u8(u8), serialize_u16(u16), serialize_u32(u32), serialize_u64(u64), serialize_f32(f32),
        serialize_f64(f64), serialize_char(char), serialize_none(), serialize_unit(), serialize_unit_struct(&'static str),
    }

    fn serialize_str(self, text: &str) -> Result<(), Exceeded> {
        self.take(text.len())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), Exceeded> {
        self.take(bytes.len())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Exceeded> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), Exceeded> {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Exceeded> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Exceeded> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Exceeded> {
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Exceeded> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Impossible<(), Exceeded>, Exceeded> {
        Err(Exceeded)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Impossible<(), Exceeded>, Exceeded> {
        Err(Exceeded)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Exceeded> {
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Exceeded> {
        Ok(self)
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Self, Exceeded> {
        Ok(self)
    }
}

macro_rules! elements {
    ($($of:ident),* $(,)?) => {
        $(impl ser::$of for &mut Weight {
            type Ok = ();
            type Error = Exceeded;

            fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Exceeded> {
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), Exceeded> {
                Ok(())
            }
        })*
    };
}

elements! { SerializeSeq, SerializeTuple }

macro_rules! fields {
    ($($of:ident),* $(,)?) => {
        $(impl ser::$of for &mut Weight {
            type Ok = ();
            type Error = Exceeded;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Result<(), Exceeded> {
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), Exceeded> {
                Ok(())
            }
        })*
    };
}

fields! { SerializeStruct, SerializeStructVariant }

impl ser::SerializeMap for &mut Weight {
    type Ok = ();
    type Error = Exceeded;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Exceeded> {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Exceeded> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Exceeded> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use kling_api::{Image2VideoRequest, Media, OmniVideoRequest, VideoImage};
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_count_wherever_they_are() {
        let text = "x".repeat(100);
        for value in [
            json!(text),
            json!([1, "", [text]]),
            json!({"a": {"b": text}}),
            json!({ text.as_str(): 0 }),
            json!(["x".repeat(60), {"a": "x".repeat(40)}]),
        ] {
            assert!(exceeds(&value, 99), "{value}");
            assert!(!exceeds(&value, 110), "{value}");
        }
        assert!(!exceeds(&json!({"": [1, 2.5, true, null, -3]}), 0));
    }

    #[test]
    fn requests_are_large_by_their_pictures() {
        let picture = |length: usize| Media::from("A".repeat(length));
        for (length, large) in [(10, false), (1000, true)] {
            let image2video = Image2VideoRequest { image: Some(picture(length)), ..Image2VideoRequest::default() };
            assert_eq!(exceeds(&image2video, 500), large);
            let image_list = vec![VideoImage { image_url: picture(length), role: Some("first_frame".to_owned()) }];
            let omni = OmniVideoRequest {
                model_name: Some("kling-3.0-omni".to_owned()),
                prompt: Some("a boat".to_owned()),
                image_list,
                ..OmniVideoRequest::default()
            };
            assert_eq!(exceeds(&omni, 500), large);
            assert_eq!(exceeds(&omni.for_new_surface().unwrap().body, 500), large);
        }
    }
}

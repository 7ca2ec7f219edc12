//! Values of known types under known keys.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// One of some keys, in whichever case; `None` for any other.
pub(in super::super) struct KeyOf(pub(in super::super) &'static [&'static str]);

impl<'de> DeserializeSeed<'de> for KeyOf {
    type Value = Option<&'static str>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyOf {
    type Value = Option<&'static str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, found: &str) -> Result<Self::Value, E> {
        let mut keys = self.0.iter().copied();
        Ok(keys.find(|key| key.eq_ignore_ascii_case(found)))
    }
}

/// The text of a key; `None` for `null`.
pub(in super::super) struct TextOf(pub(in super::super) &'static str);

impl<'de> DeserializeSeed<'de> for TextOf {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl Visitor<'_> for TextOf {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a text as `{}`", self.0)
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Some(text))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

/// The texts of a key; `null` is an empty list, and an empty text in one.
pub(in super::super) struct TextsOf(pub(in super::super) &'static str);

impl<'de> DeserializeSeed<'de> for TextsOf {
    type Value = Vec<String>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TextsOf {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list as `{}`", self.0)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = items.next_element_seed(TextOf(self.0))? {
            texts.push(text.unwrap_or_default());
        }
        Ok(texts)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }
}

/// The items of the list of a key, not yet read; `null` is an empty list.
pub(in super::super) struct RawListOf(pub(in super::super) &'static str);

impl<'de> DeserializeSeed<'de> for RawListOf {
    type Value = Vec<&'de RawValue>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for RawListOf {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list as `{}`", self.0)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut raw = Vec::new();
        while let Some(item) = items.next_element()? {
            raw.push(item);
        }
        Ok(raw)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }
}

/// An object by some keys; `None` for `null`. `into` is filled with what stands under them.
pub(in super::super) struct PairsOf<T> {
    pub(in super::super) what: &'static str,
    pub(in super::super) keys: &'static [&'static str],
    pub(in super::super) into: T,
}

/// Something that is filled with the values of an object.
pub(in super::super) trait Filled<'de> {
    /// Reads the value of one of the keys that were asked for.
    fn fill<A: MapAccess<'de>>(&mut self, key: &'static str, map: &mut A) -> Result<(), A::Error>;
}

impl<'de, T: Filled<'de>> DeserializeSeed<'de> for PairsOf<T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, T: Filled<'de>> Visitor<'de> for PairsOf<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self::Value, A::Error> {
        while let Some(key) = map.next_key_seed(KeyOf(self.keys))? {
            match key {
                Some(key) => self.into.fill(key, &mut map)?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(Some(self.into))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

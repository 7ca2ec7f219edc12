//! The values of a file, with the lists of mappings or without.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The values of a file. The lists of mappings are passed over, so that very many of them take no
/// memory: who wants them reads the text.
pub(super) struct WithoutMappings(pub(super) Value);

impl<'de> Deserialize<'de> for WithoutMappings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Level::Top.deserialize(deserializer).map(Self)
    }
}

/// The values of a file with the lists.
pub(super) struct WithMappings(pub(super) Value);

impl<'de> Deserialize<'de> for WithMappings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Level::Elsewhere.deserialize(deserializer).map(Self)
    }
}

/// Where in the file a value stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Top,
    Server,
    /// In a list of mappings. What stands there is read and forgotten: it has to be well-formed.
    Mappings,
    Elsewhere,
}

impl Level {
    fn below(self, key: &str) -> Self {
        let is = |name: &str| key.eq_ignore_ascii_case(name);
        match self {
            Self::Top if is("server") => Self::Server,
            Self::Server if is("mapRoles") || is("mapUsers") || is("mapAccounts") => Self::Mappings,
            Self::Mappings => Self::Mappings,
            _ => Self::Elsewhere,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Level {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Value, E> {
        number(value, Number::from_i128(value))
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Value, E> {
        number(value, Number::from_u128(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        match self {
            Self::Mappings => Ok(Value::Null),
            _ => Ok(value.into()),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        // An item stands below no key.
        while let Some(item) = items.next_element_seed(self.below(""))? {
            if self != Self::Mappings {
                list.push(item);
            }
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = pairs.next_key::<String>()? {
            let value = pairs.next_value_seed(self.below(&key))?;
            if self != Self::Mappings {
                map.insert(key, value);
            }
        }
        Ok(map.into())
    }
}

fn number<E: Error>(found: impl fmt::Display, number: Option<Number>) -> Result<Value, E> {
    let number = number.ok_or_else(|| {
        E::custom(format_args!(
            "expected a number of at most 64 bits, but found `{found}`"
        ))
    })?;
    Ok(Value::Number(number))
}

#[cfg(test)]
mod tests;

//! The id of an EC2 instance.

use std::fmt;
use std::str::FromStr;

use crate::shown::shown;

/// The id of an EC2 instance: `i-` and 8 or 17 letters, digits or underscores, as
/// aws-iam-authenticator matches it.
///
/// It holds nothing that means more to EC2, such as the `*` and `?` of its filters.
///
/// # Examples
///
/// ```
/// use eksauth_map::InstanceId;
///
/// let id: InstanceId = "i-0123456789abcdef0".parse()?;
/// assert!("i-????????".parse::<InstanceId>().is_err());
/// # Ok::<(), eksauth_map::NotAnInstanceId>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InstanceId(Box<str>);

/// A text that is not the id of an EC2 instance.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("expected the id of an EC2 instance, such as `i-0123456789abcdef0`, but found `{found}`")]
pub struct NotAnInstanceId {
    /// The text, escaped and cut to a readable length.
    pub found: String,
}

impl InstanceId {
    /// The id as EC2 spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for InstanceId {
    type Err = NotAnInstanceId;

    fn from_str(text: &str) -> Result<Self, NotAnInstanceId> {
        let is_word = |it: &str| {
            it.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        match text.strip_prefix("i-") {
            Some(rest) if matches!(rest.len(), 8 | 17) && is_word(rest) => Ok(Self(text.into())),
            _ => Err(NotAnInstanceId { found: shown(text) }),
        }
    }
}

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_nothing_else_and_nothing_more() {
        for text in ["i-01234567", "i-0123456789abcdef0", "i-________"] {
            assert_eq!(text.parse::<InstanceId>().unwrap().as_str(), text);
        }
        for text in [
            "",
            "i-",
            "i-*",
            "i-*1234567",
            "i-????????",
            "i-0123456",
            "i-012345678",
            "i-0123456789abcdef",
            "i-0123456789abcdef01",
            "I-01234567",
            "i-0123456&",
            "i-0123456-",
            " i-01234567",
            "i-01234567 ",
            "i-01234567\n",
            "bob@example.com",
        ] {
            assert!(text.parse::<InstanceId>().is_err(), "{text}");
        }
    }
}

//! The id of an EC2 instance.

use std::fmt;
use std::str::FromStr;

use super::PrivateDnsError;

/// The id of an EC2 instance: `i-` and 8 or 17 letters or digits.
///
/// It holds nothing that means more to EC2, such as the `*` and `?` of its filters.
///
/// # Examples
///
/// ```
/// use eksauth_server::InstanceId;
///
/// let id: InstanceId = "i-0123456789abcdef0".parse()?;
/// assert!("i-*".parse::<InstanceId>().is_err());
/// # Ok::<(), eksauth_server::PrivateDnsError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InstanceId(Box<str>);

impl InstanceId {
    /// The id as EC2 spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for InstanceId {
    type Err = PrivateDnsError;

    fn from_str(text: &str) -> Result<Self, PrivateDnsError> {
        let is_word = |it: &str| {
            it.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        match text.strip_prefix("i-") {
            Some(rest) if matches!(rest.len(), 8 | 17) && is_word(rest) => Ok(Self(text.into())),
            _ => Err(PrivateDnsError::InstanceId {
                found: text.escape_default().take(80).collect(),
            }),
        }
    }
}

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

//! The name that a token is bound to.

use std::fmt;
use std::str::FromStr;

/// Longest accepted cluster id, in bytes.
///
/// Amazon EKS names have at most 100 characters; the authenticator takes any text, so the bound
/// only keeps a header line within what HTTP servers accept.
pub const MAX_CLUSTER_ID_LEN: usize = 1024;

/// The name of a cluster as its token verifier knows it: the value of the signed header
/// `x-k8s-aws-id`.
///
/// For Amazon EKS this is the cluster's name (on Outposts: its id), for
/// `aws-iam-authenticator` and `eksauth server` whatever was configured as the cluster id.
///
/// Printable ASCII is accepted, inner and outer blanks included: Signature Version 4 trims and
/// collapses blanks before signing, and so does every verifier. Everything else is refused, because
/// signers and HTTP clients disagree on tabs, no-break spaces, control characters and bytes outside
/// ASCII, and the token would be rejected far away from the mistake.
///
/// # Examples
///
/// ```
/// use eksauth_token::ClusterId;
///
/// let cluster = ClusterId::new("prod-eu")?;
/// assert_eq!(cluster.as_str(), "prod-eu");
///
/// let error = ClusterId::new("prod\teu").unwrap_err();
/// assert!(error.to_string().contains("a tab"));
/// # Ok::<(), eksauth_token::InvalidClusterId>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClusterId {
    text: Box<str>,
    /// What Signature Version 4 signs: outer blanks trimmed, inner runs collapsed.
    signed: Box<str>,
}

impl ClusterId {
    /// Checks and takes a cluster id.
    ///
    /// # Errors
    ///
    /// When the id is empty or blank, longer than [`MAX_CLUSTER_ID_LEN`] bytes, or holds a character
    /// other than printable ASCII.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidClusterId> {
        let text = text.into();
        if text.trim_matches(' ').is_empty() {
            return Err(InvalidClusterId::Empty);
        }
        if text.len() > MAX_CLUSTER_ID_LEN {
            return Err(InvalidClusterId::TooLong { length: text.len() });
        }
        if let Some((index, found)) = text.char_indices().find(|(_, c)| !matches!(c, ' '..='~')) {
            return Err(InvalidClusterId::Character { found, index });
        }
        let signed = text
            .split(' ')
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        Ok(Self {
            text: text.into(),
            signed: signed.into(),
        })
    }

    /// The id as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn as_signed(&self) -> &str {
        &self.signed
    }
}

impl FromStr for ClusterId {
    type Err = InvalidClusterId;

    fn from_str(text: &str) -> Result<Self, InvalidClusterId> {
        Self::new(text)
    }
}

impl fmt::Display for ClusterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Why a text cannot be a [`ClusterId`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidClusterId {
    /// Nothing, or nothing but blanks.
    #[error("expected a cluster name, but found an empty one")]
    Empty,
    /// More than [`MAX_CLUSTER_ID_LEN`] bytes.
    #[error("expected a cluster name of at most {MAX_CLUSTER_ID_LEN} bytes, but found {length}")]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// A character that signers and HTTP clients treat differently.
    #[error(
        "expected a cluster name of printable ASCII, but found {} at byte {index}: \
         retype the name, such characters usually come from copying",
        name_of(*found)
    )]
    Character {
        /// The offending character.
        found: char,
        /// Where it starts, in bytes.
        index: usize,
    },
}

fn name_of(c: char) -> String {
    match c {
        '\t' => "a tab".to_owned(),
        '\n' => "a line feed".to_owned(),
        '\r' => "a carriage return".to_owned(),
        '\u{a0}' => "a no-break space (U+00A0)".to_owned(),
        c if c.is_control() => format!("the control character U+{:04X}", c as u32),
        // Others may be invisible, or turn the text around.
        c if c.is_alphanumeric() => format!("`{c}` (U+{:04X})", c as u32),
        c => format!("the character U+{:04X}", c as u32),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_signed_trimmed_and_collapsed() {
        let cluster = ClusterId::new("  my   own cluster ").unwrap();
        assert_eq!(cluster.as_str(), "  my   own cluster ");
        assert_eq!(cluster.as_signed(), "my own cluster");
    }

    #[test]
    fn what_signers_disagree_on_is_refused_by_name() {
        for (text, name) in [
            ("a\tb", "a tab"),
            ("a\nb", "a line feed"),
            ("a\rb", "a carriage return"),
            ("a\u{a0}b", "a no-break space (U+00A0)"),
            ("a\u{7}b", "the control character U+0007"),
            ("a\u{7f}b", "the control character U+007F"),
            ("größe", "`ö` (U+00F6)"),
        ] {
            let message = ClusterId::new(text).unwrap_err().to_string();
            assert!(message.contains(name), "{message}");
        }
    }

    #[test]
    fn empty_blank_and_endless_names_are_refused() {
        assert_eq!(ClusterId::new("").unwrap_err(), InvalidClusterId::Empty);
        assert_eq!(ClusterId::new("   ").unwrap_err(), InvalidClusterId::Empty);
        assert!(ClusterId::new("x".repeat(MAX_CLUSTER_ID_LEN)).is_ok());
        assert_eq!(
            ClusterId::new("x".repeat(MAX_CLUSTER_ID_LEN + 1)).unwrap_err(),
            InvalidClusterId::TooLong {
                length: MAX_CLUSTER_ID_LEN + 1
            }
        );
    }
}

//! AWS regions.

use std::fmt;
use std::str::FromStr;

use crate::Partition;

/// Longest accepted region: it becomes one label of a host name (RFC 1035, section 2.3.4).
const MAX_LEN: usize = 63;

/// An AWS region such as `eu-central-1`, or the pseudo region `aws-global`.
///
/// Any well-formed name is accepted, whether AWS has announced it or not: new regions must work
/// without a new release. What cannot be a region is refused, an availability zone among it, since
/// the host name built from it would not exist.
///
/// # Examples
///
/// ```
/// use eksauth_token::Region;
///
/// assert_eq!(Region::new("eu-central-1")?.as_str(), "eu-central-1");
///
/// let error = Region::new("us-east-1a").unwrap_err();
/// assert!(error.to_string().contains("use `us-east-1`"));
/// # Ok::<(), eksauth_token::InvalidRegion>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Region(Box<str>);

impl Region {
    /// Checks and takes a region.
    ///
    /// # Errors
    ///
    /// When the text is no lower-case host name label, or names an availability zone.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidRegion> {
        let text = text.into();
        if !is_host_label(&text) {
            return Err(InvalidRegion::Malformed {
                found: shown(&text),
            });
        }
        if let Some(region) = region_of_zone(&text) {
            return Err(InvalidRegion::AvailabilityZone {
                region: region.to_owned(),
                found: text,
            });
        }
        Ok(Self(text.into()))
    }

    /// The region's name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For names that are valid by construction.
    pub(crate) fn from_static(text: &'static str) -> Self {
        Self(text.into())
    }
}

impl FromStr for Region {
    type Err = InvalidRegion;

    fn from_str(text: &str) -> Result<Self, InvalidRegion> {
        Self::new(text)
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text cannot be a [`Region`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRegion {
    /// Not a lower-case host name label.
    #[error(
        "expected an AWS region such as `us-east-1` (lower-case letters, digits and hyphens), \
         but found `{found}`"
    )]
    Malformed {
        /// The text, escaped and cut to a readable length.
        found: String,
    },
    /// A zone within a region.
    #[error("expected an AWS region, but found the availability zone `{found}`: use `{region}`")]
    AvailabilityZone {
        /// The zone that was given.
        found: String,
        /// The region it lies in.
        region: String,
    },
}

fn is_host_label(text: &str) -> bool {
    (1..=MAX_LEN).contains(&text.len())
        && text
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// `us-east-1a` lies in `us-east-1`, and so does the local zone `us-east-1-bos-1a`.
fn region_of_zone(text: &str) -> Option<&str> {
    let is_region = |name: &str| Partition::ALL.iter().any(|it| it.has_region_name(name));
    if is_region(text) {
        return None;
    }
    let without_letter = text
        .strip_suffix(|c: char| c.is_ascii_lowercase())
        .unwrap_or(text);
    let ends = text
        .match_indices('-')
        .map(|(at, _)| at)
        .chain([without_letter.len()]);
    ends.map(|end| &text[..end]).find(|name| is_region(name))
}

fn shown(text: &str) -> String {
    text.escape_default().take(MAX_LEN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_known_and_unknown_are_accepted() {
        for region in [
            "us-east-1",
            "us-gov-west-1",
            "eusc-de-east-1",
            "aws-global",
            "moon-base-9",
        ] {
            assert_eq!(Region::new(region).unwrap().as_str(), region);
        }
    }

    #[test]
    fn a_zone_is_told_from_its_region() {
        assert_eq!(
            Region::new("ap-southeast-2c").unwrap_err(),
            InvalidRegion::AvailabilityZone {
                found: "ap-southeast-2c".to_owned(),
                region: "ap-southeast-2".to_owned()
            }
        );
    }

    #[test]
    fn so_is_a_local_zone() {
        let error = Region::new("us-west-2-lax-1a").unwrap_err();
        assert!(error.to_string().ends_with("use `us-west-2`"), "{error}");
        assert!(
            Region::new("us-gov-west-1b")
                .unwrap_err()
                .to_string()
                .ends_with("`us-gov-west-1`")
        );
    }

    #[test]
    fn what_would_change_the_host_name_is_refused() {
        for text in [
            "",
            "US-EAST-1",
            "us east 1",
            "us.east.1",
            "a/b",
            "a@b",
            "-a",
            "a-",
            "ü",
            "a\n",
        ] {
            assert!(
                matches!(Region::new(text), Err(InvalidRegion::Malformed { .. })),
                "{text:?} was accepted"
            );
        }
        assert!(Region::new("a".repeat(64)).is_err());
    }
}

//! AWS partitions: the closed worlds of accounts, regions and DNS names.

use std::fmt;
use std::str::FromStr;

use crate::Region;

/// An AWS partition.
///
/// The table follows the AWS SDKs' partition data; a test compares it with botocore's.
///
/// # Examples
///
/// ```
/// use eksauth_token::{Partition, Region};
///
/// let region = Region::new("cn-north-1")?;
/// let partition = Partition::of_region(&region);
/// assert_eq!(partition.id(), "aws-cn");
/// assert_eq!(partition.dns_suffix(), "amazonaws.com.cn");
/// # Ok::<(), eksauth_token::InvalidRegion>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Partition {
    /// `aws`: the commercial regions.
    Aws,
    /// `aws-cn`: China.
    AwsCn,
    /// `aws-us-gov`: GovCloud (US).
    AwsUsGov,
    /// `aws-iso`: US ISO.
    AwsIso,
    /// `aws-iso-b`: US ISOB.
    AwsIsoB,
    /// `aws-iso-e`: EU ISOE.
    AwsIsoE,
    /// `aws-iso-f`: US ISOF.
    AwsIsoF,
    /// `aws-eusc`: the European Sovereign Cloud.
    AwsEusc,
}

/// One row of the partition table.
struct Facts {
    id: &'static str,
    dns_suffix: &'static str,
    dual_stack_dns_suffix: &'static str,
    /// Verifiers resolve dual-stack STS names of these partitions.
    verifies_dual_stack: bool,
    /// What comes before the first hyphen pair of a region: `^(<one of these>)-\w+-\d+$`.
    region_prefixes: &'static [&'static str],
    /// The pseudo region of the partition as a whole.
    global_region: &'static str,
}

impl Partition {
    /// Every partition.
    pub const ALL: &'static [Self] = &[
        Self::Aws,
        Self::AwsCn,
        Self::AwsUsGov,
        Self::AwsIso,
        Self::AwsIsoB,
        Self::AwsIsoE,
        Self::AwsIsoF,
        Self::AwsEusc,
    ];

    const fn facts(self) -> Facts {
        match self {
            Self::Aws => Facts {
                id: "aws",
                dns_suffix: "amazonaws.com",
                dual_stack_dns_suffix: "api.aws",
                verifies_dual_stack: true,
                region_prefixes: &["us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx"],
                global_region: "aws-global",
            },
            Self::AwsCn => Facts {
                id: "aws-cn",
                dns_suffix: "amazonaws.com.cn",
                dual_stack_dns_suffix: "api.amazonwebservices.com.cn",
                verifies_dual_stack: true,
                region_prefixes: &["cn"],
                global_region: "aws-cn-global",
            },
            Self::AwsUsGov => Facts {
                id: "aws-us-gov",
                dns_suffix: "amazonaws.com",
                dual_stack_dns_suffix: "api.aws",
                verifies_dual_stack: true,
                region_prefixes: &["us-gov"],
                global_region: "aws-us-gov-global",
            },
            Self::AwsIso => Facts {
                id: "aws-iso",
                dns_suffix: "c2s.ic.gov",
                dual_stack_dns_suffix: "api.aws.ic.gov",
                verifies_dual_stack: false,
                region_prefixes: &["us-iso"],
                global_region: "aws-iso-global",
            },
            Self::AwsIsoB => Facts {
                id: "aws-iso-b",
                dns_suffix: "sc2s.sgov.gov",
                dual_stack_dns_suffix: "api.aws.scloud",
                verifies_dual_stack: false,
                region_prefixes: &["us-isob"],
                global_region: "aws-iso-b-global",
            },
            Self::AwsIsoE => Facts {
                id: "aws-iso-e",
                dns_suffix: "cloud.adc-e.uk",
                dual_stack_dns_suffix: "api.cloud-aws.adc-e.uk",
                verifies_dual_stack: false,
                region_prefixes: &["eu-isoe"],
                global_region: "aws-iso-e-global",
            },
            Self::AwsIsoF => Facts {
                id: "aws-iso-f",
                dns_suffix: "csp.hci.ic.gov",
                dual_stack_dns_suffix: "api.aws.hci.ic.gov",
                verifies_dual_stack: false,
                region_prefixes: &["us-isof"],
                global_region: "aws-iso-f-global",
            },
            Self::AwsEusc => Facts {
                id: "aws-eusc",
                dns_suffix: "amazonaws.eu",
                dual_stack_dns_suffix: "api.amazonwebservices.eu",
                verifies_dual_stack: true,
                region_prefixes: &["eusc-de"],
                global_region: "aws-eusc-global",
            },
        }
    }

    /// The id, as it stands in the second section of an ARN.
    pub const fn id(self) -> &'static str {
        self.facts().id
    }

    /// The domain of the partition's service endpoints.
    pub const fn dns_suffix(self) -> &'static str {
        self.facts().dns_suffix
    }

    /// The domain of the partition's dual-stack (IPv4 and IPv6) endpoints.
    pub const fn dual_stack_dns_suffix(self) -> &'static str {
        self.facts().dual_stack_dns_suffix
    }

    /// Whether token verifiers of this partition accept its dual-stack STS hosts.
    pub const fn verifies_dual_stack(self) -> bool {
        self.facts().verifies_dual_stack
    }

    /// The partition of a region: First the one whose regions are named like it. Finally, for a
    /// name that fits none, [`Partition::Aws`], as the AWS SDKs do.
    pub fn of_region(region: &Region) -> Self {
        Self::of_region_name(region.as_str()).unwrap_or(Self::Aws)
    }

    /// Whether a region of this partition could be named so.
    pub fn has_region_name(self, region: &str) -> bool {
        let facts = self.facts();
        facts.region_prefixes.iter().any(|prefix| {
            region
                .strip_prefix(prefix)
                .and_then(|rest| rest.strip_prefix('-'))
                .is_some_and(is_place_and_number)
        })
    }

    /// The pseudo region that stands for the partition as a whole, such as `aws-global`.
    pub const fn global_region(self) -> &'static str {
        self.facts().global_region
    }

    fn of_region_name(region: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|it| it.has_region_name(region) || it.global_region() == region)
    }
}

/// `^\w+-\d+$`
fn is_place_and_number(text: &str) -> bool {
    let Some((place, number)) = text.split_once('-') else {
        return false;
    };
    !place.is_empty()
        && place
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit())
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl FromStr for Partition {
    type Err = UnknownPartition;

    fn from_str(text: &str) -> Result<Self, UnknownPartition> {
        Self::ALL
            .iter()
            .copied()
            .find(|it| it.id() == text)
            .ok_or_else(|| UnknownPartition {
                found: text.escape_default().take(63).collect(),
            })
    }
}

/// A text that is no partition's id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one of the partitions {}, but found `{found}`", ids())]
pub struct UnknownPartition {
    found: String,
}

fn ids() -> String {
    Partition::ALL
        .iter()
        .map(|it| format!("`{it}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn region_names_are_told_apart() {
        for (region, partition) in [
            ("us-east-1", Partition::Aws),
            ("mx-central-1", Partition::Aws),
            ("cn-northwest-1", Partition::AwsCn),
            ("us-gov-east-1", Partition::AwsUsGov),
            ("us-iso-west-1", Partition::AwsIso),
            ("us-isob-east-1", Partition::AwsIsoB),
            ("eu-isoe-west-1", Partition::AwsIsoE),
            ("us-isof-south-1", Partition::AwsIsoF),
            ("eusc-de-east-1", Partition::AwsEusc),
            ("aws-cn-global", Partition::AwsCn),
            ("moon-base-9", Partition::Aws),
        ] {
            assert_eq!(
                Partition::of_region(&Region::new(region).unwrap()),
                partition,
                "{region}"
            );
        }
    }

    #[test]
    fn a_name_must_fit_as_a_whole() {
        for region in [
            "us-gov-west-1",
            "us-east",
            "us-east-",
            "us--1",
            "us-east-1-x",
            "xus-east-1",
        ] {
            assert!(!Partition::Aws.has_region_name(region), "{region}");
        }
    }

    #[test]
    fn ids_round_trip() {
        for &partition in Partition::ALL {
            assert_eq!(partition.id().parse(), Ok(partition));
        }
        let error = "aws-us-govt".parse::<Partition>().unwrap_err();
        assert!(error.to_string().contains("`aws-us-gov`"), "{error}");
    }
}

//! Which tokens a verifier accepts: the part of the rules that differs from verifier to verifier.

use jiff::SignedDuration;

use crate::endpoint::GLOBAL_HOST;
use crate::{Partition, Region};

/// How far a token's signing time may lie in the future: the difference between two clocks.
pub const MAX_CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// What a verifier of one partition accepts.
///
/// The rules that are the same for every verifier are listed at [`Problem`](crate::Problem), in the
/// order in which they are applied.
///
/// # Examples
///
/// ```
/// use eksauth_token::{Partition, Policy, Region};
///
/// let policy = Policy::new(Partition::AwsUsGov);
/// assert_eq!(policy.partition(), Partition::AwsUsGov);
///
/// // A verifier in a region whose name does not look like those of its partition.
/// let policy = Policy::new(Partition::Aws).with_own_region(Region::new("moon-base-9")?);
/// # Ok::<(), eksauth_token::InvalidRegion>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    partition: Partition,
    own_region: Option<Region>,
}

impl Policy {
    /// The policy of a verifier in a partition.
    pub fn new(partition: Partition) -> Self {
        Self {
            partition,
            own_region: None,
        }
    }

    /// Also accepts the STS hosts of this region, should its name not fit the partition's.
    #[must_use]
    pub fn with_own_region(mut self, region: Region) -> Self {
        self.own_region = Some(region);
        self
    }

    /// The partition whose STS hosts are accepted.
    pub fn partition(&self) -> Partition {
        self.partition
    }

    /// Takes a host apart if it is exactly one of the STS hosts that this policy accepts.
    ///
    /// The host is compared as it is written and as a whole: there is no form of it (upper case, a
    /// trailing dot, a port, user information, another domain behind it) that would pass for one.
    pub(crate) fn accepted_host(&self, host: &str) -> Option<StsHost> {
        if host == GLOBAL_HOST && self.partition == Partition::Aws {
            return Some(StsHost {
                region: None,
                partition: self.partition,
            });
        }
        let (service, rest) = host.split_once('.')?;
        let (region, domain) = rest.split_once('.')?;
        let fits = self.partition.has_region_name(region)
            || self
                .own_region
                .as_ref()
                .is_some_and(|own| own.as_str() == region);
        if !fits || !self.serves(service, domain) {
            return None;
        }
        Some(StsHost {
            region: Some(Region::new(region).ok()?),
            partition: self.partition,
        })
    }

    fn serves(&self, service: &str, domain: &str) -> bool {
        let partition = self.partition;
        let dual_stack =
            partition.verifies_dual_stack() && domain == partition.dual_stack_dns_suffix();
        match service {
            "sts" => dual_stack || domain == partition.dns_suffix(),
            // GovCloud's validated endpoints are its plain ones; only dual-stack has the name.
            "sts-fips" if partition == Partition::AwsUsGov => dual_stack,
            "sts-fips" => dual_stack || domain == partition.dns_suffix(),
            _ => false,
        }
    }
}

/// What an accepted host says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StsHost {
    /// `None` for the global endpoint.
    pub(crate) region: Option<Region>,
    pub(crate) partition: Partition,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EndpointOptions, StsEndpoint};

    #[test]
    fn every_endpoint_that_signers_use_is_accepted_in_its_partition_alone() {
        for region in [
            "us-east-1",
            "cn-north-1",
            "us-gov-west-1",
            "us-iso-east-1",
            "us-isob-east-1",
            "eu-isoe-west-1",
            "us-isof-east-1",
            "eusc-de-east-1",
        ] {
            let region = Region::new(region).unwrap();
            for (fips, dual_stack) in [(false, false), (true, false), (false, true), (true, true)] {
                let options = EndpointOptions {
                    fips,
                    dual_stack,
                    legacy_global: false,
                };
                let endpoint = StsEndpoint::new(&region, options);
                let own = endpoint.partition();
                for &partition in Partition::ALL {
                    let expected = partition == own && (!dual_stack || own.verifies_dual_stack());
                    let accepted = Policy::new(partition).accepted_host(endpoint.host());
                    assert_eq!(
                        accepted.is_some(),
                        expected,
                        "{} in {partition}",
                        endpoint.host()
                    );
                }
            }
        }
    }

    #[test]
    fn the_global_host_belongs_to_the_commercial_partition() {
        for &partition in Partition::ALL {
            let accepted = Policy::new(partition)
                .accepted_host("sts.amazonaws.com")
                .is_some();
            assert_eq!(accepted, partition == Partition::Aws);
        }
    }

    #[test]
    fn look_alikes_are_refused() {
        let policy = Policy::new(Partition::Aws);
        for host in [
            "",
            "sts",
            "sts.us-west-2",
            "sts.us-west-2.amazonaws.com.example.org",
            "sts.example.org",
            "sts.us-west-2.amazonaws.com.",
            "sts.us-west-2.amazonaws.com:443",
            "sts.us-west-2.amazonaws.com%2e",
            "STS.us-west-2.amazonaws.com",
            "sts.US-WEST-2.amazonaws.com",
            "sts.us-west-2.Amazonaws.com",
            "sts.us-west-2a.amazonaws.com",
            "sts..amazonaws.com",
            "sts.us-west-2..amazonaws.com",
            "sts.us-west-2.amazonaws.org",
            "sts.us-west-2.xamazonaws.com",
            "xsts.us-west-2.amazonaws.com",
            "sts-fips.amazonaws.com",
            "ec2.us-west-2.amazonaws.com",
            "evil.sts.us-west-2.amazonaws.com",
            "sts.us-west-2.amazonaws.com.cn",
            "sts.moon-base-9.amazonaws.com",
            "sts.xn--us-west-2-abc.amazonaws.com",
            "sts.us-west-2.xn--amazonaws-com-abc",
            "127.0.0.1",
            "[::1]",
            "169.254.169.254",
            "user@sts.us-west-2.amazonaws.com",
            "sts.us-west-2.amazonaws.com@example.org",
            "sts.us-wеst-2.amazonaws.com",
        ] {
            assert_eq!(policy.accepted_host(host), None, "{host}");
        }
    }

    #[test]
    fn the_verifiers_own_region_is_accepted_beside_the_known_ones() {
        let policy =
            Policy::new(Partition::Aws).with_own_region(Region::new("moon-base-9").unwrap());
        assert!(
            policy
                .accepted_host("sts.moon-base-9.amazonaws.com")
                .is_some()
        );
        assert!(
            policy
                .accepted_host("sts.us-east-1.amazonaws.com")
                .is_some()
        );
        assert!(
            policy
                .accepted_host("sts.moon-base-8.amazonaws.com")
                .is_none()
        );
    }
}

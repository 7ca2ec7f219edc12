//! Where a token's request is addressed: the STS endpoint of a region.

use crate::{Partition, Region};

/// The host of STS before there were regional endpoints.
pub(crate) const GLOBAL_HOST: &str = "sts.amazonaws.com";

/// The region in whose name requests to [`GLOBAL_HOST`] are signed.
pub(crate) const GLOBAL_SIGNING_REGION: &str = "us-east-1";

/// The regions that the setting `sts_regional_endpoints = legacy` sends to the global endpoint.
/// AWS froze this list in 2019: later regions have only a regional endpoint.
const LEGACY_GLOBAL_REGIONS: [&str; 16] = [
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "aws-global",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// Which of a region's STS endpoints to address. The default is the plain regional one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct EndpointOptions {
    /// The endpoint with FIPS 140 validated cryptography (`AWS_USE_FIPS_ENDPOINT`).
    pub fips: bool,
    /// The endpoint that is reachable over IPv4 and IPv6 (`AWS_USE_DUALSTACK_ENDPOINT`).
    pub dual_stack: bool,
    /// The global endpoint, for the regions that once used it (`AWS_STS_REGIONAL_ENDPOINTS=legacy`).
    /// Without effect beside one of the two others, as in the AWS SDKs.
    pub legacy_global: bool,
}

/// The STS endpoint that a token is addressed to: its host name, and the region it is signed for.
///
/// Endpoint overrides (`AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_STS`) are left out on purpose: a
/// verifier accepts AWS's own host names only, so a token for an override could never be used.
///
/// # Examples
///
/// ```
/// use eksauth_token::{EndpointOptions, Region, StsEndpoint};
///
/// let region = Region::new("eu-west-1")?;
/// let endpoint = StsEndpoint::new(&region, EndpointOptions::default());
/// assert_eq!(endpoint.host(), "sts.eu-west-1.amazonaws.com");
///
/// let fips = EndpointOptions { fips: true, ..Default::default() };
/// assert_eq!(StsEndpoint::new(&region, fips).host(), "sts-fips.eu-west-1.amazonaws.com");
/// # Ok::<(), eksauth_token::InvalidRegion>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StsEndpoint {
    host: Box<str>,
    signing_region: Region,
    partition: Partition,
}

impl StsEndpoint {
    /// The endpoint of a region.
    pub fn new(region: &Region, options: EndpointOptions) -> Self {
        let partition = Partition::of_region(region);
        if is_global(region, options) {
            return Self {
                host: GLOBAL_HOST.into(),
                signing_region: Region::from_static(GLOBAL_SIGNING_REGION),
                partition,
            };
        }
        Self {
            host: regional_host(partition, region.as_str(), options).into(),
            signing_region: region.clone(),
            partition,
        }
    }

    /// The host name, without scheme or port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The region in the signature's scope.
    pub fn signing_region(&self) -> &Region {
        &self.signing_region
    }

    /// The partition whose STS this is.
    pub fn partition(&self) -> Partition {
        self.partition
    }
}

fn is_global(region: &Region, options: EndpointOptions) -> bool {
    let plain = !options.fips && !options.dual_stack;
    let legacy = options.legacy_global && LEGACY_GLOBAL_REGIONS.contains(&region.as_str());
    plain && (legacy || region.as_str() == Partition::Aws.global_region())
}

fn regional_host(partition: Partition, region: &str, options: EndpointOptions) -> String {
    let domain = if options.dual_stack {
        partition.dual_stack_dns_suffix()
    } else {
        partition.dns_suffix()
    };
    format!("{}.{region}.{domain}", service_label(partition, options))
}

/// GovCloud's standard STS endpoints are the validated ones, so they have no name of their own.
fn service_label(partition: Partition, options: EndpointOptions) -> &'static str {
    let plain_name_is_fips = partition == Partition::AwsUsGov && !options.dual_stack;
    if options.fips && !plain_name_is_fips {
        "sts-fips"
    } else {
        "sts"
    }
}

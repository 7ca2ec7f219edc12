//! The region to sign for, when nobody named one.

use std::time::Duration;

use aws_config::imds;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_smithy_async::rt::sleep::TokioSleep;
use eksauth_token::{Partition, Region};

use crate::settings::{RegionSource, SettingsError};
use crate::unlogged::unlogged;
use crate::{Context, Settings};

/// Signed for when nothing else is known: the incumbents' default, accepted by every cluster of the
/// commercial partition.
const DEFAULT_REGION: &str = "us-east-1";

/// How long an instance gets to tell its region. It answers within milliseconds, while elsewhere
/// packets to that address vanish.
const METADATA_BUDGET: Duration = Duration::from_millis(250);

/// Finds the region: First as [`Settings::region`] describes. Next, unless
/// `AWS_EC2_METADATA_DISABLED` is `true`, from the instance's metadata, within a quarter of a second.
/// Finally `us-east-1`.
///
/// # Errors
///
/// When what is configured cannot be a region.
pub async fn find_region(settings: &Settings) -> Result<(Region, RegionSource), SettingsError> {
    if let Some(configured) = settings.region()? {
        return Ok(configured);
    }
    let from_metadata = region_of_instance(settings.context()).await;
    Ok(match from_metadata {
        Some(region) => (region, RegionSource::InstanceMetadata),
        None => default_region(),
    })
}

/// Whether [`find_region`] would use the network.
pub fn asks_metadata(settings: &Settings) -> bool {
    !matches!(settings.region(), Ok(Some(_)) | Err(_)) && !metadata_disabled(settings.context())
}

/// The region in the host name of an Amazon EKS API server, as in
/// `https://0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com`.
///
/// # Examples
///
/// ```
/// let server = "https://0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com";
/// assert_eq!(eksauth::region_of_eks_endpoint(server).unwrap().as_str(), "eu-west-1");
/// assert!(eksauth::region_of_eks_endpoint("https://kubernetes.example.org").is_none());
/// ```
pub fn region_of_eks_endpoint(server: &str) -> Option<Region> {
    let host = server.split_once("://").map_or(server, |(_, rest)| rest);
    let host = host.split(['/', ':', '?', '#']).next()?;
    let region = Partition::ALL.iter().find_map(|partition| {
        let ipv4 = host
            .strip_suffix(partition.dns_suffix())
            .and_then(|rest| rest.strip_suffix(".eks."))
            .and_then(|rest| rest.rsplit('.').next());
        // Dual-stack names have service and region the other way round.
        let dual_stack = || {
            let rest = host
                .strip_suffix(partition.dual_stack_dns_suffix())?
                .strip_suffix('.')?;
            let (before, region) = rest.rsplit_once('.')?;
            (before.rsplit('.').next() == Some("eks-cluster")).then_some(region)
        };
        ipv4.or_else(dual_stack)
            .filter(|region| partition.has_region_name(region))
    })?;
    Region::new(region).ok()
}

/// The region when there is nothing to find one by: `us-east-1`.
pub fn default_region() -> (Region, RegionSource) {
    #[expect(clippy::expect_used, reason = "a constant that a test covers")]
    let region = Region::new(DEFAULT_REGION).expect("a valid region");
    (region, RegionSource::Default)
}

async fn region_of_instance(context: &Context) -> Option<Region> {
    if metadata_disabled(context) {
        return None;
    }
    let provider = ImdsRegionProvider::builder()
        .imds_client(metadata_client(context)?)
        .build();
    tracing::debug!("asking the instance's metadata for the region");
    let region = tokio::time::timeout(METADATA_BUDGET, unlogged(provider.region()))
        .await
        .ok()??;
    Region::new(region.as_ref()).ok()
}

fn metadata_disabled(context: &Context) -> bool {
    context
        .var("AWS_EC2_METADATA_DISABLED")
        .is_some_and(|it| it.eq_ignore_ascii_case("true"))
}

fn metadata_client(context: &Context) -> Option<imds::Client> {
    let config = ProviderConfig::empty()
        .with_time_source(context.time_source())
        .with_sleep_impl(TokioSleep::new())
        .with_http_client(context.http_client(None));
    // Named in any case: without an endpoint the client would look into the process environment.
    let client = imds::Client::builder()
        .configure(&config)
        .endpoint(metadata_endpoint(context));
    Some(client.ok()?.max_attempts(1).build())
}

fn metadata_endpoint(context: &Context) -> String {
    let ipv6 = context
        .var("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")
        .is_some_and(|mode| mode.eq_ignore_ascii_case("ipv6"));
    let default = if ipv6 {
        "http://[fd00:ec2::254]"
    } else {
        "http://169.254.169.254"
    };
    context
        .var("AWS_EC2_METADATA_SERVICE_ENDPOINT")
        .unwrap_or_else(|| default.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_a_region() {
        assert_eq!(default_region().0.as_str(), "us-east-1");
    }

    #[test]
    fn the_region_is_read_from_the_host_names_of_eks_alone() {
        for (server, region) in [
            (
                "https://0AB.gr7.us-west-2.eks.amazonaws.com",
                Some("us-west-2"),
            ),
            (
                "https://0AB.sk1.us-west-2.eks.amazonaws.com:443/path",
                Some("us-west-2"),
            ),
            (
                "https://0AB.yl4.cn-north-1.eks.amazonaws.com.cn",
                Some("cn-north-1"),
            ),
            (
                "https://0AB.gr7.us-gov-west-1.eks.amazonaws.com",
                Some("us-gov-west-1"),
            ),
            (
                "https://0AB.eks-cluster.eu-west-1.api.aws",
                Some("eu-west-1"),
            ),
            ("https://eks-cluster.eu-west-1.api.aws", Some("eu-west-1")),
            ("https://us-west-2.eks.amazonaws.com", Some("us-west-2")),
            (
                "https://0AB.gr7.us-west-2.eks.amazonaws.com.example.org",
                None,
            ),
            ("https://eks.amazonaws.com", None),
            ("https://ec2.us-west-2.amazonaws.com", None),
            ("https://0AB.gr7.moon-base-9x.eks.amazonaws.com", None),
            ("https://10.0.0.1:6443", None),
            ("https://localhost", None),
            ("", None),
        ] {
            let found = region_of_eks_endpoint(server);
            assert_eq!(found.as_ref().map(Region::as_str), region, "{server}");
        }
    }
}

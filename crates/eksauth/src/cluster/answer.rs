//! From what EKS says about a cluster to one that can be connected to.

use aws_sdk_eks::types::{self, ClusterStatus, VpcConfigResponse};
use eksauth_token::{ClusterId, Region};
use http::Uri;

use super::name::shown;
use super::{Cluster, DescribeError, EndpointAccess, authority};
use crate::Failure;

/// Takes a description of the cluster that was asked for.
pub(super) fn read(
    asked: ClusterId,
    region: &Region,
    found: Option<types::Cluster>,
) -> Result<Cluster, DescribeError> {
    let name = asked.as_str();
    let found = found
        .ok_or_else(|| unreadable(name, region, Failure::said("an answer without a cluster")))?;
    check_status(name, region, found.status.as_ref())?;
    let endpoint = endpoint(name, found.endpoint)?;
    let certificate_authority = found.certificate_authority.and_then(|it| it.data);
    let certificate_authority =
        authority::checked(certificate_authority.as_deref()).map_err(|found| {
            DescribeError::CertificateAuthority {
                cluster: name.to_owned(),
                found,
            }
        })?;
    Ok(Cluster {
        name: name.to_owned(),
        region: region.clone(),
        arn: found.arn,
        endpoint,
        certificate_authority,
        token_cluster: token_cluster(asked, region, found.id)?,
        access: found
            .resources_vpc_config
            .map_or_else(Default::default, access),
    })
}

/// A status that EKS gets one day is not judged: what the cluster has to have is looked at anyway.
fn check_status(
    name: &str,
    region: &Region,
    status: Option<&ClusterStatus>,
) -> Result<(), DescribeError> {
    use ClusterStatus::{Creating, Deleting, Failed, Pending};
    match status {
        Some(status @ (Creating | Deleting | Failed | Pending)) => Err(DescribeError::NotActive {
            cluster: name.to_owned(),
            region: region.clone(),
            status: status.as_str().to_owned(),
        }),
        _ => Ok(()),
    }
}

pub(super) fn endpoint(name: &str, endpoint: Option<String>) -> Result<String, DescribeError> {
    let cluster = || name.to_owned();
    let endpoint = endpoint.filter(|it| !it.trim().is_empty());
    let endpoint = endpoint.ok_or_else(|| DescribeError::NoEndpoint { cluster: cluster() })?;
    if !is_server(&endpoint) {
        return Err(DescribeError::Endpoint {
            cluster: cluster(),
            found: shown(&endpoint),
        });
    }
    Ok(endpoint)
}

/// Whether it is the URL of a server: `https`, a host, perhaps a port and a path.
fn is_server(url: &str) -> bool {
    let Ok(uri) = url.parse::<Uri>() else {
        return false;
    };
    let has_host = uri.authority().is_some_and(|it| {
        // Credentials in front of the host have no place in what EKS says.
        !it.host().is_empty() && !it.as_str().contains('@')
    });
    uri.scheme_str() == Some("https") && has_host && uri.query().is_none()
}

/// Only local clusters on Outposts have an id.
fn token_cluster(
    asked: ClusterId,
    region: &Region,
    id: Option<String>,
) -> Result<ClusterId, DescribeError> {
    let Some(id) = id.filter(|it| !it.is_empty()) else {
        return Ok(asked);
    };
    ClusterId::new(id).map_err(|error| unreadable(asked.as_str(), region, Failure::of(&error)))
}

fn unreadable(name: &str, region: &Region, source: Failure) -> DescribeError {
    DescribeError::Unreadable {
        cluster: name.to_owned(),
        region: region.clone(),
        source,
    }
}

fn access(vpc: VpcConfigResponse) -> EndpointAccess {
    EndpointAccess {
        public: vpc.endpoint_public_access,
        private: vpc.endpoint_private_access,
        public_cidrs: vpc.public_access_cidrs.unwrap_or_default(),
        vpc: vpc.vpc_id,
    }
}

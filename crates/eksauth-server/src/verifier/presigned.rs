//! Presigned URLs for the unit tests, of tokens signed as clients sign them.

use eksauth_token::{
    ClusterId, EndpointOptions, Partition, Policy, PresignedUrl, Region, Signer,
    SigningCredentials, StsEndpoint,
};
use jiff::Timestamp;

/// When they are signed.
pub(super) fn signed_at() -> Timestamp {
    "2026-01-01T12:00:00Z".parse().unwrap()
}

/// For the regional STS endpoint of a region in the partition `aws`.
pub(super) fn for_region(region: &str) -> PresignedUrl {
    of(region, EndpointOptions::default())
}

/// For the one STS endpoint that is in no region.
pub(super) fn global() -> PresignedUrl {
    let legacy_global = true;
    of(
        "us-east-1",
        EndpointOptions {
            legacy_global,
            ..EndpointOptions::default()
        },
    )
}

fn of(region: &str, options: EndpointOptions) -> PresignedUrl {
    let credentials = SigningCredentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG");
    let endpoint = StsEndpoint::new(&Region::new(region).unwrap(), options);
    let signer = Signer::new(credentials, endpoint).unwrap();
    let cluster = ClusterId::new("prod").unwrap();
    let token = signer.sign(&cluster, signed_at()).unwrap();
    PresignedUrl::decode(token.expose(), &Policy::new(Partition::Aws), signed_at()).unwrap()
}

//! Why a cluster cannot be connected to, in terms of what a user can do about it.

use std::fmt;

use eksauth_token::{Arn, Partition, Region};

use crate::{Failure, ProviderSays};

/// Why a cluster cannot be connected to.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum DescribeError {
    /// No cluster of EKS can have this name.
    #[error(
        "expected the name of an EKS cluster (1 to 100 letters, digits, `-` and `_`, the first a \
         letter or a digit), but found `{found}`: give the name alone, not the ARN"
    )]
    Name {
        /// The text, escaped and cut to a readable length.
        found: String,
    },
    /// EKS knows no such cluster in this region of this account.
    #[error(
        "expected a cluster `{cluster}` in region {region} of {}, but EKS found none there: check \
         name, region and profile",
        account_named(account.as_deref())
    )]
    NotFound {
        /// The name.
        cluster: String,
        /// The region.
        region: Region,
        /// The account of the credentials, if it could be found out.
        account: Option<String>,
    },
    /// It has no API server to connect to, or not for long.
    #[error(
        "expected the cluster `{cluster}` to be ACTIVE, but found it {status}: {}",
        status_advice(cluster, region, status)
    )]
    NotActive {
        /// The name.
        cluster: String,
        /// The region.
        region: Region,
        /// `CREATING`, `DELETING`, `FAILED` or `PENDING`.
        status: String,
    },
    /// The credentials are good, but may not do this.
    #[error(
        "expected {} to be allowed `{action}` on `{}`, but AWS denies it: have a policy of that \
         identity allow it, or give endpoint and certificate authority of the cluster, for which no \
         such permission is needed",
        who.as_deref().unwrap_or("the owner of the credentials"),
        resource(cluster, region, who.as_deref())
    )]
    AccessDenied {
        /// The IAM action that must be allowed.
        action: &'static str,
        /// The name.
        cluster: String,
        /// The region.
        region: Region,
        /// The ARN of who asked, if it could be found out.
        who: Option<String>,
        /// What AWS says.
        #[source]
        source: Failure,
    },
    /// The provider gave no credentials.
    #[error("could not get AWS credentials to ask EKS with")]
    Credentials(#[source] ProviderSays),
    /// AWS does not accept the credentials, whatever they are used for.
    #[error(
        "expected AWS to accept the credentials, but found {code}: {}",
        rejection(code, region)
    )]
    Rejected {
        /// AWS's error code, such as `ExpiredTokenException`.
        code: String,
        /// The region.
        region: Region,
        /// What AWS says.
        #[source]
        source: Failure,
    },
    /// Too many calls.
    #[error(
        "expected an answer of EKS in region {region}, but it throttles this account: try again in \
         a minute, or give endpoint and certificate authority of the cluster, for which EKS is not \
         asked"
    )]
    Throttled {
        /// The region.
        region: Region,
        /// What AWS says.
        #[source]
        source: Failure,
    },
    /// There was no answer.
    #[error(
        "expected an answer of EKS in region {region}, but got none: check that EKS is there in \
         that region, and network, proxy, VPC endpoint and AWS_ENDPOINT_URL_EKS, if there are any"
    )]
    Unreachable {
        /// The region.
        region: Region,
        /// What the AWS SDK says.
        #[source]
        source: Failure,
    },
    /// There was an answer that EKS would not give.
    #[error(
        "expected EKS in region {region} to describe the cluster `{cluster}`, but its answer cannot \
         be read: check what answers in its place, such as a proxy or AWS_ENDPOINT_URL_EKS"
    )]
    Unreadable {
        /// The name.
        cluster: String,
        /// The region.
        region: Region,
        /// What was found.
        #[source]
        source: Failure,
    },
    /// Another error of AWS.
    #[error(
        "expected EKS in region {region} to describe the cluster `{cluster}`, but found {code}"
    )]
    Aws {
        /// AWS's error code, escaped and cut to a readable length.
        code: String,
        /// The name.
        cluster: String,
        /// The region.
        region: Region,
        /// What AWS says.
        #[source]
        source: Failure,
    },
    /// No API server. So it is for clusters that are only registered with EKS (EKS Connector).
    #[error(
        "expected an endpoint of the cluster `{cluster}`, but EKS gives none: if it is only \
         registered with EKS, connect to it as its own provider says"
    )]
    NoEndpoint {
        /// The name.
        cluster: String,
    },
    /// The endpoint is not the URL of a server with HTTPS.
    #[error(
        "expected `https://<host>` as the endpoint of the cluster `{cluster}`, but found `{found}`: \
         check what was given, or what answers in the place of EKS, such as AWS_ENDPOINT_URL_EKS"
    )]
    Endpoint {
        /// The name.
        cluster: String,
        /// The text, escaped and cut to a readable length.
        found: String,
    },
    /// There is nothing to trust the API server by.
    #[error(
        "expected the certificate authority of the cluster `{cluster}`, certificates in PEM (from \
         EKS, in base64), but found {found}: check what was given, or what answers in the place of \
         EKS, such as AWS_ENDPOINT_URL_EKS"
    )]
    CertificateAuthority {
        /// The name.
        cluster: String,
        /// What was found instead, without its content.
        found: &'static str,
    },
}

impl fmt::Debug for DescribeError {
    /// In the words of `Display`, causes included: with `Debug`, errors of the AWS SDK show the
    /// answer that they are about, and what is secret in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DescribeError({})", Failure::of(self))
    }
}

fn account_named(account: Option<&str>) -> String {
    account.map_or_else(
        || "the account of the credentials".to_owned(),
        |account| format!("account {account}"),
    )
}

fn status_advice(cluster: &str, region: &Region, status: &str) -> String {
    match status {
        "CREATING" => format!(
            "wait for it with `aws eks wait cluster-active --name {cluster} --region {region}`"
        ),
        "DELETING" => "it will soon be gone, name another one".to_owned(),
        "FAILED" => format!(
            "it could not be created, `aws eks describe-cluster --name {cluster} --region {region}` \
             may say why under `health`"
        ),
        _ => "it waits for its connector, and is reached as its own provider says".to_owned(),
    }
}

/// The cluster's ARN, as policies name it: `*` stands for an account that is not known.
fn resource(cluster: &str, region: &Region, who: Option<&str>) -> String {
    let who = who.and_then(|it| Arn::parse(it).ok());
    let account = who.as_ref().map_or("*", Arn::account);
    let partition = Partition::of_region(region).id();
    format!("arn:{partition}:eks:{region}:{account}:cluster/{cluster}")
}

fn rejection(code: &str, region: &Region) -> String {
    match code {
        "ExpiredToken" | "ExpiredTokenException" => {
            "they have expired, renew them (after `aws sso login` or `aws login`, if you sign in)"
                .to_owned()
        }
        "UnrecognizedClientException" | "InvalidClientTokenId" | "InvalidAccessKeyId" => format!(
            "AWS does not know them, check that the access key is active and of this partition, \
             that its session token is there, and that region {region} is enabled in the account"
        ),
        _ => {
            "the signature does not fit, check that secret access key and session token belong to \
              the access key id, and that the clock is right"
                .to_owned()
        }
    }
}

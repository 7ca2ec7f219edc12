//! From the errors of the EKS client to what a user can mend.

use std::error::Error;

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_runtime::retries::classifiers::THROTTLING_ERRORS;
use aws_sdk_eks::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_eks::operation::describe_cluster::DescribeClusterError;
use eksauth_token::Region;

use super::DescribeError;
use super::caller::Caller;
use super::name::shown;
use crate::Failure;

/// Codes for credentials that AWS does not accept, whatever they are used for.
const REJECTIONS: [&str; 10] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "InvalidAccessKeyId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "IncompleteSignatureException",
    "MissingAuthenticationTokenException",
];

/// A call that did not end well.
pub(super) struct Refused<'a> {
    pub(super) cluster: &'a str,
    pub(super) region: &'a Region,
    pub(super) credentials: &'a Credentials,
    pub(super) config: &'a SdkConfig,
}

impl Refused<'_> {
    pub(super) async fn told(&self, error: SdkError<DescribeClusterError>) -> DescribeError {
        let (cluster, region) = (self.cluster.to_owned(), self.region.clone());
        match &error {
            SdkError::ServiceError(answer) => match answer.err().code() {
                Some(code) => {
                    let source = said(answer.err());
                    self.refused(code, source).await
                }
                // Whatever refuses in the name of EKS without a code, such as a proxy, is not EKS.
                None => DescribeError::Unreadable {
                    cluster,
                    region,
                    source: Failure::said(&format!(
                        "an answer with HTTP status {} and no error code of AWS",
                        answer.raw().status()
                    )),
                },
            },
            SdkError::ResponseError(_) => DescribeError::Unreadable {
                cluster,
                region,
                source: Failure::of(&error),
            },
            _ => DescribeError::Unreachable {
                region,
                source: Failure::of(&error),
            },
        }
    }

    async fn refused(&self, code: &str, source: Failure) -> DescribeError {
        let (cluster, region) = (self.cluster.to_owned(), self.region.clone());
        match code {
            "ResourceNotFoundException" => DescribeError::NotFound {
                cluster,
                region,
                account: self.account().await,
            },
            "AccessDeniedException" | "AccessDenied" => DescribeError::AccessDenied {
                action: "eks:DescribeCluster",
                cluster,
                region,
                who: Caller::ask(self.config).await.arn,
                source,
            },
            code if REJECTIONS.contains(&code) => DescribeError::Rejected {
                code: code.to_owned(),
                region,
                source,
            },
            code if THROTTLING_ERRORS.contains(&code) => {
                DescribeError::Throttled { region, source }
            }
            code => DescribeError::Aws {
                code: shown(code),
                cluster,
                region,
                source,
            },
        }
    }

    async fn account(&self) -> Option<String> {
        match self.credentials.account_id() {
            Some(account) => Some(account.as_str().to_owned()),
            None => Caller::ask(self.config).await.account,
        }
    }
}

/// What AWS itself says is better than the SDK's account of it.
fn said(error: &DescribeClusterError) -> Failure {
    match error.message() {
        Some(message) => Failure::said(message),
        None => Failure::of(error as &(dyn Error + 'static)),
    }
}

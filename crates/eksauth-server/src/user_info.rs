//! The Kubernetes user that an API server is told about.

use std::collections::BTreeMap;

use eksauth_map::MappedUser;
use serde::Serialize;

use crate::VerifiedIdentity;

/// A Kubernetes user, in the shape of `status.user` of a TokenReview.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct UserInfo {
    /// What Kubernetes knows the user by.
    pub username: String,
    /// Tells apart two users of the same name over time.
    pub uid: String,
    /// The groups that the mapping gives.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Facts about the AWS identity, for authorizers and audit logs.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: BTreeMap<&'static str, Vec<String>>,
}

/// The values of `extra` are looked up by these names in existing policies: they are a contract.
const PRINCIPAL_ID: &str = "sigs.k8s.io/aws-iam-authenticator/principalId";

impl UserInfo {
    /// The user that an identity was mapped to.
    pub(crate) fn new(user: MappedUser, identity: &VerifiedIdentity) -> Self {
        let extra = [
            ("arn", identity.arn()),
            ("canonicalArn", identity.canonical_arn()),
            ("sessionName", identity.session_name()),
            ("accessKeyId", identity.access_key_id()),
            ("principalId", identity.user_id()),
            (PRINCIPAL_ID, identity.user_id()),
        ];
        Self {
            username: user.username,
            uid: format!(
                "aws-iam-authenticator:{}:{}",
                identity.account_id(),
                identity.user_id()
            ),
            groups: user.groups,
            extra: extra
                .into_iter()
                .map(|(name, value)| (name, vec![value.to_owned()]))
                .collect(),
        }
    }

    /// The same for an identity of an account of which nothing is to be told.
    pub(crate) fn scrubbed(user: MappedUser) -> Self {
        Self {
            uid: format!("aws-iam-authenticator:administrative:{}", user.username),
            username: user.username,
            groups: user.groups,
            extra: BTreeMap::new(),
        }
    }
}

#[cfg(test)]
mod tests;

//! Objects as the API server sends them, and what a set says of a principal.

use std::sync::Arc;

use eksauth_map::{BackendMode, IdentityMap, MappingSet, Principal, ReservedPrefixes};
use serde_json::{Value, json};

pub(crate) const DEPLOY: &str = "arn:aws:iam::123456789012:role/Deploy";
pub(crate) const AUDIT: &str = "arn:aws:iam::123456789012:role/Audit";

/// `aws-auth` with these sections.
pub(crate) fn aws_auth(version: &str, data: &[(&str, &str)]) -> Value {
    let data: serde_json::Map<_, _> = data
        .iter()
        .map(|(key, text)| ((*key).to_owned(), json!(text)))
        .collect();
    json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "aws-auth",
            "namespace": "kube-system",
            "resourceVersion": version,
        },
        "data": data,
    })
}

/// A section of `mapRoles` with one role.
pub(crate) fn role(arn: &str, username: &str) -> String {
    format!("- rolearn: {arn}\n  username: {username}\n  groups: [some]\n")
}

/// An `IAMIdentityMapping` of the second `created` of an hour.
pub(crate) fn mapping(name: &str, created: u32, arn: &str, username: &str) -> Value {
    object(
        name,
        created,
        &json!({ "arn": arn, "username": username, "groups": ["some"] }),
    )
}

pub(crate) fn object(name: &str, created: u32, spec: &Value) -> Value {
    json!({
        "apiVersion": "iamauthenticator.k8s.aws/v1alpha1",
        "kind": "IAMIdentityMapping",
        "metadata": {
            "name": name,
            "uid": format!("uid-of-{name}"),
            "creationTimestamp": format!("2026-01-01T00:00:{created:02}Z"),
            "resourceVersion": "7",
        },
        "spec": spec,
    })
}

/// The same with a status.
pub(crate) fn with_status(mut object: Value, canonical_arn: &str) -> Value {
    object["status"] = json!({ "canonicalARN": canonical_arn });
    object
}

/// Which user a principal is, if any.
pub(crate) fn user(set: &MappingSet, arn: &str) -> Option<String> {
    let set = Arc::new(set.clone());
    let map = IdentityMap::new(vec![(BackendMode::Crd, set)], ReservedPrefixes::default());
    let principal = Principal::from_arn(arn).unwrap();
    let found = map.decide(&principal).ok()?;
    Some(found.render(&principal, None).unwrap().username)
}

//! `IAMIdentityMapping`: one mapping, kept as an object of Kubernetes.

mod entry;
mod objects;
mod pace;
mod status_controller;
mod watch;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    CustomResourceDefinition, JSONSchemaProps,
};
use kube::{CustomResource, CustomResourceExt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use status_controller::StatusController;
pub use watch::IdentityMappingWatch;

/// Who is which user of Kubernetes.
///
/// The object around it is [`IamIdentityMapping`], of the group `iamauthenticator.k8s.aws`, in no
/// namespace.
///
/// # Examples
///
/// ```
/// use eksauth_map_kube::{IamIdentityMapping, IamIdentityMappingSpec};
///
/// let deployers = IamIdentityMapping::new(
///     "deployers",
///     IamIdentityMappingSpec {
///         arn: "arn:aws:iam::123456789012:role/Deploy".to_owned(),
///         username: "deploy:{{SessionName}}".to_owned(),
///         groups: vec!["deployers".to_owned()],
///     },
/// );
/// let json = serde_json::to_value(&deployers)?;
/// assert_eq!(json["kind"], "IAMIdentityMapping");
/// assert_eq!(json["spec"]["groups"][0], "deployers");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[expect(
    clippy::duplicated_attributes,
    reason = "each of the columns has a type"
)]
#[derive(
    CustomResource, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema,
)]
#[kube(
    group = "iamauthenticator.k8s.aws",
    version = "v1alpha1",
    kind = "IAMIdentityMapping",
    root = "IamIdentityMapping",
    plural = "iamidentitymappings",
    singular = "iamidentitymapping",
    category = "all",
    status = "IamIdentityMappingStatus",
    derive = "PartialEq",
    doc = "Maps an AWS IAM principal to a user of Kubernetes.",
    printcolumn(name = "ARN", type_ = "string", json_path = ".spec.arn"),
    printcolumn(name = "Username", type_ = "string", json_path = ".spec.username"),
    printcolumn(
        name = "Groups",
        type_ = "string",
        json_path = ".spec.groups",
        priority = "1"
    ),
    printcolumn(
        name = "Age",
        type_ = "date",
        json_path = ".metadata.creationTimestamp"
    )
)]
#[schemars(description = "Who is which user of Kubernetes.")]
pub struct IamIdentityMappingSpec {
    /// The ARN of an IAM user or role. Case does not matter; the session of a role stands for its
    /// role.
    pub arn: String,
    /// The user name in Kubernetes, which may contain placeholders such as `{{SessionName}}`.
    pub username: String,
    /// The groups in Kubernetes, which may contain the same placeholders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
}

/// What a controller has found out about a mapping. Nobody is let in because of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IamIdentityMappingStatus {
    /// The ARN in lower case, that of the role for the session of a role; absent when the ARN is
    /// that of no principal.
    #[serde(
        rename = "canonicalARN",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub canonical_arn: Option<String>,
    /// The unique id of the principal. Nobody writes it for now.
    #[serde(rename = "userID", default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
}

/// What a cluster needs to know before it keeps [`IamIdentityMapping`] objects.
///
/// It lets in what the one of aws-iam-authenticator lets in, so either can take the place of the
/// other. What cannot be used, such as an empty user name, is told by
/// [`IdentityMappingWatch`](crate::IdentityMappingWatch).
///
/// # Examples
///
/// ```
/// let crd = eksauth_map_kube::crd();
/// assert_eq!(
///     crd.metadata.name.as_deref(),
///     Some("iamidentitymappings.iamauthenticator.k8s.aws"),
/// );
/// ```
pub fn crd() -> CustomResourceDefinition {
    let mut crd = IamIdentityMapping::crd();
    for version in &mut crd.spec.versions {
        let schema = version.schema.as_mut();
        if let Some(schema) = schema.and_then(|it| it.open_api_v3_schema.as_mut()) {
            let_in_what_others_do(schema);
        }
    }
    crd
}

/// What the derive macro demands and allows beyond the incumbent's schema. An object without a spec
/// would be one that nobody could change any more.
fn let_in_what_others_do(schema: &mut JSONSchemaProps) {
    schema.required = None;
    let status = schema
        .properties
        .as_mut()
        .and_then(|all| all.get_mut("status"));
    if let Some(status) = status {
        status.nullable = None;
        for field in status.properties.iter_mut().flatten() {
            field.1.nullable = None;
        }
    }
}

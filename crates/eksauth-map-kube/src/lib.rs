//! Identity mappings that are kept in a Kubernetes cluster.
//!
//! | to … | use |
//! |---|---|
//! | follow the ConfigMap `kube-system/aws-auth` | [`AwsAuthWatch`] |
//! | add a mapping to it | [`add_role`], [`add_user`] |
//! | follow [`IamIdentityMapping`] objects | [`IdentityMappingWatch`] |
//! | write their status | [`StatusController`] |
//! | let a cluster keep such objects | [`crd`] |
//!
//! What the watches find becomes a [`MappingSet`](eksauth_map::MappingSet), told as an [`Update`].
//! They run until they are stopped, and nothing ends them before.
//!
//! Cluster, log-in and TLS are those of the [`kube::Client`] that is handed in.

mod aws_auth;
mod foreign_text;
mod identity_mapping;
mod list_watch;
mod until;
mod update;

pub use aws_auth::{AwsAuthAddError, AwsAuthWatch, IfMissing, add_role, add_user};
pub use identity_mapping::{
    IamIdentityMapping, IamIdentityMappingSpec, IamIdentityMappingStatus, IdentityMappingWatch,
    StatusController, crd,
};
pub use list_watch::WatchFailure;
pub use update::{Snapshot, Update};

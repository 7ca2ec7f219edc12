//! Identity mappings that are kept in a Kubernetes cluster.
//!
//! | to … | use |
//! |---|---|
//! | follow the ConfigMap `kube-system/aws-auth` | [`AwsAuthWatch`] |
//! | add a mapping to it | [`add_role`], [`add_user`] |
//! | follow [`IamIdentityMapping`] objects | [`IdentityMappingWatch`] |
//! | write their status | [`StatusController`], with a [`LeaderElection`] or without |
//! | let a cluster keep such objects | [`crd`] |
//!
//! What the watches find becomes a [`MappingSet`](eksauth_map::MappingSet), told as an [`Update`].
//! They run until they are stopped, and nothing ends them before.
//!
//! Cluster, log-in and TLS are those of the [`kube::Client`] that is handed in.
//!
//! # What is not there, and what does not answer
//!
//! | the API server says | then |
//! |---|---|
//! | there is no ConfigMap `aws-auth` | there are no mappings, and that is loaded: clusters without it are in order, and it may be made later |
//! | there is no kind `IAMIdentityMapping` (404) | a failure: nothing is loaded until the kind is there, since objects without their kind are a deployment that is half done |
//! | the client may not (401, 403), or any other error | a failure |
//! | the past is forgotten (410) | a failure, then a new list, which shows what was deleted in between |
//! | nothing, or the watch breaks | a failure, then the watch goes on where it was, or a new list |
//!
//! A failure is told as [`Update::Failed`] and changes no mapping: what was loaded stays in force, and
//! it is tried again after a pause, which grows to between 30 and 60 seconds. That goes for a kind
//! that is removed, too. The API server deletes the objects of a kind before the kind itself, and a
//! watch hears of each; only if no watch was open at that time, the last mappings stay until there is
//! a list again. To revoke, delete objects and not their kind.
//!
//! # Rights
//!
//! | for | API group, resource | verbs | where |
//! |---|---|---|---|
//! | [`AwsAuthWatch`] | core, `configmaps` named `aws-auth` | `list`, `watch` | `kube-system` |
//! | [`add_role`], [`add_user`] | core, `configmaps` named `aws-auth` | `get`, `update` | `kube-system` |
//! | the same with [`IfMissing::Create`] | core, `configmaps` | `create` besides | `kube-system` |
//! | [`IdentityMappingWatch`] | `iamauthenticator.k8s.aws`, `iamidentitymappings` | `list`, `watch` | the cluster |
//! | [`StatusController`] | the same | `list`, `watch` | the cluster |
//! | | `iamauthenticator.k8s.aws`, `iamidentitymappings/status` | `patch` | the cluster |
//! | | `events.k8s.io`, `events` | `create`, `patch` | `default` |
//! | [`LeaderElection`] | `coordination.k8s.io`, `leases` named [`LeaderElection::LEASE_NAME`] | `get`, `update` | its namespace |
//! | | `coordination.k8s.io`, `leases` | `create` | its namespace |
//!
//! `list` and `watch` by name are granted to requests that select this name, as these do. `create`
//! cannot be granted by name.

mod aws_auth;
mod foreign_text;
mod identity_mapping;
mod leader_election;
mod list_watch;
mod until;
mod update;

pub use aws_auth::{AwsAuthAddError, AwsAuthWatch, IfMissing, add_role, add_user};
pub use identity_mapping::{
    IamIdentityMapping, IamIdentityMappingSpec, IamIdentityMappingStatus, IdentityMappingWatch,
    StatusController, crd,
};
pub use leader_election::LeaderElection;
pub use list_watch::WatchFailure;
pub use update::{Snapshot, Update};

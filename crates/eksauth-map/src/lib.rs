//! Which Kubernetes user an AWS identity is.
//!
//! A [`Principal`] is looked up in the [`Mapping`]s of one or more backends, in their declared
//! order. First, [`IdentityMap::decide`] finds the one entry that says who it is. Next,
//! [`Match::instance_id`] says whether the private DNS name of an EC2 instance must be looked up.
//! Finally, [`Match::render`] makes the user. Nothing here reads a file, a network or a clock: what a backend holds is handed in as text
//! and becomes an immutable snapshot.

mod backend_mode;
mod format;
mod identity_map;
mod instance_id;
mod mapping;
mod mapping_set;
mod matched;
mod matching;
mod near_miss;
mod permission_set;
mod principal;
mod problem;
mod reserved_prefixes;
mod rule;
mod shown;
mod template;
#[cfg(test)]
mod testing;
mod wildcard;
mod written_arn;

pub use backend_mode::{BackendMode, UnknownBackendMode};
pub use format::{Effect, JsonError, LastUpdated, Trouble, YamlError};
pub use format::{aws_auth, backend_mode_file, dynamic_file, mounted};
pub use identity_map::{AfterMismatch, Denial, IdentityMap, Mismatch};
pub use instance_id::{InstanceId, NotAnInstanceId};
pub use mapping::{Account, List, Mapping, Place, Who};
pub use mapping_set::{Loaded, MappingSet, MappingSetBuilder};
pub use matched::{MapError, MappedUser, Match};
pub use matching::{Arns, Matching, RolePaths, Sso, UserIds};
pub use near_miss::{NearMiss, Obstacle};
pub use principal::Principal;
pub use problem::{Problem, ProblemKind, Warning, WarningKind};
pub use reserved_prefixes::ReservedPrefixes;
pub use rule::{MatchedBy, Unmet};

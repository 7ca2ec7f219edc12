//! What is kept of an object.

use eksauth_map::{List, Mapping, Place, Who};
use kube::ResourceExt;
use kube::core::DeserializeGuard;

use super::{IamIdentityMapping, IamIdentityMappingSpec};
use crate::foreign_text::shown;

/// An object as the API server sends it, which a cluster may have let in before it checked what it
/// lets in. One that cannot be read must not hide the others.
pub(super) type Received = DeserializeGuard<IamIdentityMapping>;

/// An object without what no mapping needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: Box<str>,
    /// When it was made, in seconds since 1970; far in the future when it does not say.
    pub(super) created: i64,
    /// Or why it cannot be read.
    pub(super) spec: Result<IamIdentityMappingSpec, String>,
}

impl Entry {
    pub(super) fn of(object: Received) -> Self {
        Self {
            name: object.name_any().into(),
            created: object
                .creation_timestamp()
                .map_or(i64::MAX, |time| time.0.as_second()),
            spec: match object.0 {
                Ok(object) => Ok(object.spec),
                Err(invalid) => Err(shown(&invalid.error)),
            },
        }
    }

    pub(super) fn mapping(&self, index: usize) -> Option<Mapping> {
        let spec = self.spec.as_ref().ok()?;
        Some(Mapping {
            who: Who::Arn(spec.arn.clone()),
            user_id: None,
            username: spec.username.clone(),
            groups: spec.groups.clone(),
            place: Place {
                list: List::Objects,
                index,
                line: None,
            },
        })
    }
}

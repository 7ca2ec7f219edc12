//! Which invalid ARNs have been told.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use kube::ResourceExt;

use crate::IamIdentityMapping;

/// Objects that are remembered. Deleted ones are not told apart, so this must end somewhere; past
/// it, an event comes a second time.
const MOST: usize = 10_000;

/// The invalid ARN that was told last, by the id of the object.
#[derive(Debug, Default)]
pub(super) struct Announced(Mutex<HashMap<String, String>>);

impl Announced {
    /// Whether this has not been told yet. From now on it has.
    pub(super) fn is_new(&self, object: &IamIdentityMapping) -> bool {
        let Some(uid) = object.uid() else {
            return true;
        };
        let mut told = self.lock();
        if told.len() >= MOST && !told.contains_key(&uid) {
            told.clear();
        }
        let arn = object.spec.arn.clone();
        told.insert(uid, arn).as_ref() != Some(&object.spec.arn)
    }

    pub(super) fn forget(&self, object: &IamIdentityMapping) {
        if let Some(uid) = object.uid() {
            self.lock().remove(&uid);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

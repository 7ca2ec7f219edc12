//! Values for the label `StsRegion` that nobody outside can multiply.

use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};

use eksauth_token::PresignedUrl;

const GLOBAL: &str = "global";
const OTHER: &str = "other";

/// More regions than AWS has in a partition, and few enough for a dashboard.
const MOST_REGIONS: usize = 64;

/// A region gets a label of its own once STS has answered there. A token may name any region that
/// looks like one, but nothing answers in a region that does not exist.
#[derive(Debug, Default)]
pub(super) struct RegionLabels {
    answered: RwLock<BTreeSet<String>>,
}

impl RegionLabels {
    /// The label for a region where STS has just answered.
    pub(super) fn answered(&self, url: &PresignedUrl) -> String {
        let Some(region) = url.region() else {
            return GLOBAL.to_owned();
        };
        let region = region.as_str();
        if self.knows(region) {
            return region.to_owned();
        }
        let mut answered = self
            .answered
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if answered.len() >= MOST_REGIONS {
            return OTHER.to_owned();
        }
        answered.insert(region.to_owned());
        region.to_owned()
    }

    /// The label for a region where nothing has answered.
    pub(super) fn silent(&self, url: &PresignedUrl) -> String {
        match url.region() {
            None => GLOBAL.to_owned(),
            Some(region) if self.knows(region.as_str()) => region.as_str().to_owned(),
            Some(_) => OTHER.to_owned(),
        }
    }

    pub(super) fn has_answered(&self, url: &PresignedUrl) -> bool {
        url.region()
            .is_none_or(|region| self.knows(region.as_str()))
    }

    fn knows(&self, region: &str) -> bool {
        let answered = self.answered.read().unwrap_or_else(PoisonError::into_inner);
        answered.contains(region)
    }
}

#[cfg(test)]
mod tests;

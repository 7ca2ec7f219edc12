//! AWS's clock: the injected one, and the skew that was asked for.

use aws_smithy_async::time::SharedTimeSource;
use jiff::Timestamp;

use crate::Faults;

#[derive(Clone, Debug)]
pub(super) struct Clock {
    source: SharedTimeSource,
    faults: Faults,
}

impl Clock {
    pub(super) fn new(source: SharedTimeSource, faults: Faults) -> Self {
        Self { source, faults }
    }

    /// Stops at the ends of the range.
    pub(super) fn now(&self) -> Timestamp {
        let now = Timestamp::try_from(self.source.now()).unwrap_or(Timestamp::MAX);
        now.checked_add(self.faults.clock_skew()).unwrap_or(now)
    }
}

//! AWS's clock: the injected one, and the skew that was asked for.

use aws_smithy_async::time::SharedTimeSource;
use http::HeaderValue;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

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

    /// Now, as HTTP writes it; `None` beyond the years that HTTP can write.
    pub(super) fn http_date(&self) -> Option<HeaderValue> {
        let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&self.now());
        HeaderValue::try_from(date.ok()?).ok()
    }
}

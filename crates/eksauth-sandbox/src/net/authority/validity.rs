//! From when until when certificates hold.

use jiff::{SignedDuration, Timestamp};
use rcgen::CertificateParams;

use crate::net::NetError;

/// Clients' clocks may be behind ours: in another virtual machine, or on purpose.
const BEFORE_START: SignedDuration = SignedDuration::from_hours(24);

/// Longer than any sandbox stays up, and short enough that a forgotten CA is soon worthless.
const AFTER_START: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The span in which the CA's certificate holds, and each that it vouches for.
#[derive(Clone, Copy)]
pub(super) struct Validity {
    start: std::time::Duration,
    end: std::time::Duration,
}

impl Validity {
    /// From a day before `now` until 30 days after it.
    pub(super) fn around(now: Timestamp) -> Result<Self, NetError> {
        let since_epoch = |shift: SignedDuration| {
            let moment = now.checked_add(shift).ok()?;
            std::time::Duration::try_from(moment.as_duration()).ok()
        };
        since_epoch(-BEFORE_START)
            .zip(since_epoch(AFTER_START))
            .map(|(start, end)| Self { start, end })
            .ok_or(NetError::Time { now })
    }

    pub(super) fn apply(self, certificate: &mut CertificateParams) {
        // The sum cannot overflow: both libraries end with the year 9999.
        let epoch = rcgen::date_time_ymd(1970, 1, 1);
        certificate.not_before = epoch + self.start;
        certificate.not_after = epoch + self.end;
    }
}

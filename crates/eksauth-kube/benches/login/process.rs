//! What this process uses, as Linux tells it.

use std::time::Duration;

/// Memory in bytes.
pub(crate) fn resident() -> Option<u64> {
    const PAGE: u64 = 4096;
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = pages.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * PAGE)
}

/// Processor time of its first thread.
pub(crate) fn cpu_time() -> Option<Duration> {
    let nanos = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    let nanos = nanos.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanos))
}

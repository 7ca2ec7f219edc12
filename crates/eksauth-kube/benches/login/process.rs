//! What this process uses, as Linux tells it.

use std::time::Duration;

/// Memory in KiB.
pub(crate) fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|it| it.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Processor time of its first thread.
pub(crate) fn cpu_time() -> Option<Duration> {
    let nanos = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    let nanos = nanos.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanos))
}

//! Ports for programs that have to be told theirs before they start.

use std::net::TcpListener;
use std::ops::Range;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below those that systems give to whoever asks for any, which could take one while its program is not up
/// yet; above those that authenticators have by default.
const PORTS: Range<u16> = 22_000..30_000;

/// How many a process may use before it meets those of another.
const STEP: u32 = 61;

/// A port of the loopback address that nothing listens on, and that this process has not been given before.
///
/// # Panics
///
/// When all are in use.
#[must_use]
pub fn free_port() -> u16 {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let candidates = (0..PORTS.len()).map(|_| candidate(GIVEN.fetch_add(1, Ordering::Relaxed)));
    let mut free = candidates.filter(is_free);
    free.next().expect("a free port")
}

/// The tests of other processes run at the same time, so each process begins elsewhere.
fn candidate(given: u16) -> u16 {
    let first = std::process::id().wrapping_mul(STEP);
    let count = u32::from(PORTS.end - PORTS.start);
    let offset = (first % count + u32::from(given)) % count;
    PORTS.start + u16::try_from(offset).expect("an offset within the range of ports")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_is_another_one_within_the_range() {
        let ports: BTreeSet<_> = (0..100).map(|_| free_port()).collect();
        assert_eq!(ports.len(), 100);
        assert!(ports.iter().all(|it| PORTS.contains(it)), "{ports:?}");
    }

    #[test]
    fn one_that_something_listens_on_is_passed_over() {
        let next = candidate(500);
        let _taken = TcpListener::bind(("127.0.0.1", next));
        assert!((0..600).all(|_| free_port() != next));
    }
}

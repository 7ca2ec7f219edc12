//! Waiting for another process, which says nothing by itself.

use std::thread;
use std::time::Duration;

/// How often, and for how long altogether: a minute.
const PAUSE: Duration = Duration::from_millis(50);
const TRIES: usize = 1_200;

/// Whether it comes true in time.
pub(crate) fn comes_true(mut it: impl FnMut() -> bool) -> bool {
    (0..TRIES).any(|_| {
        let is_true = it();
        if !is_true {
            thread::sleep(PAUSE);
        }
        is_true
    })
}

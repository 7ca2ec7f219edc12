//! A lock that a panic elsewhere does not close.

use std::sync::{MutexGuard, PoisonError};

/// For state that is whole at every moment, so that a thread that panicked leaves nothing to repair.
#[derive(Default)]
pub(crate) struct Mutex<T>(std::sync::Mutex<T>);

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(std::sync::Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

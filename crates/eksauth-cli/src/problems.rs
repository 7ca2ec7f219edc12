//! Everything that is wrong with settings, to be told at once.

use crate::failed::{BECAUSE, Failed, chain};

/// What is wrong, in the order in which it was found.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<Failed>);

impl Problems {
    pub(crate) fn add(&mut self, problem: Failed) {
        self.0.push(problem);
    }

    /// The value, or one more problem.
    pub(crate) fn take<T>(&mut self, result: Result<T, Failed>) -> Option<T> {
        result.map_err(|problem| self.add(problem)).ok()
    }

    /// The same, going on with nothing.
    pub(crate) fn or_default<T: Default>(&mut self, result: Result<T, Failed>) -> T {
        self.take(result).unwrap_or_default()
    }

    pub(crate) fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each with its causes.
    pub(crate) fn texts(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|it| chain(it, BECAUSE))
    }

    /// All of them as one error.
    pub(crate) fn into_failed(mut self) -> Failed {
        if self.0.len() == 1
            && let Some(only) = self.0.pop()
        {
            return only;
        }
        let lines: Vec<String> = self
            .texts()
            .map(|it| format!("\n  - {}", it.replace('\n', "\n  ")))
            .collect();
        Failed::new(format!(
            "found {} problems in the settings:{}",
            lines.len(),
            lines.concat()
        ))
    }
}

//! Samples in order.

use std::time::Duration;

pub(crate) struct Quantiles(Vec<Duration>);

impl Quantiles {
    pub(crate) fn of(mut samples: Vec<Duration>) -> Self {
        samples.sort_unstable();
        Self(samples)
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn at(&self, quantile: f64) -> Duration {
        let last = self.0.len() - 1;
        self.0[(last as f64 * quantile).round() as usize]
    }

    pub(crate) fn median(&self) -> Duration {
        self.at(0.5)
    }

    /// How many took longer than this.
    pub(crate) fn above(&self, limit: Duration) -> usize {
        self.0.len() - self.0.partition_point(|it| *it <= limit)
    }
}

pub(crate) fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

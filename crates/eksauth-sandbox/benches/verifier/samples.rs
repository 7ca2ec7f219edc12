//! How long something took, many times.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;

/// Samples, and the time that they took together.
pub(crate) struct Samples {
    sorted: Vec<Duration>,
    elapsed: Duration,
}

impl Samples {
    /// One call after the other.
    pub(crate) async fn one_by_one(count: usize, mut call: impl AsyncFnMut(usize)) -> Self {
        let start = Instant::now();
        let mut samples = Vec::with_capacity(count);
        for n in 0..count {
            let start = Instant::now();
            call(n).await;
            samples.push(start.elapsed());
        }
        Self::of(samples, start.elapsed())
    }

    /// Several callers at the same time, each with the next of the inputs.
    pub(crate) async fn side_by_side<T, F>(
        inputs: Vec<T>,
        callers: usize,
        call: impl Fn(T) -> F + Clone + Send + 'static,
    ) -> Self
    where
        T: Send + 'static,
        F: Future<Output = ()> + Send,
    {
        let inputs = Arc::new(Mutex::new(inputs));
        let start = Instant::now();
        let callers: Vec<_> = (0..callers)
            .map(|_| {
                let (inputs, call) = (Arc::clone(&inputs), call.clone());
                tokio::spawn(async move {
                    let mut samples = Vec::new();
                    loop {
                        let Some(input) = inputs.lock().unwrap().pop() else {
                            return samples;
                        };
                        let start = Instant::now();
                        call(input).await;
                        samples.push(start.elapsed());
                    }
                })
            })
            .collect();
        let mut samples = Vec::new();
        for caller in callers {
            samples.extend(caller.await.unwrap());
        }
        Self::of(samples, start.elapsed())
    }

    fn of(mut sorted: Vec<Duration>, elapsed: Duration) -> Self {
        sorted.sort_unstable();
        Self { sorted, elapsed }
    }

    fn quantile(&self, quantile: f64) -> f64 {
        let index = ((self.sorted.len() - 1) as f64 * quantile).round() as usize;
        micros(self.sorted[index])
    }

    fn mean(&self) -> f64 {
        micros(self.sorted.iter().sum()) / self.sorted.len() as f64
    }

    /// A row of the table. The ratio is that of the medians.
    pub(crate) fn print(&self, name: &str, floor: &Self) {
        let (p50, p99, mean) = (self.quantile(0.5), self.quantile(0.99), self.mean());
        let per_second = self.sorted.len() as f64 / self.elapsed.as_secs_f64();
        let ratio = p50 / floor.quantile(0.5);
        println!("{name:<46} {p50:>9.1} {p99:>9.1} {mean:>9.1} {per_second:>11.0} {ratio:>7.2}");
    }
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

//! Everything that is logged, for tests that look for what should not be.

use std::io;
use std::ops::Deref;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tracing::Dispatch;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

/// The log of a test at its chattiest: TRACE, every target, events and the whole life of spans,
/// with all their fields.
#[derive(Clone, Debug, Default)]
pub struct CapturedLogs(Arc<Mutex<Vec<u8>>>);

impl CapturedLogs {
    /// Captures what every thread of this process logs, from now on. Later calls return the
    /// same capture.
    ///
    /// # Panics
    ///
    /// When somebody else has set the global subscriber.
    #[must_use]
    pub fn install_global() -> Self {
        static GLOBAL: OnceLock<CapturedLogs> = OnceLock::new();
        let install = || {
            let logs = Self::default();
            tracing::subscriber::set_global_default(logs.subscriber())
                .expect("no other global tracing subscriber in this test process");
            logs
        };
        GLOBAL.get_or_init(install).clone()
    }

    /// Captures what this thread logs until the guard is dropped.
    #[must_use]
    pub fn scoped() -> ScopedLogs {
        // While there is but one subscriber, an event that is first met on a thread without one is
        // switched off everywhere, and the capture would miss it.
        static ANOTHER: OnceLock<Dispatch> = OnceLock::new();
        ANOTHER.get_or_init(|| Dispatch::new(tracing_subscriber::registry()));
        let logs = Self::default();
        let guard = tracing::subscriber::set_default(logs.subscriber());
        ScopedLogs {
            logs,
            _guard: guard,
        }
    }

    /// What has been logged so far.
    #[must_use]
    pub fn text(&self) -> String {
        let buffer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&buffer).into_owned()
    }

    fn subscriber(&self) -> impl tracing::Subscriber + Send + Sync + use<> {
        tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .with_writer(self.clone())
            .finish()
    }
}

/// A [`CapturedLogs`] of one thread.
#[derive(Debug)]
pub struct ScopedLogs {
    logs: CapturedLogs,
    _guard: DefaultGuard,
}

impl Deref for ScopedLogs {
    type Target = CapturedLogs;

    fn deref(&self) -> &CapturedLogs {
        &self.logs
    }
}

impl<'a> MakeWriter<'a> for CapturedLogs {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl io::Write for CapturedLogs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log_something(thread: &str) {
        let span = tracing::trace_span!(target: "foreign", "request", thread, later = "");
        let _entered = span.enter();
        span.record("later", "field set afterwards");
        tracing::trace!(target: "foreign::deep", answer = 42, "an event");
    }

    #[test]
    fn a_scoped_capture_holds_events_spans_and_fields_at_trace() {
        let logs = CapturedLogs::scoped();
        log_something("scoped");
        let text = logs.text();
        for part in [
            "foreign::deep",
            "answer=42",
            "an event",
            "scoped",
            "field set afterwards",
        ] {
            assert!(text.contains(part), "no {part:?} in {text}");
        }
    }

    #[test]
    fn a_span_that_has_no_event_is_seen_too() {
        let logs = CapturedLogs::scoped();
        drop(tracing::trace_span!("lonely", field = "of the lonely span"));
        assert!(
            logs.text().contains("of the lonely span"),
            "{}",
            logs.text()
        );
    }

    #[test]
    fn a_scoped_capture_hears_what_was_first_logged_where_nobody_listened() {
        fn log() {
            tracing::trace!(target: "foreign", "met before");
        }
        let logs = CapturedLogs::scoped();
        std::thread::spawn(log).join().expect("the thread ends");
        log();
        assert!(logs.text().contains("met before"), "{}", logs.text());
    }

    #[test]
    fn a_global_capture_hears_other_threads_and_can_be_asked_for_twice() {
        let logs = CapturedLogs::install_global();
        std::thread::spawn(|| log_something("another thread"))
            .join()
            .expect("the thread ends");
        assert!(
            CapturedLogs::install_global()
                .text()
                .contains("another thread")
        );
        assert!(logs.text().contains("another thread"));
    }
}

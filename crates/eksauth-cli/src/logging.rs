//! What the libraries report while they work, on stderr when it is asked for.

mod log_line;

use std::io::{self, BufWriter};

use clap::ValueEnum;
use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::time::SystemTime;
use tracing_subscriber::layer::{Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Registry, fmt};

use log_line::LogLine;

/// How much is reported. The incumbent's names, and clap's hidden aliases for the rest of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Verbosity {
    /// Nothing.
    #[value(alias = "panic", alias = "fatal")]
    Off,
    /// What made the command fail.
    Error,
    /// What may be worth knowing.
    #[default]
    #[value(alias = "warning")]
    Warn,
    /// What was decided.
    Info,
    /// Why it was decided.
    Debug,
    /// Everything.
    Trace,
}

/// In which form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A line to read.
    #[default]
    Text,
    /// A line of JSON.
    Json,
}

/// Starts reporting to a person.
pub(crate) fn start(verbosity: Verbosity, format: Format) {
    let layer = fmt::layer().with_writer(io::stderr);
    match format {
        Format::Text => filtered(
            layer.with_target(false).without_time().with_ansi(false),
            verbosity,
        ),
        Format::Json => filtered(layer.json(), verbosity),
    }
}

/// Lines of a server's log that may wait to be written. Then who has more waits, as without a queue.
const LOG_QUEUE: usize = 4096;

/// As much as is written at once.
const LOG_BUFFER: usize = 64 * 1024;

/// The log of a server, which is written as long as this is there.
#[must_use = "the last lines are written when it is dropped"]
pub(crate) struct Log {
    _writes_the_rest_when_dropped: WorkerGuard,
}

/// Starts the log of a server. A request does not wait until its lines are written.
pub(crate) fn start_log(verbosity: Verbosity, format: Format) -> Log {
    let stderr = BufWriter::with_capacity(LOG_BUFFER, io::stderr());
    let (writer, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(LOG_QUEUE)
        .lossy(false)
        .thread_name("log")
        .finish(stderr);
    let timer = SystemTime;
    let layer = fmt::layer()
        .event_format(LogLine { format, timer })
        .with_writer(writer);
    filtered(layer, verbosity);
    Log {
        _writes_the_rest_when_dropped: guard,
    }
}

fn filtered(layer: impl Layer<Registry> + Send + Sync, verbosity: Verbosity) {
    // Of this project's crates only: what other libraries report is theirs to redact.
    let ours = Targets::new().with_target("eksauth", LevelFilter::from(verbosity));
    let started = tracing_subscriber::registry()
        .with(layer.with_filter(ours))
        .try_init();
    debug_assert!(started.is_ok(), "reporting starts once");
}

impl From<Verbosity> for LevelFilter {
    fn from(verbosity: Verbosity) -> Self {
        match verbosity {
            Verbosity::Off => Self::OFF,
            Verbosity::Error => Self::ERROR,
            Verbosity::Warn => Self::WARN,
            Verbosity::Info => Self::INFO,
            Verbosity::Debug => Self::DEBUG,
            Verbosity::Trace => Self::TRACE,
        }
    }
}

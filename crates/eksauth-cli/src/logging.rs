//! What the libraries report while they work, on stderr when it is asked for.

mod log_line;
mod log_thread;

use std::io;

use clap::ValueEnum;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::time::SystemTime;
use tracing_subscriber::layer::{Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Registry, fmt};

use crate::failed::Failed;

use log_line::LogLine;

pub(crate) use log_thread::Log;

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

/// Starts the log of a server.
pub(crate) fn start_log(verbosity: Verbosity, format: Format) -> Result<Log, Failed> {
    let timer = SystemTime;
    let line = LogLine { format, timer };
    let (writer, log) = log_thread::start(io::stderr(), move |lost| line.of_lost(lost))
        .map_err(|error| Failed::new("could not start the thread of the log").because(error))?;
    let layer = fmt::layer().event_format(line).with_writer(writer);
    filtered(layer, verbosity);
    Ok(log)
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

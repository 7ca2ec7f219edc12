//! A line of a server's log, as aws-iam-authenticator writes it with logrus: what reads its log, reads this.

mod fields;
#[cfg(test)]
mod tests;

use std::fmt;

use serde_json::Value;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::Format;
use fields::Fields;

/// Writes events. Spans are not in them: this project has none.
pub(super) struct LogLine<T> {
    pub(super) format: Format,
    pub(super) timer: T,
}

impl<S, N, T> FormatEvent<S, N> for LogLine<T>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    T: FormatTime,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut time = String::new();
        self.timer.format_time(&mut Writer::new(&mut time))?;
        let level = name(*event.metadata().level());
        let (message, fields) = Fields::of(event);
        match self.format {
            Format::Text => text(writer, &time, level, &message, &fields),
            Format::Json => json(writer, time, level, message, fields),
        }
    }
}

/// As logrus calls it.
fn name(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warning",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

fn text(
    mut writer: Writer<'_>,
    time: &str,
    level: &str,
    message: &str,
    fields: &Fields,
) -> fmt::Result {
    write!(writer, "time={} level={level}", Shown(time))?;
    if !message.is_empty() {
        write!(writer, " msg={}", Shown(message))?;
    }
    for (name, value) in fields.iter() {
        match value {
            Value::String(value) => write!(writer, " {name}={}", Shown(value))?,
            value => write!(writer, " {name}={value}")?,
        }
    }
    writeln!(writer)
}

fn json(
    mut writer: Writer<'_>,
    time: String,
    level: &str,
    message: String,
    mut fields: Fields,
) -> fmt::Result {
    fields.set("time", time);
    fields.set("level", level.to_owned());
    fields.set("msg", message);
    writeln!(writer, "{}", fields.to_json().map_err(|_| fmt::Error)?)
}

/// A value: in quotes unless it is a word.
struct Shown<'a>(&'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.chars().all(is_plain) {
            return f.write_str(self.0);
        }
        f.write_str("\"")?;
        for character in self.0.chars() {
            match character {
                '"' | '\\' => write!(f, "\\{character}"),
                '\n' => f.write_str("\\n"),
                '\r' => f.write_str("\\r"),
                '\t' => f.write_str("\\t"),
                it if it.is_control() => write!(f, "\\u{:04x}", u32::from(it)),
                it => write!(f, "{it}"),
            }?;
        }
        f.write_str("\"")
    }
}

/// What logrus does not put into quotes.
fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-._/@^+".contains(character)
}

//! A line of a server's log, as aws-iam-authenticator writes it with logrus: what reads its log, reads this.

mod fields;
#[cfg(test)]
mod tests;

use std::fmt;

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::Format;
use fields::{Fields, Told};

/// Writes events. Spans are not in them: this project has none.
#[derive(Clone, Copy)]
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
        let level = name(*event.metadata().level());
        self.write(writer, level, Fields::of(event))
    }
}

impl<T: FormatTime> LogLine<T> {
    /// The line in the place of lines that could not be written.
    pub(super) fn of_lost(&self, lost: u64) -> String {
        let fields = Fields::told(
            "lines of this log could not be written",
            "lost",
            lost.into(),
        );
        let mut line = String::new();
        // A text takes everything.
        let _ = self.write(Writer::new(&mut line), name(Level::WARN), fields);
        line
    }

    fn write(&self, writer: Writer<'_>, level: &str, fields: Fields) -> fmt::Result {
        let mut time = String::new();
        self.timer.format_time(&mut Writer::new(&mut time))?;
        match self.format {
            Format::Text => text(writer, &time, level, &fields),
            Format::Json => json(writer, &time, level, fields),
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

fn text(mut writer: Writer<'_>, time: &str, level: &str, fields: &Fields) -> fmt::Result {
    write!(writer, "time={} level={level}", Shown(time))?;
    let message = fields.message();
    if !message.is_empty() {
        write!(writer, " msg={}", Shown(message))?;
    }
    for (name, value) in fields.iter() {
        match value {
            Told::Text(value) => write!(writer, " {name}={}", Shown(value))?,
            Told::Scalar(value) => write!(writer, " {name}={value}")?,
        }
    }
    writeln!(writer)
}

fn json(mut writer: Writer<'_>, time: &str, level: &str, mut fields: Fields) -> fmt::Result {
    fields.set("time", time);
    fields.set("level", level);
    fields.set_message("msg");
    let line = serde_json::to_string(&fields).map_err(|_| fmt::Error)?;
    writeln!(writer, "{line}")
}

/// A value: in quotes unless it is a word.
struct Shown<'a>(&'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.bytes().all(is_plain) {
            return f.write_str(self.0);
        }
        f.write_str("\"")?;
        let mut rest = self.0;
        while let Some((plain, special, after)) = at_special(rest) {
            f.write_str(plain)?;
            match special {
                '"' | '\\' => write!(f, "\\{special}"),
                '\n' => f.write_str("\\n"),
                '\r' => f.write_str("\\r"),
                '\t' => f.write_str("\\t"),
                it => write!(f, "\\u{:04x}", u32::from(it)),
            }?;
            rest = after;
        }
        f.write_str(rest)?;
        f.write_str("\"")
    }
}

/// The first character that cannot stand in quotes as it is, with what is before and after it.
fn at_special(text: &str) -> Option<(&str, char, &str)> {
    let is_special = |it: char| matches!(it, '"' | '\\') || it.is_control();
    let (plain, rest) = text.split_at_checked(text.find(is_special)?)?;
    let mut rest = rest.chars();
    let special = rest.next()?;
    Some((plain, special, rest.as_str()))
}

/// What logrus does not put into quotes.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._/@^+".contains(&byte)
}

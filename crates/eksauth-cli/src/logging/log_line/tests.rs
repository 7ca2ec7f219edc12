use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use tracing_subscriber::layer::SubscriberExt as _;

use super::*;

#[derive(Clone, Copy)]
struct Noon;

impl FormatTime for Noon {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        writer.write_str("2026-01-02T12:00:00Z")
    }
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is written while something happens.
fn written(format: Format, happens: impl FnOnce()) -> String {
    let lines = Lines::default();
    let writer = lines.clone();
    let timer = Noon;
    let layer = tracing_subscriber::fmt::layer()
        .event_format(LogLine { format, timer })
        .with_writer(move || writer.clone());
    let subscriber = tracing_subscriber::registry().with(layer);
    tracing::subscriber::with_default(subscriber, happens);
    let bytes = lines.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_line_of_text_has_what_is_no_word_in_quotes() {
    let text = written(Format::Text, || {
        tracing::warn!(path = "/authenticate", client = %"[::1]:7", cut = 0, "access denied");
        tracing::info!("starting");
    });
    assert_eq!(
        text,
        "time=\"2026-01-02T12:00:00Z\" level=warning msg=\"access denied\" client=\"[::1]:7\" cut=0 path=/authenticate\n\
         time=\"2026-01-02T12:00:00Z\" level=info msg=starting\n"
    );
}

#[test]
fn a_value_stays_in_its_line_and_its_quotes() {
    let text = written(Format::Text, || {
        tracing::error!(error = "a\r\n\t\"b\\\u{1b}[31m\u{9b} é", empty = "", "x\ny");
    });
    assert_eq!(
        text,
        "time=\"2026-01-02T12:00:00Z\" level=error msg=\"x\\ny\" empty= \
         error=\"a\\r\\n\\t\\\"b\\\\\\u001b[31m\\u009b é\"\n"
    );
}

#[test]
fn a_line_of_json_has_all_at_its_top() {
    let text = written(Format::Json, || {
        tracing::warn!(error = %"no \"user\"\n", cut = 7u64, is = true, less = -1, part = 0.5, "access denied");
    });
    assert_eq!(text.matches('\n').count(), 1, "{text}");
    let line: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        line,
        json!({
            "time": "2026-01-02T12:00:00Z", "level": "warning", "msg": "access denied",
            "error": "no \"user\"\n", "cut": 7, "is": true, "less": -1, "part": 0.5,
        })
    );
}

#[test]
fn a_field_does_not_take_the_place_of_what_each_line_has() {
    for format in [Format::Text, Format::Json] {
        let text = written(format, || {
            tracing::debug!(level = "error", msg = "m", time = "t", "said");
        });
        for name in ["fields.level", "fields.msg", "fields.time"] {
            assert!(text.contains(name), "{text}");
        }
        assert!(text.contains("debug") && text.contains("said"), "{text}");
    }
}

#[test]
fn of_several_fields_with_one_name_the_last_counts() {
    let text = written(Format::Json, || {
        tracing::info!(cut = 1, cut = "two", "m");
    });
    assert_eq!(text.matches("cut").count(), 1, "{text}");
    assert!(text.contains(r#""cut":"two""#), "{text}");
}

#[test]
fn lines_that_are_lost_are_a_line_in_the_same_format() {
    let line = |format| {
        let timer = Noon;
        LogLine { format, timer }.of_lost(7)
    };
    assert_eq!(
        line(Format::Text),
        "time=\"2026-01-02T12:00:00Z\" level=warning msg=\"lines of this log could not be written\" lost=7\n"
    );
    let json: Value = serde_json::from_str(&line(Format::Json)).unwrap();
    assert_eq!(json["lost"], 7);
}

#[test]
fn levels_are_called_as_in_logrus() {
    let levels = [
        Level::ERROR,
        Level::WARN,
        Level::INFO,
        Level::DEBUG,
        Level::TRACE,
    ];
    assert_eq!(
        levels.map(name),
        ["error", "warning", "info", "debug", "trace"]
    );
}

use std::sync::mpsc;
use std::time::Duration;

use eksauth_testing::ManualTime;
use jiff::Timestamp;

use super::*;
use crate::webhook::{Decision, Denial, DenialClass, RequestIds};

const FEW: NonZeroUsize = NonZeroUsize::new(2).unwrap();

fn clock() -> ManualTime {
    ManualTime::at_unix(1_767_268_800)
}

/// Writes a line about a denial with this reason.
fn write(audit: &AuditLog, reason: &str) {
    let decision = Decision {
        signer: None,
        verdict: Err(Denial {
            class: DenialClass::InvalidToken,
            reason: reason.to_owned(),
        }),
    };
    audit.write(&Entry {
        time: Timestamp::UNIX_EPOCH,
        client: ([127, 0, 0, 1], 50_000).into(),
        request: RequestIds::since(Timestamp::UNIX_EPOCH).next(),
        decision: &decision,
        result: "invalid_token",
        status: 403,
        latency: Duration::from_micros(1_500),
    });
}

fn reasons(text: &str) -> Vec<String> {
    let values = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    values
        .map(|value| match value["reason"].as_str() {
            Some(reason) => reason.to_owned(),
            None => format!("{} {}", value["event"].as_str().unwrap(), value["dropped"]),
        })
        .collect()
}

/// A place to write to that takes a line only when the test lets it.
struct Slow {
    turns: mpsc::Receiver<()>,
    arrived: mpsc::Sender<()>,
    written: mpsc::Sender<Vec<u8>>,
}

impl Write for Slow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.arrived.send(());
        let _ended = self.turns.recv();
        let _ = self.written.send(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_full_queue_costs_lines_and_no_time_and_says_how_many() {
    let (turn, turns) = mpsc::channel();
    let (arrived, at_the_writer) = mpsc::channel();
    let (written, lines) = mpsc::channel();
    let slow = Slow {
        turns,
        arrived,
        written,
    };
    let audit = AuditLog::to_writer(Box::new(slow), FEW, clock()).unwrap();
    write(&audit, "first");
    at_the_writer.recv().unwrap();
    for reason in ["second", "third", "lost", "lost", "lost"] {
        write(&audit, reason);
    }
    assert_eq!(audit.dropped(), 3);
    drop(turn);
    audit.flush().await;
    let text: Vec<u8> = lines.try_iter().flatten().collect();
    let text = String::from_utf8(text).unwrap();
    assert_eq!(reasons(&text), ["first", "dropped 3", "second", "third"]);
    assert!(
        text.contains(r#""time":"2026-01-01T12:00:00.000Z""#),
        "{text}"
    );
}

#[tokio::test]
async fn what_cannot_be_written_is_counted_and_told_later() {
    struct Full(usize, mpsc::Sender<Vec<u8>>);
    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0 > 0 {
                self.0 -= 1;
                return Err(io::ErrorKind::StorageFull.into());
            }
            let _ = self.1.send(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (written, lines) = mpsc::channel();
    // A line, and twice that it is lost.
    let full = Full(3, written);
    let audit = AuditLog::to_writer(Box::new(full), FEW, clock()).unwrap();
    write(&audit, "lost");
    audit.flush().await;
    write(&audit, "kept");
    audit.flush().await;
    write(&audit, "kept");
    audit.flush().await;
    assert_eq!(audit.dropped(), 1);
    let text: Vec<u8> = lines.try_iter().flatten().collect();
    let text = String::from_utf8(text).unwrap();
    assert_eq!(reasons(&text), ["kept", "dropped 1", "kept"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_is_appended_to_and_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.jsonl");
    for reason in ["first", "second"] {
        let audit = AuditLog::to_file(&path, FEW, clock()).unwrap();
        write(&audit, reason);
        audit.flush().await;
    }
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(reasons(&text), ["first", "second"]);
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn a_file_that_was_moved_away_is_left_when_told() {
    let dir = tempfile::tempdir().unwrap();
    let (path, moved) = (dir.path().join("audit.jsonl"), dir.path().join("audit.1"));
    let audit = AuditLog::to_file(&path, FEW, clock()).unwrap();
    write(&audit, "before");
    audit.flush().await;
    std::fs::rename(&path, &moved).unwrap();
    write(&audit, "between");
    audit.flush().await;
    audit.reopen();
    write(&audit, "after");
    audit.flush().await;
    let read = |path| reasons(&std::fs::read_to_string(path).unwrap());
    assert_eq!(read(&moved), ["before", "between"]);
    assert_eq!(read(&path), ["after"]);
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_again_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let (path, moved) = (dir.path().join("audit.jsonl"), dir.path().join("audit.1"));
    let audit = AuditLog::to_file(&path, FEW, clock()).unwrap();
    std::fs::rename(&path, &moved).unwrap();
    std::fs::create_dir(&path).unwrap();
    audit.reopen();
    write(&audit, "kept");
    audit.flush().await;
    let text = std::fs::read_to_string(&moved).unwrap();
    assert_eq!(reasons(&text), ["kept"]);
    assert_eq!(audit.dropped(), 0);
}

#[tokio::test]
async fn a_line_that_was_cut_short_before_the_file_was_opened_stays_a_line_of_its_own() {
    use std::fs::OpenOptions;

    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.jsonl");
    std::fs::write(&path, "{\"time").unwrap();
    let audit = AuditLog::to_file(&path, FEW, clock()).unwrap();
    write(&audit, "first");
    audit.flush().await;
    let mut other = OpenOptions::new().append(true).open(&path).unwrap();
    other.write_all(b"{\"ti").unwrap();
    audit.reopen();
    write(&audit, "second");
    audit.flush().await;
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert_eq!((lines[0], lines[2]), ("{\"time", "{\"ti"));
    assert_eq!(reasons(lines[1]), ["first"]);
    assert_eq!(reasons(lines[3]), ["second"]);
}

#[test]
fn a_place_that_is_none_is_an_error_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let nowhere = dir.path().join("none").join("audit.jsonl");
    let error = AuditLog::to_file(&nowhere, FEW, clock()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
}

#[tokio::test]
async fn what_is_left_of_a_line_that_was_cut_short_is_a_line_of_its_own() {
    /// Has room for a few bytes, then for none, then for all.
    struct Cramped(usize, mpsc::Sender<Vec<u8>>);
    impl Write for Cramped {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += 1;
            let room = match self.0 {
                1 => 7,
                2 => return Err(io::ErrorKind::StorageFull.into()),
                _ => bytes.len(),
            };
            let _ = self.1.send(bytes[..room].to_vec());
            Ok(room)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (written, lines) = mpsc::channel();
    let audit = AuditLog::to_writer(Box::new(Cramped(0, written)), FEW, clock()).unwrap();
    write(&audit, "cut short");
    write(&audit, "kept");
    audit.flush().await;
    assert_eq!(audit.dropped(), 1);
    let text: Vec<u8> = lines.try_iter().flatten().collect();
    let text = String::from_utf8(text).unwrap();
    let (cut, whole) = text.split_once('\n').unwrap();
    assert_eq!(cut, "{\"time\"");
    assert_eq!(reasons(whole), ["dropped 1", "kept"]);
}

#[tokio::test]
async fn a_writer_that_takes_little_at_a_time_gets_the_whole_line() {
    struct Nibbler(mpsc::Sender<u8>);
    impl Write for Nibbler {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.send(bytes[0]);
            Ok(1)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (written, bytes) = mpsc::channel();
    let audit = AuditLog::to_writer(Box::new(Nibbler(written)), FEW, clock()).unwrap();
    write(&audit, "first");
    write(&audit, "second");
    audit.flush().await;
    let text = String::from_utf8(bytes.try_iter().collect()).unwrap();
    assert_eq!(reasons(&text), ["first", "second"]);
    assert_eq!(audit.dropped(), 0);
}

use std::sync::{Arc, Mutex};

use super::*;

/// What has been written, call by call. A call waits for a permit, and fails if there is a reason to.
struct Destination {
    written: Written,
    permits: Receiver<io::Result<()>>,
}

type Written = Arc<Mutex<Vec<String>>>;

impl Write for Destination {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Ok(permit) = self.permits.recv() {
            permit?;
        }
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        self.written.lock().unwrap().push(text);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A log to such a place. Without the sender of permits, nothing waits any more.
fn log() -> (Lines, Log, SyncSender<io::Result<()>>, Written) {
    let written = Written::default();
    let (permit, permits) = sync_channel(QUEUE);
    let destination = Destination {
        written: Arc::clone(&written),
        permits,
    };
    let (lines, log) = start(destination, |lost| format!("lost {lost}\n")).unwrap();
    (lines, log, permit, written)
}

fn hand_in(mut lines: &Lines, line: &str) {
    lines.write_all(line.as_bytes()).unwrap();
}

#[test]
fn what_waits_is_written_in_its_order_before_the_end() {
    let (lines, log, permit, written) = log();
    let all: Vec<String> = (0..1_000).map(|n| format!("line {n}\n")).collect();
    all.iter().for_each(|line| hand_in(&lines, line));
    drop(permit);
    drop(log);
    assert_eq!(written.lock().unwrap().concat(), all.concat());
}

#[test]
fn many_lines_are_written_together_and_none_in_two_pieces() {
    let (lines, log, permit, written) = log();
    let long = format!("{}\n", "x".repeat(PIECE));
    hand_in(&lines, "the first, which holds up the others\n");
    for n in 0..500 {
        hand_in(&lines, &format!("line {n} of many\n"));
        if n == 250 {
            hand_in(&lines, &long);
        }
    }
    drop(permit);
    drop(log);
    let written = written.lock().unwrap();
    assert!(written.len() < 20, "{}", written.len());
    for piece in written.iter() {
        assert!(piece.ends_with('\n'));
        assert!(piece.len() <= PIECE || *piece == long, "{}", piece.len());
    }
}

#[test]
fn lines_that_cannot_be_written_are_counted_until_one_can() {
    let (lines, log, permit, written) = log();
    // Before the second line comes that the first is lost.
    for (line, tries) in [("a\n", 1), ("b\n", 2)] {
        for _ in 0..tries {
            permit.send(Err(io::ErrorKind::StorageFull.into())).unwrap();
        }
        hand_in(&lines, line);
        wait_for_all_so_far(&log);
    }
    drop(permit);
    hand_in(&lines, "c\n");
    drop(log);
    assert_eq!(written.lock().unwrap().concat(), "lost 2\nc\n");
}

fn wait_for_all_so_far(log: &Log) {
    let (done, written) = sync_channel(1);
    log.messages.send(Message::End(done)).unwrap();
    written.recv().unwrap();
}

#[test]
fn the_end_does_not_wait_for_ever() {
    let (lines, mut log, permit, written) = log();
    log.farewell = Duration::ZERO;
    hand_in(&lines, "nobody reads this\n");
    drop(log);
    assert!(written.lock().unwrap().is_empty());
    drop(permit);
}

#[test]
fn who_finds_no_room_waits_and_loses_nothing() {
    let (lines, log, permit, written) = log();
    let count = 3 * QUEUE;
    let handing_in = thread::spawn(move || {
        (0..count).for_each(|_| hand_in(&lines, "line\n"));
    });
    drop(permit);
    handing_in.join().unwrap();
    drop(log);
    assert_eq!(
        written.lock().unwrap().concat().len(),
        count * "line\n".len()
    );
}

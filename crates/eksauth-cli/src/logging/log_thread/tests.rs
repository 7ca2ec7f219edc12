use std::sync::mpsc::{Receiver, Sender, channel};

use super::*;

/// Room for ten lines, and all the time there is.
const PATIENT: Limits = Limits {
    room: 10 * LINE.len(),
    patience: Duration::MAX,
    farewell: Duration::MAX,
};

const LINE: &str = "one line\n";

/// What has been written. Each call waits for a permit, until there are none any more.
struct Gate {
    written: Written,
    begun: Sender<()>,
    permits: Receiver<()>,
}

type Written = Arc<Mutex<String>>;

impl Write for Gate {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.begun.send(());
        let _ = self.permits.recv();
        let text = std::str::from_utf8(bytes).unwrap();
        self.written.lock().unwrap().push_str(text);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A log that is held up while it writes its first line.
struct Held {
    lines: Lines,
    log: Log,
    permit: Sender<()>,
    written: Written,
}

fn held(limits: Limits) -> Held {
    let written = Written::default();
    let (permit, permits) = channel();
    let (begun, has_begun) = channel();
    let gate = Gate {
        written: Arc::clone(&written),
        begun,
        permits,
    };
    let (lines, log) = start_within(limits, gate, |lost| format!("lost {lost}\n")).unwrap();
    hand_in(&lines, "the first\n");
    has_begun.recv().unwrap();
    Held {
        lines,
        log,
        permit,
        written,
    }
}

fn hand_in(mut lines: &Lines, line: &str) {
    lines.write_all(line.as_bytes()).unwrap();
}

fn fill(lines: &Lines) {
    (0..10).for_each(|_| hand_in(lines, LINE));
}

#[test]
fn nobody_waits_for_a_line_and_all_are_written_in_their_order_before_the_end() {
    let held = held(Limits {
        room: usize::MAX,
        ..PATIENT
    });
    let all: Vec<String> = (0..1_000).map(|n| format!("line {n}\n")).collect();
    all.iter().for_each(|line| hand_in(&held.lines, line));
    drop(held.permit);
    drop(held.log);
    let expected = format!("the first\n{}", all.concat());
    assert_eq!(*held.written.lock().unwrap(), expected);
}

#[test]
fn who_finds_no_room_waits_and_loses_nothing() {
    let held = held(PATIENT);
    fill(&held.lines);
    let lines = held.lines;
    let waits = thread::spawn(move || (0..100).for_each(|_| hand_in(&lines, LINE)));
    drop(held.permit);
    waits.join().unwrap();
    drop(held.log);
    let expected = format!("the first\n{}", LINE.repeat(110));
    assert_eq!(*held.written.lock().unwrap(), expected);
}

#[test]
fn who_waits_in_vain_goes_on_and_it_is_told_how_many_lines_that_has_cost() {
    let held = held(Limits {
        patience: Duration::ZERO,
        ..PATIENT
    });
    fill(&held.lines);
    (0..3).for_each(|_| hand_in(&held.lines, "never written\n"));
    drop(held.permit);
    drop(held.log);
    let expected = format!("the first\nlost 3\n{}", LINE.repeat(10));
    assert_eq!(*held.written.lock().unwrap(), expected);
}

#[test]
fn only_one_waits_in_vain() {
    let held = held(PATIENT);
    fill(&held.lines);
    held.log.0.lock().is_stuck = true;
    // With all the patience there is, this would take for ever.
    hand_in(&held.lines, "never written\n");
    assert_eq!(held.log.0.lock().lost, 1);
    drop(held.permit);
}

#[test]
fn a_line_that_is_longer_than_the_room_is_written_alone() {
    let held = held(PATIENT);
    let long = format!("{}\n", "x".repeat(PATIENT.room));
    hand_in(&held.lines, &long);
    drop(held.permit);
    drop(held.log);
    assert_eq!(*held.written.lock().unwrap(), format!("the first\n{long}"));
}

#[test]
fn the_end_does_not_wait_for_ever() {
    let held = held(Limits {
        farewell: Duration::ZERO,
        ..PATIENT
    });
    hand_in(&held.lines, "nobody reads this\n");
    drop(held.log);
    assert_eq!(*held.written.lock().unwrap(), "");
    drop(held.permit);
}

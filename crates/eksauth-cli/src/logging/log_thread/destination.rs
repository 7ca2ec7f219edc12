//! Where a log is written.

use std::io::{self, Write};

/// The most that is written at once, unless a line is longer. A pipe takes this as a whole (`PIPE_BUF` of
/// Linux), so that what others write there, such as an audit log, comes between lines.
const PIECE: usize = 4096;

/// A place that may be full or gone for a while. Lines that are lost on it are counted, and told of as soon
/// as it takes something again.
pub(super) struct Destination<W, F> {
    writer: W,
    told_as: F,
    lost: u64,
    /// A line was cut short.
    is_mid_line: bool,
}

impl<W: Write, F: Fn(u64) -> String> Destination<W, F> {
    pub(super) fn new(writer: W, told_as: F) -> Self {
        Self {
            writer,
            told_as,
            lost: 0,
            is_mid_line: false,
        }
    }

    /// Counts lines that never came here.
    pub(super) fn lose(&mut self, lines: u64) {
        self.lost += lines;
    }

    /// Writes whole lines.
    pub(super) fn write(&mut self, mut lines: &[u8]) {
        while !lines.is_empty() {
            let (piece, rest) = lines.split_at(piece_len(lines));
            self.tell_lost();
            if let Err(Cut { missing }) = self.write_piece(piece) {
                self.lost += line_ends(missing);
            }
            lines = rest;
        }
    }

    /// Says how many lines are missing.
    pub(super) fn tell_lost(&mut self) {
        if self.lost == 0 {
            return;
        }
        let line = (self.told_as)(self.lost);
        if self.write_piece(line.as_bytes()).is_ok() {
            self.lost = 0;
        }
    }

    fn write_piece<'p>(&mut self, mut piece: &'p [u8]) -> Result<(), Cut<'p>> {
        if self.is_mid_line {
            match self.writer.write(b"\n") {
                Ok(1) => self.is_mid_line = false,
                _ => return Err(Cut { missing: piece }),
            }
        }
        while !piece.is_empty() {
            match self.writer.write(piece) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) | Ok(0) => return Err(Cut { missing: piece }),
                Ok(written) => {
                    let (done, rest) = piece.split_at(written.min(piece.len()));
                    self.is_mid_line = !done.ends_with(b"\n");
                    piece = rest;
                }
            }
        }
        match self.writer.flush() {
            Ok(()) => Ok(()),
            Err(_) => Err(Cut { missing: b"" }),
        }
    }
}

/// What could not be written.
struct Cut<'p> {
    missing: &'p [u8],
}

/// As many whole lines as fit into a piece, but at least one.
fn piece_len(lines: &[u8]) -> usize {
    let is_end = |it: &u8| *it == b'\n';
    let fitting = lines.get(..PIECE).unwrap_or(lines);
    let last_end = fitting.iter().rposition(is_end);
    let end = last_end.or_else(|| lines.iter().position(is_end));
    end.map_or(lines.len(), |at| at + 1)
}

fn line_ends(bytes: &[u8]) -> u64 {
    let ends = bytes.iter().filter(|it| **it == b'\n').count();
    u64::try_from(ends).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes, then fails until it is given more room.
    struct Disk {
        written: Vec<u8>,
        room: usize,
        calls: usize,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.calls += 1;
            if self.room == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            let taken = bytes.len().min(self.room);
            self.room -= taken;
            self.written.extend_from_slice(&bytes[..taken]);
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn on_disk(room: usize) -> Destination<Disk, fn(u64) -> String> {
        let disk = Disk {
            written: Vec::new(),
            room,
            calls: 0,
        };
        Destination::new(disk, |lost| format!("lost {lost}\n"))
    }

    fn text(destination: &Destination<Disk, fn(u64) -> String>) -> &str {
        std::str::from_utf8(&destination.writer.written).unwrap()
    }

    #[test]
    fn many_lines_are_written_together_and_none_in_two_pieces() {
        let mut destination = on_disk(usize::MAX);
        let long = format!("{}\n", "x".repeat(PIECE));
        let lines = [&"one of many lines\n".repeat(500), &long, "the last\n"].concat();
        destination.write(lines.as_bytes());
        assert_eq!(text(&destination), lines);
        assert_eq!(destination.writer.calls, 500 * 18 / PIECE + 1 + 1 + 1);
        for (lines, len) in [("a\nbc\n", 5), ("no end", 6), (&lines[..], PIECE / 18 * 18)] {
            assert_eq!(piece_len(lines.as_bytes()), len);
        }
    }

    #[test]
    fn what_is_cut_short_stays_a_line_of_its_own_and_counts_as_lost() {
        let mut destination = on_disk("one\nt".len());
        destination.write(b"one\ntwo\nthree\n");
        destination.write(b"four\n");
        assert_eq!((text(&destination), destination.lost), ("one\nt", 3));
        destination.writer.room = usize::MAX;
        destination.write(b"five\n");
        assert_eq!(text(&destination), "one\nt\nlost 3\nfive\n");
        assert_eq!(destination.lost, 0);
    }

    #[test]
    fn how_many_are_lost_is_told_until_that_has_been_written() {
        let mut destination = on_disk(0);
        destination.lose(2);
        destination.tell_lost();
        destination.writer.room = "lo".len();
        destination.tell_lost();
        assert_eq!(text(&destination), "lo");
        destination.writer.room = usize::MAX;
        destination.tell_lost();
        destination.tell_lost();
        assert_eq!(text(&destination), "lo\nlost 2\n");
    }
}

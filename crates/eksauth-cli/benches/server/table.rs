//! The figures side by side.

use crate::load::Answers;
use crate::program::Program;

#[derive(Default)]
pub(crate) struct Table(Vec<Row>);

struct Row {
    what: String,
    program: &'static str,
    value: f64,
    shown: String,
    more_is_better: bool,
}

impl Table {
    pub(crate) fn answers(&mut self, program: &Program, what: &str, answers: Answers) {
        let (rate, p50, p99) = (
            answers.per_second(),
            answers.millis(0.5),
            answers.millis(0.99),
        );
        self.add(Row {
            what: what.to_owned(),
            program: program.name,
            value: rate,
            shown: format!("{rate:.0}/s, p50 {p50:.2} ms, p99 {p99:.2} ms"),
            more_is_better: true,
        });
    }

    pub(crate) fn memory(&mut self, program: &Program, what: &str, kib: Option<u64>) {
        let Some(kib) = kib else {
            return;
        };
        let mib = kib as f64 / 1024.0;
        self.add(Row {
            what: what.to_owned(),
            program: program.name,
            value: mib,
            shown: format!("{mib:.1} MiB"),
            more_is_better: false,
        });
    }

    /// Told at once, since a whole run takes minutes.
    fn add(&mut self, row: Row) {
        println!("{:<22} {:<44} {}", row.program, row.what, row.shown);
        self.0.push(row);
    }

    /// The ratios, where there is a peer.
    pub(crate) fn print(&self) {
        for row in self.0.iter().filter(|it| it.program == "eksauth") {
            let is_peer = |it: &&Row| it.what == row.what && it.program != row.program;
            for peer in self.0.iter().filter(is_peer) {
                let word = match row.more_is_better {
                    true => "as many as",
                    false => "as much as",
                };
                let ratio = row.value / peer.value;
                println!("{:<44} {ratio:.2} times {word} {}", row.what, peer.program);
            }
        }
    }
}

//! What idle clusters cost, by the hundred and by the thousand, with one provider and one refresher.

pub(crate) mod member;

use std::process::Command;

use crate::Effort;
use member::{Kind, Use};

/// The first word of the command line of a process that is one size of the fleet.
pub(crate) const COMMAND: &str = "be-the-fleet";

pub(crate) fn run(effort: Effort) {
    let hours = effort.pick(6, 1);
    let sizes: &[(Kind, usize)] = &[
        (Kind::Source, 1),
        (Kind::Source, 100),
        (Kind::Source, effort.pick(5_000, 500)),
        (Kind::Client, 100),
        (Kind::ClientOfKube, 100),
    ];
    println!(
        "{:<40} {:>9} {:>11} {:>9} {:>9} {:>11} {:>9}",
        "idle after the first token, for each hour",
        "KiB each",
        "(hours on)",
        "wake-ups",
        "CPU ms",
        "CPU µs each",
        "provider"
    );
    for (kind, count) in sizes {
        match of_its_own_process(*kind, *count, hours) {
            Some(used) => print(*kind, *count, &used, hours),
            None => println!("SKIPPED {} of {count}: expected Linux's /proc", kind.name()),
        }
    }
}

/// So that sizes do not disturb each other.
fn of_its_own_process(kind: Kind, count: usize, hours: u32) -> Option<Use> {
    let program = std::env::current_exe().unwrap();
    let words = [kind.word(), &count.to_string(), &hours.to_string()];
    let output = Command::new(program)
        .arg(COMMAND)
        .args(words)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    Use::parse(&String::from_utf8(output.stdout).unwrap())
}

fn print(kind: Kind, count: usize, used: &Use, hours: u32) {
    let each = |kib: i64| kib as f64 / count as f64;
    let hourly = |sum: u64| sum as f64 / f64::from(hours);
    println!(
        "{:<40} {:>9.1} {:>11.1} {:>9.0} {:>9.1} {:>11.0} {:>9.1}",
        format!("{count} × {}", kind.name()),
        each(used.kib),
        each(used.kib_later),
        hourly(used.wake_ups),
        hourly(used.cpu_micros) / 1e3,
        hourly(used.cpu_micros) / count as f64,
        hourly(used.provider_calls),
    );
}

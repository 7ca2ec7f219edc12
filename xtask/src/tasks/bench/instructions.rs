//! Instructions and memory of one run: counted, not timed, so a noisy machine gives the same.

use crate::failure::Failure;
use crate::tasks::dist;
use crate::terminal;
use crate::workspace::Workspace;

use super::scene::{Contestant, Scene};

/// What the runs may cost, in the order of [`Scene::ours`]: a tenth above what they did when this was
/// last looked at. Raise it with a reason, lower it with pride.
const BUDGETS: [u64; 3] = [900_000, 1_000_000, 1_200_000];

/// Peak memory of each, in KiB.
const MEMORY_BUDGET: u64 = 4096;

pub(super) fn run(workspace: &Workspace) -> Result<(), Failure> {
    let scene = Scene::create(workspace, dist::build_static(workspace)?)?;
    let mut over = Vec::new();
    for (contestant, budget) in scene.ours().iter().zip(BUDGETS) {
        contestant.run()?; // fills the cache
        let name = contestant.name();
        match instructions(contestant) {
            Some(count) => {
                terminal::print(&format!("{name:<40} {count:>12} instructions of {budget}"));
                over.extend((count > budget).then(|| format!("{name}: {count} instructions")));
            }
            None => terminal::skipped(name, "valgrind does not run", "install valgrind"),
        }
        match peak_memory(contestant) {
            Some(kib) => {
                terminal::print(&format!("{name:<40} {kib:>12} KiB of {MEMORY_BUDGET}"));
                over.extend((kib > MEMORY_BUDGET).then(|| format!("{name}: {kib} KiB")));
            }
            None => terminal::skipped(name, "GNU time does not run", "install `time`"),
        }
    }
    match over[..] {
        [] => Ok(()),
        _ => Err(Failure::Refused(format!(
            "expected every run within its budget, but found more: {}",
            over.join(", ")
        ))),
    }
}

fn instructions(contestant: &Contestant) -> Option<u64> {
    let arguments = ["--tool=callgrind", "--callgrind-out-file=/dev/null"];
    collected(&contestant.watched_by("valgrind", &arguments)?)
}

/// `==1== Collected : 123`
fn collected(report: &str) -> Option<u64> {
    let line = report
        .lines()
        .find_map(|line| line.split_once("Collected :"))?
        .1;
    line.trim().parse().ok()
}

fn peak_memory(contestant: &Contestant) -> Option<u64> {
    let report = contestant.watched_by("/usr/bin/time", &["--format", "%M"])?;
    report.lines().last()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_read_from_valgrinds_report() {
        let report = "==9== Events    : Ir\n==9== Collected : 815078\n==9==\n";
        assert_eq!(collected(report), Some(815_078));
        assert_eq!(collected("valgrind: no such file\n"), None);
    }
}

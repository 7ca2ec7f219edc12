//! Instructions and memory of one run: counted, not timed, so a noisy machine gives the same.

use crate::failure::Failure;
use crate::tasks::dist;
use crate::terminal;
use crate::workspace::Workspace;

use super::scene::{Contestant, Scene};

/// What the runs may cost, in the order of [`Scene::ours`]: a little above what they did when this
/// was last looked at. Raise it with a reason, lower it with pride.
///
/// 4 MiB of memory is a promise that does not hold since a server, a sandbox and a Kubernetes client share
/// the file: the kernel maps sixteen pages of it around each that is touched, and what is touched lies
/// further apart. The process's own memory is 0.2 MiB.
const BUDGETS: [Budget; 3] = [
    Budget {
        instructions: 690_000,
        kib: 4096,
    },
    Budget {
        instructions: 740_000,
        kib: 4096,
    },
    Budget {
        instructions: 1_000_000,
        kib: 4096,
    },
];

struct Budget {
    instructions: u64,
    /// Peak memory.
    kib: u64,
}

pub(super) fn run(workspace: &Workspace) -> Result<(), Failure> {
    let scene = Scene::create(workspace, dist::build_static(workspace)?)?;
    let mut over = Vec::new();
    for (contestant, budget) in scene.ours().iter().zip(BUDGETS) {
        contestant.run()?; // fills the cache
        let name = contestant.name();
        let Budget {
            instructions: most_instructions,
            kib: most_kib,
        } = budget;
        let counts = [
            (
                "instructions",
                instructions(contestant),
                most_instructions,
                "install valgrind",
            ),
            ("KiB", peak_memory(contestant), most_kib, "install GNU time"),
        ];
        for (unit, count, most, remedy) in counts {
            let Some(count) = count else {
                terminal::skipped(&format!("{name}, {unit}"), "the tool does not run", remedy);
                continue;
            };
            terminal::print(&format!("{name:<24} {count:>10} of {most} {unit}"));
            over.extend((count > most).then(|| format!("{name}: {count} {unit}")));
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

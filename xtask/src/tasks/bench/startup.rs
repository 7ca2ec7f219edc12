//! What one run of the command costs, as a whole process: beside an empty program (the floor) and
//! beside the AWS CLI (the peer), in turn, so that a machine that slows down slows them all.

use std::time::Duration;

use crate::failure::Failure;
use crate::stopwatch::Stopwatch;
use crate::tasks::dist;
use crate::terminal;
use crate::workspace::Workspace;

use super::scene::{Contestant, Scene};

/// Enough for a median that two runs agree on, on a shared machine.
const ROUNDS: usize = 300;

/// A process of a third of a second is steady enough for few.
const ROUNDS_OF_PEER: usize = 10;

pub(super) fn run(workspace: &Workspace, aws: &str) -> Result<(), Failure> {
    let binary = dist::build_static(workspace)?;
    let scene = Scene::create(workspace, binary)?;
    let glibc = dist::build(workspace, None)?;

    let mut contestants = vec![scene.floor()];
    contestants.extend(scene.ours());
    contestants.push(scene.environment("token, environment, this host's libc", glibc));
    let medians = race(&contestants, ROUNDS)?;

    let peer = scene.peer(aws);
    let peer = if peer.works() {
        race(&[peer], ROUNDS_OF_PEER)?.first().copied()
    } else {
        terminal::skipped(
            "the AWS CLI",
            "it does not run",
            "install it, or name it with --aws PATH",
        );
        None
    };
    terminal::print(&table(&contestants, &medians, peer));
    Ok(())
}

/// The median of each contestant, in turn.
fn race(contestants: &[Contestant], rounds: usize) -> Result<Vec<Duration>, Failure> {
    let mut times = vec![Vec::with_capacity(rounds); contestants.len()];
    for contestant in contestants {
        contestant.run()?; // a warm-up
    }
    for _ in 0..rounds {
        for (contestant, times) in contestants.iter().zip(&mut times) {
            let stopwatch = Stopwatch::start();
            contestant.run()?;
            times.push(stopwatch.elapsed());
        }
    }
    Ok(times.into_iter().map(median).collect())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn table(contestants: &[Contestant], medians: &[Duration], peer: Option<Duration>) -> String {
    let floor = medians.first().copied().unwrap_or_default();
    let mut lines = vec![format!(
        "{:<40} {:>9} {:>8} {:>12}",
        "median of whole processes", "ms", "× floor", "AWS CLI ÷ it"
    )];
    let rows = contestants
        .iter()
        .map(Contestant::name)
        .zip(medians.iter().copied());
    for (name, time) in rows.chain(peer.map(|time| ("aws eks get-token", time))) {
        let of_peer = peer.map_or("-".to_owned(), |peer| format!("{:.0}", ratio(peer, time)));
        lines.push(format!(
            "{name:<40} {:>9.3} {:>8.2} {of_peer:>12}",
            time.as_secs_f64() * 1e3,
            ratio(time, floor)
        ));
    }
    lines.join("\n")
}

fn ratio(of: Duration, to: Duration) -> f64 {
    of.as_secs_f64() / to.as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_ignores_outliers() {
        let times = [5, 1, 900, 3, 2].map(Duration::from_millis).to_vec();
        assert_eq!(median(times), Duration::from_millis(3));
        assert_eq!(median(Vec::new()), Duration::ZERO);
    }
}

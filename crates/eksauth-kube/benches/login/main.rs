//! What staying logged in costs, beside the least that any layer must do and beside kube's own way of
//! running a plugin, in one run:
//!
//!     cargo bench -p eksauth-kube [-- [--quick] [requests] [refresh] [storm] [fleet] [cold]]
//!
//! Without a name all sections run; `--quick` is to see that they do, its figures mean nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark prints its table, and stops when something is wrong"
)]

mod cold;
mod fleet;
mod layers;
mod plugin;
mod process;
mod quantiles;
mod refresh;
mod requests;
mod source;
mod storm;

/// How much is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effort {
    /// Enough for medians that two runs agree on.
    Full,
    /// Seconds.
    Quick,
}

impl Effort {
    fn pick<T>(self, full: T, quick: T) -> T {
        match self {
            Self::Full => full,
            Self::Quick => quick,
        }
    }
}

type Section = (&'static str, fn(Effort));

const SECTIONS: [Section; 5] = [
    ("requests", requests::run),
    ("refresh", refresh::run),
    ("storm", storm::run),
    ("fleet", fleet::run),
    ("cold", cold::run),
];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match &*words {
        // This program is also the plugin that kube runs, and each size of the fleet.
        [first, rest @ ..] if first == plugin::COMMAND => plugin::act(rest),
        [first, rest @ ..] if first == fleet::COMMAND => fleet::member::act(rest),
        words => run(words),
    }
}

fn run(words: &[String]) {
    // Cargo passes flags of the test harness, and `--test` when it only wants to see it run.
    let (flags, names): (Vec<_>, Vec<_>) = words.iter().partition(|it| it.starts_with('-'));
    let quick = flags
        .iter()
        .any(|it| ["--quick", "--test"].contains(&it.as_str()));
    let effort = if quick { Effort::Quick } else { Effort::Full };
    for (name, section) in SECTIONS {
        if names.is_empty() || names.iter().any(|it| *it == name) {
            section(effort);
            println!();
        }
    }
}

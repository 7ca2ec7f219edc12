//! Memory under a flood of bad tokens.

use eksauth_server::{Verifier, VerifyError};

use crate::tokens::Tokens;

/// Malformed tokens for each of the calls that were timed: a million in a full run.
const MALFORMED_PER_CALL: usize = 500;

/// Tokens that STS has to refuse, for each of them.
const REFUSED_PER_CALL: usize = 10;

const BATCH: usize = 1_000;

pub(crate) async fn flood(verifier: &Verifier, tokens: &Tokens, calls: usize) {
    let Some(before) = resident() else {
        println!("memory: expected /proc/self/status, but found none: not measured here");
        return;
    };
    let malformed = calls * MALFORMED_PER_CALL;
    for batch in 0..malformed.div_ceil(BATCH) {
        for token in tokens.malformed(BATCH) {
            let verdict = verifier.verify(&format!("{token}{batch:08}")).await;
            assert!(matches!(verdict, Err(VerifyError::Token(_))));
        }
    }
    print_growth("distinct malformed tokens", malformed, before);

    let refused = calls * REFUSED_PER_CALL;
    for token in tokens.refused(refused) {
        let verdict = verifier.verify(&token).await;
        assert!(
            matches!(verdict, Err(VerifyError::Denied { .. })),
            "{verdict:?}"
        );
    }
    print_growth("distinct tokens that STS refuses", refused, before);
}

fn print_growth(what: &str, count: usize, before: u64) {
    let after = resident().unwrap_or_default();
    let growth = after.saturating_sub(before);
    println!("{count} {what}: {before} KiB before, {after} KiB after (+{growth} KiB)");
}

/// Memory of this process in KiB.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|it| it.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

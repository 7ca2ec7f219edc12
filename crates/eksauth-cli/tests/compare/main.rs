//! `eksauth server` beside aws-iam-authenticator, where that is on `PATH`: both are started with the same
//! file and asked the same, and `docs/COMPARE.md` lists every field in which their answers differ.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod both;
mod difference;
mod document;
mod metrics;
mod question;
mod questions;
mod reasons;
mod refusals;
mod tokens;
mod world;

use difference::Differences;

/// What `docs/COMPARE.md` is made of: one run over everything, so that nothing is in it that was not
/// seen. `UPDATE_EXPECT=1` writes the document anew.
#[tokio::test(flavor = "multi_thread")]
async fn every_difference_is_in_the_document() {
    let Some(incumbent) = eksauth_testing::aws_iam_authenticator() else {
        eksauth_testing::skip(
            "every_difference_is_in_the_document",
            "there is no aws-iam-authenticator on PATH",
        );
        return;
    };
    let sandbox = world::start().await;
    let mut differences = Differences::default();
    for setup in questions::setups(&sandbox) {
        setup.ask_both(&incumbent, &sandbox, &mut differences);
    }
    refusals::compare(&incumbent, &mut differences);
    sandbox.stop().await;
    document::check(&both::version(&incumbent), &differences);
}

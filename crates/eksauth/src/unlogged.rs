//! Keeps what the AWS SDK logs from whoever listens.
//!
//! At TRACE the SDK logs whole requests, and leaves out of their headers only some that are secret:
//! `x-amz-sso_bearer_token` and `x-aws-ec2-metadata-token` are in. At WARN it logs its errors with
//! `Debug`, and those hold the answer of AWS that could not be read, credentials and all (seen in
//! aws-smithy-runtime 1.16 and aws-config 1.13, November 2026). No list of levels or targets would
//! stay right from one version to the next, so all of it is kept out. What a person needs is in the
//! errors and the events of this crate.

use std::future::Future;

use tracing::Dispatch;
use tracing::dispatcher::with_default;
use tracing::instrument::WithSubscriber as _;

/// Awaits what belongs to the SDK, and lets it log nothing on the way.
///
/// Not covered are the tasks that drive its connections. They log events of the connection and
/// lengths, never contents.
///
/// To `tracing`, this too is a subscriber. A process that has none, and collects events with the
/// crate `log` instead (feature `log` of `tracing`), gets no more of them from the first call on:
/// rather that than secrets in its log.
pub(crate) async fn unlogged<F: Future>(sdk: F) -> F::Output {
    sdk.with_subscriber(Dispatch::none()).await
}

/// The same for what the SDK does in place.
pub(crate) fn unlogged_in_place<T>(sdk: impl FnOnce() -> T) -> T {
    with_default(&Dispatch::none(), sdk)
}

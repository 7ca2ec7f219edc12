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
use tracing::dispatcher::has_been_set;
use tracing::instrument::WithSubscriber as _;

/// Awaits what belongs to the SDK, and lets it log nothing on the way.
///
/// Not covered are the tasks that drive its connections. They log events of the connection and
/// lengths, never contents.
pub(crate) async fn unlogged<F: Future>(sdk: F) -> F::Output {
    // Where nobody listens nothing must be changed: who collects with the crate `log` instead
    // (feature `log` of `tracing`) would be cut off for good by the first subscriber, even this one.
    if has_been_set() {
        sdk.with_subscriber(Dispatch::none()).await
    } else {
        sdk.await
    }
}

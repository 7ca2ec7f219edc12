#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod asleep;
mod hanging;
mod lifetime;
mod many;

use aws_smithy_async::time::TimeSource;
use eksauth_testing::SimulatedTime;
use eksauth_token::{ClusterId, EndpointOptions, Region, StsEndpoint};
use tokio::time::sleep;

use super::*;
use crate::scripted_provider::{ScriptedProvider, lasting, long_lived};
use crate::{SharedCredentials, TokenSource};

/// 2026-11-24T12:00:00Z
const NOON: u64 = 1_795_521_600;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const MINUTES: i64 = 60;

/// Time for tasks to do what can be done at once.
const AT_ONCE: Duration = Duration::from_millis(1);

fn source_sharing(credentials: SharedCredentials, refresher: &Refresher) -> TokenSource {
    let region = Region::new("eu-west-1").unwrap();
    let endpoint = StsEndpoint::new(&region, EndpointOptions::default());
    let cluster = ClusterId::new("prod").unwrap();
    TokenSource::sharing(cluster, endpoint, credentials).refreshed_by(refresher)
}

fn source(
    provider: &ScriptedProvider,
    clock: &(impl TimeSource + Clone + 'static),
    refresher: &Refresher,
) -> TokenSource {
    let credentials = SharedCredentials::new(provider.clone(), clock.clone());
    source_sharing(credentials, refresher)
}

fn alive_tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

/// How long ago the token in hand was signed, in whole seconds.
fn age(source: &TokenSource) -> i64 {
    let token = futures_util::FutureExt::now_or_never(source.token());
    let token = token.expect("it does not wait").unwrap();
    source.now().duration_since(token.signed_at()).as_secs()
}

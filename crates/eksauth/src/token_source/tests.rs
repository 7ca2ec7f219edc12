#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod bearer;
mod on_demand;
mod refreshed;
mod replace;
mod secrets;
mod sharing;
mod state;

use std::time::Duration;

use eksauth_testing::{CapturedLogs, ManualTime, SecretScan, SimulatedTime};
use eksauth_token::{EndpointOptions, Partition, Policy, PresignedUrl, Region};
use futures_util::FutureExt as _;

use super::*;
use crate::RefreshPolicy;
use crate::scripted_provider::{ScriptedProvider, lasting, long_lived};

/// 2026-11-24T12:00:00Z
const NOON: u64 = 1_795_521_600;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const MINUTES: i64 = 60;

fn source(provider: &ScriptedProvider, clock: &(impl TimeSource + Clone + 'static)) -> TokenSource {
    let region = Region::new("eu-west-1").unwrap();
    TokenSource::new(
        ClusterId::new("prod").unwrap(),
        StsEndpoint::new(&region, EndpointOptions::default()),
        provider.clone(),
        clock.clone(),
    )
}

/// One that renews its tokens every five minutes, give or take a tenth.
fn refreshed(
    provider: &ScriptedProvider,
    clock: &(impl TimeSource + Clone + 'static),
) -> TokenSource {
    source(provider, clock).refreshed_by(&Refresher::new(RefreshPolicy::default()))
}

/// The access key id that a token says it is signed with.
fn signer_of(token: &Token) -> String {
    let policy = Policy::new(Partition::Aws);
    let url = PresignedUrl::decode(token.expose(), &policy, token.signed_at()).unwrap();
    url.access_key_id().to_owned()
}

/// What a bearer header says behind its scheme.
fn text_of(bearer: &Bearer) -> &str {
    let header = bearer.header().to_str().unwrap();
    header.strip_prefix("Bearer ").unwrap()
}

/// How long ago a token was signed, in whole seconds.
fn age(source: &TokenSource, token: &Token) -> i64 {
    source.now().duration_since(token.signed_at()).as_secs()
}

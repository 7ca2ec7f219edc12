#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use eksauth_testing::SimulatedTime;
use eksauth_token::{ClusterId, EndpointOptions, Region, StsEndpoint};
use tokio::time::sleep;

use super::*;
use crate::scripted_provider::{ScriptedProvider, lasting};
use crate::{Refresher, SharedCredentials, TokenSource};

/// 2026-11-24T12:00:00Z
const NOON: u64 = 1_795_521_600;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// A refresh is under way; meanwhile somebody who began before an attempt that failed ends after it, with
/// a token of his own, and the refresh finds that and has nothing to do.
#[tokio::test(start_paused = true)]
async fn a_source_is_renewed_on_whoever_else_signed_while_its_refresh_was_under_way() {
    let clock = SimulatedTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + 20 * 60));
    let credentials = SharedCredentials::new(provider.clone(), clock.clone());
    let region = Region::new("eu-west-1").unwrap();
    let endpoint = StsEndpoint::new(&region, EndpointOptions::default());
    let cluster = ClusterId::new("prod").unwrap();
    let source =
        TokenSource::sharing(cluster, endpoint, credentials).refreshed_by(&Refresher::default());
    source.token().await.unwrap();
    let shared = &source.shared;
    let held = shared
        .credentials
        .get(Demand::Lasting)
        .await
        .ok()
        .unwrap()
        .held;

    // A refresh finds them near their end, and waits for its provider.
    provider.shut();
    while provider.calls() == 1 {
        sleep(SECOND).await;
    }
    let in_hand = source.bearer().await.unwrap().id();
    let slow = shared.start(Replaces::Refused(in_hand));
    let failure = || TokenError::NoAnswer { after: SECOND };
    let other = shared.start(Replaces::Aged(in_hand));
    assert!(shared.conclude(other, Err(failure())).is_err());
    // What was planned after that is under way, too.
    sleep(2 * SECOND).await;
    let obtained = Obtained {
        held,
        failure: Some(failure()),
    };
    let newer = shared.conclude(slow, Ok(obtained)).unwrap();
    assert!(newer.id > in_hand);

    provider.give(lasting("ASIATWO", NOON + 1_000_000));
    provider.open(1_000);
    let signed_at = newer.token.signed_at();
    sleep(6 * MINUTE).await;
    let current = source.token().await.unwrap();
    assert!(current.signed_at() > signed_at, "nobody renews it any more");
}

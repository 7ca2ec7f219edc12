#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod failing;
mod held;
mod seldom;

use eksauth_testing::{ManualTime, SimulatedTime};
use tokio::time::sleep;

use super::*;
use crate::scripted_provider::{ScriptedProvider, lasting, long_lived};

/// 2026-11-24T12:00:00Z
const NOON: u64 = 1_795_521_600;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: u64 = 3600;

fn shared(
    provider: &ScriptedProvider,
    clock: &(impl TimeSource + Clone + 'static),
) -> SharedCredentials {
    SharedCredentials::new(provider.clone(), clock.clone())
}

/// Those that a token would be signed with, by their access key id.
async fn key_id(credentials: &SharedCredentials) -> Result<String, TokenError> {
    let obtained = credentials.get(Demand::Lasting).await?;
    Ok(obtained.held.credentials().access_key_id().to_owned())
}

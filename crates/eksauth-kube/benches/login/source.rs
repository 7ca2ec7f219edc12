//! The tokens that are measured: those of an assumed role.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_smithy_async::time::{SharedTimeSource, SystemTimeSource};
use eksauth_kube::eksauth::token::{ClusterId, EndpointOptions, Region, StsEndpoint};
use eksauth_kube::eksauth::{SharedCredentials, TokenSource};

/// In bytes: with it a token has about 1.5 kB.
const SESSION_TOKEN: usize = 600;

pub(crate) fn source(cluster: &str, credentials: &SharedCredentials) -> TokenSource {
    let cluster = ClusterId::new(cluster).unwrap();
    TokenSource::sharing(cluster, endpoint(), credentials.clone())
}

fn endpoint() -> StsEndpoint {
    StsEndpoint::new(
        &Region::new("eu-west-1").unwrap(),
        EndpointOptions::default(),
    )
}

/// The length of a token, for plugins whose tokens are to be as long.
pub(crate) async fn length() -> usize {
    let time = SharedTimeSource::new(SystemTimeSource::new());
    let credentials = SharedCredentials::new(Sessions::lasting_an_hour(time.clone()), time);
    let token = source("prod", &credentials).token().await.unwrap();
    token.expose().len()
}

/// A provider of sessions of a role. Clones share the count.
#[derive(Clone, Debug)]
pub(crate) struct Sessions {
    time: SharedTimeSource,
    lifetime: Duration,
    /// How long it takes to get one.
    delay: Duration,
    calls: Arc<AtomicUsize>,
}

impl Sessions {
    pub(crate) fn lasting_an_hour(time: SharedTimeSource) -> Self {
        Self::new(time, Duration::from_secs(3600), Duration::ZERO)
    }

    pub(crate) fn new(time: SharedTimeSource, lifetime: Duration, delay: Duration) -> Self {
        Self {
            time,
            lifetime,
            delay,
            calls: Arc::default(),
        }
    }

    /// How many were asked for.
    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    async fn session(&self) -> Credentials {
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        Credentials::new(
            format!("ASIA{number:016}"),
            "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            Some(
                "IQoJb3JpZ2luX2VjEPT+/="
                    .chars()
                    .cycle()
                    .take(SESSION_TOKEN)
                    .collect(),
            ),
            Some(self.time.now() + self.lifetime),
            "bench",
        )
    }
}

impl ProvideCredentials for Sessions {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async { Ok(self.session().await) })
    }
}

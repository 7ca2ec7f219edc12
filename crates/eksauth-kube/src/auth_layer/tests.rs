#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod login;
mod refusals;
mod service;
mod turns;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};
use eksauth::TokenSource;
use eksauth::token::{ClusterId, EndpointOptions, Region, StsEndpoint};
use eksauth_testing::ManualTime;
use http::header::AUTHORIZATION;
use http::{Request, StatusCode};
use kube::client::Body;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tower::{Layer as _, Service as _, ServiceExt as _};

use super::{AuthLayer, AuthService};
use service::Scripted;

/// 2026-11-24T12:00:00Z
const NOON: u64 = 1_795_521_600;

/// A client with the layer around it, and all that a test turns.
struct Scene {
    clock: ManualTime,
    provider: Provider,
    server: Scripted,
    source: TokenSource,
    service: AuthService<Scripted>,
}

impl Scene {
    fn new(answers: &[u16]) -> Self {
        let clock = ManualTime::at_unix(NOON);
        let provider = Provider::default();
        let server = Scripted::answering(answers);
        let region = Region::new("eu-west-1").unwrap();
        let source = TokenSource::new(
            ClusterId::new("prod").unwrap(),
            StsEndpoint::new(&region, EndpointOptions::default()),
            provider.clone(),
            clock.clone(),
        );
        Self {
            service: AuthLayer::new(source.clone()).layer(server.clone()),
            clock,
            provider,
            server,
            source,
        }
    }

    async fn send(&self, request: Request<Body>) -> StatusCode {
        let answer = self.service.clone().oneshot(request).await;
        answer.unwrap().status()
    }

    async fn get(&self) -> StatusCode {
        self.send(get()).await
    }

    async fn bearer(&self) -> String {
        let token = self.source.token().await.unwrap();
        format!("Bearer {}", token.expose())
    }
}

fn get() -> Request<Body> {
    Request::get("/api/v1/namespaces")
        .body(Body::empty())
        .unwrap()
}

/// Long-lived credentials, new ones after each rotation.
#[derive(Clone, Debug, Default)]
struct Provider(Arc<ProviderState>);

#[derive(Debug, Default)]
struct ProviderState {
    calls: AtomicUsize,
    rotations: AtomicUsize,
    is_out: AtomicBool,
    is_hanging: AtomicBool,
}

impl Provider {
    fn calls(&self) -> usize {
        self.0.calls.load(Ordering::SeqCst)
    }

    fn rotate(&self) {
        self.0.rotations.fetch_add(1, Ordering::SeqCst);
    }

    fn goes_out(&self) {
        self.0.is_out.store(true, Ordering::SeqCst);
    }

    fn hangs(&self) {
        self.0.is_hanging.store(true, Ordering::SeqCst);
    }

    async fn answer(&self) -> provider::Result {
        self.0.calls.fetch_add(1, Ordering::SeqCst);
        if self.0.is_out.load(Ordering::SeqCst) {
            return Err(CredentialsError::provider_error("the provider is out"));
        }
        if self.0.is_hanging.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        let rotation = self.0.rotations.load(Ordering::SeqCst);
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        Ok(Credentials::new(
            format!("AKIA{rotation:016}"),
            secret,
            None,
            None,
            "test",
        ))
    }
}

impl ProvideCredentials for Provider {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.answer())
    }
}

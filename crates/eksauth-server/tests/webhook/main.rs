//! The webhook, over TLS on loopback, asked as an API server asks it and as nobody should.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod audit;
mod certificate;
mod client;
mod client_ca;
mod crowd;
mod drain;
mod fake_authenticator;
mod floods;
mod kubeconfig;
mod limits;
mod log;
mod metrics;
mod pki;
mod reload;
mod reviews;
mod routes;
mod scene;
mod secrets;
mod slow;
mod stopped_time;
mod tls;

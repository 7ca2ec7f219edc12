//! The verifier against an STS that plays along, over TLS on loopback.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod answers;
mod cancellation;
mod connection;
mod fake_proxy;
mod fake_sts;
mod flapping;
mod flood;
mod lies;
mod metrics;
mod moto;
mod reload;
mod request;
mod scene;
mod sharing;
mod time;
mod undecided;
mod users;

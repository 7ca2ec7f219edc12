//! Credentials from every source there is, asked for at fakes of AWS, with every log line captured.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod cache;
mod cluster;
mod https;
mod mfa;
mod network;
mod profiles;
mod refusals;
mod region;
mod roles;
mod scene;
mod secrets;
mod sign_in;
mod sources;
mod sts;

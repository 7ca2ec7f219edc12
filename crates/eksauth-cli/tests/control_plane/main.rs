//! `eksauth` in front of a real kube-apiserver, as kubectl sees it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]
#![cfg(unix)]

mod add;
mod backend;
mod backends;
mod cluster;
mod denials;
mod leader;
mod programs;
mod ran;
mod restart;
mod review_version;
mod sandbox;
mod sandbox_failing;
mod server;
mod status;
mod waiting;

//! A client stays logged in through short lives of tokens, streams, upgrades and faults: over sockets,
//! and with the clock in the test's hand.
//!
//! What the sandbox's Kubernetes does not have is played by an API server of the tests' own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod api_server;
mod crowd;
mod faults;
mod following;
mod lifetimes;
mod refusals;
mod scene;
mod sessions;
mod stage;
mod storm;
mod upgrades;
mod watching;
mod wire;

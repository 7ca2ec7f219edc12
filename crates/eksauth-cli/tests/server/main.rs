//! `eksauth server` as a process, as whoever runs it sees it, one module a topic.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]
#![cfg(unix)]

mod api_server;
mod aws;
mod check;
mod client;
mod every_key;
mod files;
mod held_review;
mod lifecycle;
mod process;
mod reload;
mod same_answer;
mod scene;
mod secrets;
mod start_up;
mod sts;

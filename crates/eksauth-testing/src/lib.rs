//! Test support: what the tests of the other crates lean on.
//!
//! | to … | use |
//! |---|---|
//! | ask botocore, the AWS CLI or moto | [`Oracles`] |
//! | run the `kubectl` of this machine | [`Kubectl`] |
//! | see what a Kubernetes client really sends | [`ApiServer`] |
//! | play AWS, or metadata, in the words of the test | [`HttpService`] |
//! | see what goes through a proxy | [`ConnectProxy`] |
//! | run an authenticator, ours or its peer | [`AuthenticatorProcess`] |
//! | prove that nothing secret got out | [`SecretScan`], [`CapturedLogs`] |
//! | own time | [`ManualTime`], [`SimulatedTime`] |
//! | run a program in a home of its own | [`TestHome`] |
//! | tell a program its port beforehand | [`free_port()`] |
//! | say that a test could not run | [`skip()`] |
//!
//! What is missing on a machine skips a test loudly. What goes wrong panics, with a message
//! that says what was being done: this crate's contract, and why it may `expect` and `unwrap`.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "only tests call this crate, and a panic that says why is how a test fails"
)]

mod api_server;
mod authenticator_process;
mod clock;
mod connect_proxy;
mod environment;
mod free_port;
mod home;
mod http_service;
mod kubectl;
mod logs;
mod oracles;
mod secrets;
mod server;
mod simulated_time;
mod skip;

pub use api_server::{ApiServer, RecordedRequest};
pub use authenticator_process::{
    AuthenticatorProcess, AuthenticatorSetup, HttpsConnection, Reply, aws_iam_authenticator,
};
pub use clock::ManualTime;
pub use connect_proxy::ConnectProxy;
pub use free_port::free_port;
pub use home::TestHome;
pub use http_service::HttpService;
pub use kubectl::Kubectl;
pub use logs::{CapturedLogs, ScopedLogs};
pub use oracles::{MotoServer, Oracles};
pub use secrets::SecretScan;
pub use server::{Answer, SentRequest};
pub use simulated_time::SimulatedTime;
pub use skip::skip;

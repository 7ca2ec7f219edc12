//! The `eksauth` binary as its users run it, one module a topic.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod add;
mod authenticator;
mod aws_auth_api;
mod aws_cli;
mod errors;
mod extras;
mod init;
mod inspect;
mod kubectl;
mod mfa;
mod role;
mod sandbox;
mod scene;
mod token;
mod update_kubeconfig;

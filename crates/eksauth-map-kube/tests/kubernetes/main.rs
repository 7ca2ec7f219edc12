//! Mappings in a cluster, against an API server that answers what each test says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod add;
mod api_server;
mod aws_auth;
mod aws_auth_outages;
mod identity_mappings;
mod many_objects;
mod objects;
mod scene;
mod status;
mod stopping;

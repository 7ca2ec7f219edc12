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
mod candidate;
mod identity_mapping_outages;
mod identity_mappings;
mod leader_election;
mod many_objects;
mod objects;
mod scene;
mod stage;
mod status;
mod status_outages;
mod stopping;

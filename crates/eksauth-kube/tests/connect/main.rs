//! From the name of a cluster, or from a kubeconfig, to a client: over sockets, in a sandbox.
//!
//! What is not tested here is the way inside a pod: kube reads the service account from fixed paths and
//! its server from the environment of the process.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod by_name;
mod clusters;
mod demands;
mod environment;
mod examples;
mod fake_eks;
mod known;
mod left_to_kube;
mod proxies;
mod refusals;
mod regions;
mod roles;
mod scene;
#[cfg(unix)]
mod script;
mod secrets;
mod taken_over;
mod unusable_kubeconfigs;
mod written;

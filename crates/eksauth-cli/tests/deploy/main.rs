//! What is in `deploy/` and `docs/MIGRATION.md`, held against the program that it is about.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod arguments;
mod chart;
mod check;
mod configurations;
mod documents;
mod guide;
mod manifests;
mod metrics;
mod openmetrics;
mod patience;
mod queries;
mod repository;
mod rights;

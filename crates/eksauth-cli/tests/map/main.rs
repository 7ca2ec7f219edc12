//! `eksauth map`, as people and programs ask it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod aws_auth;
mod dynamic_file;
mod hints;
mod mounted_file;
mod scene;

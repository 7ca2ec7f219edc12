//! Backends that are read from files while requests ask them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod dynamic_file;
mod ec2;
mod edition;
mod mistakes;
mod mode_file;
mod mounted_file;
mod scene;
mod sources;

//! What a person or program has written, and which user becomes of whom: row by row what
//! aws-iam-authenticator does, and where this differs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod chain;
mod config_map;
mod differences;
mod dynamic_file;
mod mounted_file;
mod objects;
mod permission_sets;
mod reserved_prefixes;
mod strict_dynamic_file;
mod support;
mod templates;

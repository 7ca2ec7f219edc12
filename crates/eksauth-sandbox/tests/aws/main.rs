//! The AWS of the sandbox as boto3 and the AWS CLI see it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod cli;
mod eks;
mod refusals;
mod scene;
mod sts;
mod tokens;

//! The local AWS through its front door, with the signatures of others: `aws-sigv4`, and the signer
//! of `eksauth-token`.

mod client;
mod eks;
mod endpoints;
mod faults;
mod sessions;
mod signature;
mod sts;
mod window;

use client::{Client, Sandbox};

//! What people and programs write mappings in.
//!
//! Each format is a function from text to [`Mapping`](crate::Mapping)s. None of them judges what an
//! ARN or a permission set means: that is the same for all of them and done when a set is built.

pub mod aws_auth;
pub mod backend_mode_file;
pub mod dynamic_file;
pub mod mounted;

mod entries;
mod entry;
mod foreign;
mod json;
mod last_updated;
mod trouble;
mod typing;
mod yaml;

pub use json::JsonError;
pub use last_updated::LastUpdated;
pub use trouble::{Effect, Trouble};
pub use yaml::YamlError;

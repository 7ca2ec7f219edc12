//! Which Kubernetes user an AWS identity is.
//!
//! A [`Principal`] is looked up in the [`Mapping`]s of one or more backends, in their declared
//! order. Nothing here reads a file, a network or a clock: what a backend holds is handed in as text
//! and becomes an immutable snapshot.

mod backend_mode;
mod mapping;
mod principal;

pub use backend_mode::{BackendMode, UnknownBackendMode};
pub use mapping::{List, Mapping, Place, Who};
pub use principal::Principal;

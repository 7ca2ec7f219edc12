//! One module a command: its flags, and the one call they become.

pub(crate) mod completions;
pub(crate) mod eks;
pub(crate) mod inspect;
pub(crate) mod man;
pub(crate) mod token;
pub(crate) mod version;

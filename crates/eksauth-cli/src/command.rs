//! One module a command: its flags, and the one call they become.

pub(crate) mod add;
pub(crate) mod completions;
pub(crate) mod eks;
pub(crate) mod init;
pub(crate) mod inspect;
pub(crate) mod man;
pub(crate) mod map;
pub(crate) mod sandbox;
pub(crate) mod server;
pub(crate) mod token;
pub(crate) mod verify;
pub(crate) mod version;
pub(crate) mod whoami;

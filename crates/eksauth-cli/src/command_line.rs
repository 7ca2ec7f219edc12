//! From arguments to a typed command line.

use std::ffi::OsString;
use std::mem::ManuallyDrop;

use clap::{Error, Parser};

/// As [`Parser::try_parse_from`], but leaves the definitions of all commands and flags in memory: taking
/// them apart is a tenth of what a token costs, and most processes end a moment later.
pub(crate) fn parsed<C: Parser>(arguments: &[OsString]) -> Result<C, Error> {
    let mut command = ManuallyDrop::new(C::command());
    let mut matches = command.try_get_matches_from_mut(arguments)?;
    C::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

//! How errors are told, once and in full, and the exit codes that go with them.

use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use clap::error::ErrorKind;

use crate::failed::{BECAUSE, Failed, chain};
use crate::output;

/// Something did not work.
pub(crate) const FAILED: u8 = 1;

/// The command line does not make sense.
pub(crate) const USAGE: u8 = 2;

const ERROR: Style = AnsiColor::Red.on_default().bold();

/// Tells what failed, then each cause on a line of its own.
pub(crate) fn tell(error: &Failed) -> ExitCode {
    output::note(format_args!(
        "{ERROR}error:{ERROR:#} {}",
        chain(error, BECAUSE)
    ));
    ExitCode::from(FAILED)
}

/// Tells what is wrong with the command line, or the help that was asked for.
pub(crate) fn tell_usage(error: &clap::Error, code: u8) -> ExitCode {
    let text = error.render().ansi().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match output::data(text) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => tell(&error),
        },
        _ => {
            output::note(text.trim_end());
            ExitCode::from(code)
        }
    }
}

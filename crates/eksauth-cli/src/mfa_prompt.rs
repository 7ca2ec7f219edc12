//! Asking a person for an MFA code.

use std::io;

use eksauth::{MfaCode, MfaError, MfaPrompt};
use zeroize::Zeroizing;

use crate::output;

/// Asks on stderr and reads from stdin, both of which must be a terminal: in a pipe the question
/// would go unseen, and the answer would eat what the pipe is for.
#[derive(Debug)]
pub(crate) struct TerminalPrompt {
    pub(crate) has_terminal: bool,
}

impl MfaPrompt for TerminalPrompt {
    fn code(&self, serial: &str) -> Result<MfaCode, MfaError> {
        if !self.has_terminal {
            return Err(MfaError::NoTerminal);
        }
        let device = serial.escape_default();
        output::ask(format_args!("MFA code of {device}: ")).map_err(MfaError::Read)?;
        let mut line = Zeroizing::new(String::with_capacity(64));
        io::stdin().read_line(&mut line).map_err(MfaError::Read)?;
        MfaCode::new(line.as_str())
    }
}

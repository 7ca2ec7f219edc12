//! A token that a person hands in.

use std::fmt;
use std::io::{self, Read as _};

use clap::error::ErrorKind;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::failed::Failed;
use crate::outcome::{Unsuccessful, usage};
use crate::output;
use crate::process::Process;

/// More than any token, and little enough to read whatever is piped in by mistake.
const MAX_INPUT: u64 = 1024 * 1024;

/// The token of a command: the argument, or stdin for `-` and for a pipe.
pub(crate) fn read(
    argument: Option<&TokenArgument>,
    command: &'static str,
    process: &Process,
) -> Result<Zeroizing<String>, Unsuccessful> {
    match argument {
        Some(TokenArgument(text)) if text.as_str() != "-" => {
            output::note(
                "warning: a token given as an argument can be seen in the list of processes and in \
                 the shell's history: pipe it in instead, with `-`",
            );
            Ok(text.clone())
        }
        None if process.stdin_is_terminal() => Err(usage(
            command,
            ErrorKind::MissingRequiredArgument,
            "expected a token as the argument, or on stdin with `-`, but found neither".to_owned(),
        )),
        _ => Ok(read_stdin()?),
    }
}

fn read_stdin() -> Result<Zeroizing<String>, Failed> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(16 * 1024));
    let read = io::stdin().lock().take(MAX_INPUT).read_to_end(&mut bytes);
    read.map_err(|source| Failed::new("could not read the token from stdin").because(source))?;
    let text = std::str::from_utf8(&bytes);
    let text = text.map_err(|_| Failed::new("expected a token on stdin, but found binary data"))?;
    token_in(text.trim_ascii())
}

/// A token as it is, or in an ExecCredential as `eksauth token` prints it.
fn token_in(text: &str) -> Result<Zeroizing<String>, Failed> {
    if text.is_empty() {
        return Err(Failed::new(
            "expected a token on stdin, but found nothing: the command before the pipe may have failed",
        ));
    }
    if !text.starts_with('{') {
        return Ok(Zeroizing::new(text.to_owned()));
    }
    let credential: Result<ExecCredential, _> = serde_json::from_str(text);
    credential.map(|it| it.status.token).map_err(|_| {
        Failed::new("expected a token or an ExecCredential on stdin, but found other JSON")
    })
}

/// As much of an ExecCredential as matters here.
#[derive(Deserialize)]
struct ExecCredential {
    status: Status,
}

#[derive(Deserialize)]
struct Status {
    token: Zeroizing<String>,
}

/// An argument that is erased after use and never shown.
#[derive(Clone)]
pub(crate) struct TokenArgument(Zeroizing<String>);

impl TokenArgument {
    /// The secret text.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for TokenArgument {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Debug for TokenArgument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenArgument(** redacted **)")
    }
}

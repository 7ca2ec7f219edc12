//! A sandbox that stays up.

use eksauth_sandbox::Sandbox;
use tokio::sync::broadcast::error::RecvError;

use crate::outcome::Unsuccessful;
use crate::output;
use crate::process::Process;
use crate::signals::Signals;

use super::{Output, exports};

pub(super) async fn until_interrupted(
    sandbox: &Sandbox,
    format: Output,
    mut signals: Signals,
    process: &Process,
) -> Result<(), Unsuccessful> {
    // Before anybody can present a token.
    let mut events = sandbox.events();
    match format {
        Output::Text => output::data(exports::for_shell(sandbox, process))?,
        Output::Json => output::json_line(&exports::for_programs(sandbox, process))?,
    }
    let clusters: Vec<&str> = sandbox.clusters().iter().map(|it| it.name()).collect();
    output::note(format_args!(
        "the sandbox is up, with the clusters {}: export the above in another shell; Ctrl-C ends it",
        clusters.join(", ")
    ));
    loop {
        tokio::select! {
            _ = signals.next() => return Ok(()),
            event = events.recv() => match event {
                Ok(event) => output::note(event),
                Err(RecvError::Lagged(missed)) => {
                    output::note(format_args!("({missed} more were not shown)"));
                }
                Err(RecvError::Closed) => return Ok(()),
            },
        }
    }
}

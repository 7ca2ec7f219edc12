//! Commands that reach into the sandbox that they run in.

use std::future::Future;

use eksauth_sandbox::{Remote, RemoteError, SANDBOX_VARIABLE};
use serde_json::Value;

use crate::failed::Failed;
use crate::output;
use crate::process::Process;
use crate::runtime;

use super::Output;

pub(super) fn fault(words: &str, output: Output, process: &Process) -> Result<(), Failed> {
    let remote = remote(process)?;
    show(remote.apply(words), output)
}

pub(super) fn state(output: Output, process: &Process) -> Result<(), Failed> {
    let remote = remote(process)?;
    show(remote.state(), output)
}

fn remote(process: &Process) -> Result<Remote, Failed> {
    let Some(variable) = process.context().var(SANDBOX_VARIABLE) else {
        return Err(Failed::new(format!(
            "expected to run inside a sandbox, which sets {SANDBOX_VARIABLE}, but found none: start one \
             with `eksauth sandbox -- COMMAND`, or export what `eksauth sandbox` prints"
        )));
    };
    Ok(Remote::new(&variable)?)
}

fn show(
    asking: impl Future<Output = Result<Value, RemoteError>>,
    output: Output,
) -> Result<(), Failed> {
    let state = runtime::block_on(asking)??;
    match output {
        Output::Json => output::json_indented(&state),
        Output::Text => {
            let mut lines = String::new();
            flatten("", &state, &mut lines);
            output::data(lines)
        }
    }
}

/// One line a value, named by the way to it.
fn flatten(name: &str, value: &Value, lines: &mut String) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let name = match name {
                    "" => key.clone(),
                    name => format!("{name}.{key}"),
                };
                flatten(&name, value, lines);
            }
        }
        Value::Null => {}
        value => lines.push_str(&format!("{name}: {value}\n")),
    }
}

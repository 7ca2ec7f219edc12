//! Commands that reach into the sandbox that they run in.

use eksauth_sandbox::{Remote, SANDBOX_VARIABLE};
use serde_json::Value;

use crate::failed::Failed;
use crate::output;
use crate::process::Process;
use crate::runtime;

use super::Output;

pub(super) fn fault(words: &str, output: Output, process: &Process) -> Result<(), Failed> {
    let remote = remote(process)?;
    let state = runtime::block_on(remote.apply(words))??;
    match output {
        Output::Json => output::json_indented(&state["faults"]),
        Output::Text => output::data(switched_on(&state["faults"])),
    }
}

pub(super) fn state(output: Output, process: &Process) -> Result<(), Failed> {
    let remote = remote(process)?;
    let state = runtime::block_on(remote.state())??;
    match output {
        Output::Json => output::json_indented(&state),
        Output::Text => {
            let mut lines = String::new();
            flatten("", &state, &mut lines);
            output::data(lines)
        }
    }
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

/// The faults in the words that switch them, a line each.
fn switched_on(faults: &Value) -> String {
    let number = |name: &str| faults[name].as_i64().filter(|&it| it != 0);
    let mut lines = Vec::new();
    lines.extend(number("throttleEvery").map(|n| format!("throttle {n}")));
    lines.extend(number("latencyMilliseconds").map(|ms| format!("latency {ms}ms")));
    for name in ["outage", "unavailable"] {
        lines.extend((faults[name] == true).then(|| format!("{name} on")));
    }
    lines.extend(number("clockSkewSeconds").map(|seconds| format!("clock {seconds:+}s")));
    let revoked = faults["revoked"].as_array().into_iter().flatten();
    lines.extend(
        revoked
            .filter_map(Value::as_str)
            .map(|id| format!("revoke {id}")),
    );
    match lines.is_empty() {
        true => "nothing is wrong\n".to_owned(),
        false => lines.join("\n") + "\n",
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

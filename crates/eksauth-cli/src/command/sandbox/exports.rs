//! The environment of a sandbox, for a shell.

use std::fmt::Write as _;

use eksauth_sandbox::{Environment, Sandbox};
use serde_json::{Map, Value, json};

use crate::process::Process;

/// Commands of a POSIX shell.
pub(super) fn for_shell(sandbox: &Sandbox, process: &Process) -> String {
    let environment = sandbox.environment();
    let mut text = String::new();
    for name in hidden(environment, process) {
        let _ = writeln!(text, "unset {name}");
    }
    for (name, value) in environment.set() {
        let _ = writeln!(text, "export {name}={}", quoted(value));
    }
    if let Some(path) = environment.path() {
        let path = quoted(&path.display().to_string());
        let _ = writeln!(text, "export PATH={path}:\"$PATH\"");
    }
    text
}

/// `set` and `unset`, and the folder to put first in `PATH`.
pub(super) fn for_programs(sandbox: &Sandbox, process: &Process) -> Value {
    let environment = sandbox.environment();
    let set = environment.set().iter();
    let set: Map<String, Value> = set
        .map(|(name, value)| ((*name).to_owned(), json!(value)))
        .collect();
    json!({
        "set": set,
        "unset": hidden(environment, process),
        "pathFirst": environment.path(),
    })
}

/// Variables of the outside that must not be seen inside, unless they have another value there.
fn hidden(environment: &Environment, process: &Process) -> Vec<String> {
    let is_set = |name: &str| environment.set().iter().any(|(it, _)| *it == name);
    let misleading = Environment::MISLEADING.into_iter().map(str::to_owned);
    let names = process.variable_names().chain(misleading);
    let mut names: Vec<String> = names
        .filter(|name| Environment::hides(name) && !is_set(name))
        .collect();
    names.sort();
    names.dedup();
    names
}

fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_back_what_was_quoted() {
        for value in ["", "a b", "it's", "$HOME `id` \\ \"", "é\n"] {
            let command = format!("printf %s {}", quoted(value));
            let shell = std::process::Command::new("sh")
                .args(["-c", &command])
                .output();
            assert_eq!(shell.unwrap().stdout, value.as_bytes(), "{value:?}");
        }
    }
}

mod completion;
mod extension;
mod left_to_kube;
mod order;
mod secrets;
mod spellings;
mod update_kubeconfig;

use std::collections::HashMap;

use kube::config::ExecConfig;

use super::{ExecUser, NotTaken};

const ROLE: &str = "arn:aws:iam::111122223333:role/Deploy";

/// The exec user of a command line without blanks inside its arguments.
fn exec(line: &str) -> ExecConfig {
    exec_of(line.split_whitespace().map(str::to_owned).collect())
}

fn exec_of(mut words: Vec<String>) -> ExecConfig {
    ExecConfig {
        command: Some(words.remove(0)),
        args: Some(words),
        ..ExecConfig::default()
    }
}

fn with_variables(exec: ExecConfig, variables: &[(&str, &str)]) -> ExecConfig {
    let entry = |(name, value): &(&str, &str)| {
        HashMap::from([("name", *name), ("value", *value)].map(|(k, v)| (k.into(), v.into())))
    };
    ExecConfig {
        env: Some(variables.iter().map(entry).collect()),
        ..exec
    }
}

#[track_caller]
fn recognised(line: &str) -> ExecUser {
    match ExecUser::recognise(&exec(line)) {
        Ok(user) => user,
        Err(reason) => panic!("`{line}` is left to kube: {reason}"),
    }
}

#[track_caller]
fn left(line: &str) -> NotTaken {
    match ExecUser::recognise(&exec(line)) {
        Ok(user) => panic!("`{line}` is taken over: {user:?}"),
        Err(reason) => reason,
    }
}

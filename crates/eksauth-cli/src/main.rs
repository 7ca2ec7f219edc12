//! The `eksauth` command: flags become typed options, options become one call, and the outcome
//! becomes output and an exit code.

mod api_version;
mod authenticator;
mod aws_cli;
mod backend_modes;
mod cli;
mod command;
mod command_line;
mod deferred;
mod exec_credential;
mod exec_info;
mod failed;
mod feature_gates;
mod global;
mod go_bool;
mod incumbent_config;
mod kube_target;
mod logging;
mod mapping_files;
mod mapping_rules;
mod mfa_prompt;
mod outcome;
mod output;
mod problems;
mod process;
mod redaction;
mod relative_time;
mod report;
mod role_flags;
mod runtime;
mod signals;
mod sts_flags;
mod token_argument;
mod token_request;
mod verification;

use std::process::ExitCode;

use process::Process;

#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    let process = Process::of_this_run();
    if authenticator::is_called(&process) {
        authenticator::run(&process)
    } else {
        cli::run(&process)
    }
}

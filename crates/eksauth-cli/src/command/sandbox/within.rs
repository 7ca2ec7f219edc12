//! A command inside a sandbox.

use std::ffi::{OsStr, OsString};
use std::io::{self, ErrorKind};
use std::process::ExitStatus;

use eksauth_sandbox::{Environment, Event, Sandbox};
use tokio::process::{Child, Command};
use tokio::sync::broadcast::error::RecvError;

use crate::failed::Failed;
use crate::global::Global;
use crate::logging::Verbosity;
use crate::outcome::Unsuccessful;
use crate::output;
use crate::process::Process;
use crate::report;
use crate::signals::{Signal, Signals};

/// What shells end with when there is no such command, or it cannot be run.
const NOT_FOUND: u8 = 127;
const NOT_RUN: u8 = 126;

pub(super) async fn run(
    sandbox: &Sandbox,
    program: &OsStr,
    arguments: &[OsString],
    signals: Signals,
    global: &Global,
    process: &Process,
) -> Result<(), Unsuccessful> {
    let mut child = match start(sandbox, program, arguments, process) {
        Ok(child) => child,
        Err(error) => {
            let code = match error.kind() {
                ErrorKind::NotFound => NOT_FOUND,
                _ => NOT_RUN,
            };
            report::tell(&could_not_run(program, error));
            return Err(Unsuccessful::Ended(code));
        }
    };
    let shows_events = matches!(
        global.log_verbosity,
        Some(Verbosity::Info | Verbosity::Debug | Verbosity::Trace)
    );
    let status = wait(sandbox, &mut child, signals, shows_events).await;
    let status =
        status.map_err(|error| Failed::new("could not wait for the command").because(error))?;
    match exit_code(status) {
        0 => Ok(()),
        code => Err(Unsuccessful::Ended(code)),
    }
}

fn start(
    sandbox: &Sandbox,
    program: &OsStr,
    arguments: &[OsString],
    process: &Process,
) -> io::Result<Child> {
    let environment = sandbox.environment();
    let path = environment.path_before(process.search_path());
    let mut command = Command::new(found_in(program, path.as_deref()));
    command.args(arguments).kill_on_drop(true);
    for name in process.variable_names().filter(|it| Environment::hides(it)) {
        command.env_remove(name);
    }
    command.envs(environment.set().iter().map(|(name, value)| (name, value)));
    if let Some(path) = path {
        command.env("PATH", path);
    }
    command.spawn()
}

/// The program itself is looked for in the sandbox's `PATH`, too.
fn found_in(program: &OsStr, path: Option<&OsStr>) -> OsString {
    let is_name = std::path::Path::new(program).components().count() == 1;
    let mut folders = path.into_iter().flat_map(std::env::split_paths);
    let found = folders.find_map(|folder| {
        let candidate = folder.join(program);
        candidate.is_file().then_some(candidate)
    });
    match found {
        Some(found) if is_name => found.into_os_string(),
        _ => program.to_owned(),
    }
}

fn could_not_run(program: &OsStr, error: io::Error) -> Failed {
    let name = program.to_string_lossy();
    let failed = Failed::new(format!("could not run `{}`", name.escape_default()));
    match error.kind() {
        ErrorKind::NotFound if name == "kubectl" => failed.because(Failed::new(
            "expected kubectl on the PATH, but found none: `eksauth whoami` asks the cluster without it",
        )),
        _ => failed.because(error),
    }
}

/// Ctrl-C reaches the command by itself, which may have better to do than to end.
async fn wait(
    sandbox: &Sandbox,
    child: &mut Child,
    mut signals: Signals,
    shows_events: bool,
) -> io::Result<ExitStatus> {
    let mut events = sandbox.events();
    loop {
        tokio::select! {
            status = child.wait() => return status,
            signal = signals.next() => if signal == Signal::Terminate {
                terminate(child)?;
            },
            event = events.recv(), if shows_events => show(event),
        }
    }
}

fn show(event: Result<Event, RecvError>) {
    match event {
        Ok(event) => output::note(event),
        Err(RecvError::Lagged(missed)) => {
            output::note(format_args!("({missed} more were not shown)"));
        }
        // The sandbox is still up, so there is always another one to come.
        Err(RecvError::Closed) => {}
    }
}

/// Passes on that the end is wanted.
#[cfg(unix)]
fn terminate(child: &mut Child) -> io::Result<()> {
    use rustix::process::{Pid, Signal, kill_process};

    let id = child.id().and_then(|id| i32::try_from(id).ok());
    match id.and_then(Pid::from_raw) {
        Some(id) => Ok(kill_process(id, Signal::TERM)?),
        None => Ok(()),
    }
}

#[cfg(not(unix))]
fn terminate(child: &mut Child) -> io::Result<()> {
    child.start_kill()
}

/// The command's own, or what a shell says of one that a signal has ended.
fn exit_code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return u8::try_from(128 + signal).unwrap_or(1);
    }
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.unwrap_or(1)
}

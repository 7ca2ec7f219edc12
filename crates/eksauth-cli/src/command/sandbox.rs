//! `eksauth sandbox`: a local AWS and Kubernetes, for a command or until Ctrl-C.

mod control_plane;
mod exports;
mod inside;
mod stay;
mod within;

use std::ffi::OsString;
use std::path::PathBuf;
use std::{fs, io};

use aws_smithy_async::time::SystemTimeSource;
use clap::error::ErrorKind;
use clap::{Args, Subcommand, ValueEnum};
use eksauth_sandbox::{Fault, Sandbox, World};

use crate::failed::Failed;
use crate::global::Global;
use crate::outcome::{Unsuccessful, usage};
use crate::output;
use crate::process::Process;
use crate::runtime;
use crate::signals::Signals;

use control_plane::ControlPlaneFlags;

/// Run a command with an AWS and a Kubernetes of its own, without an AWS account
///
/// STS and EKS on this machine that check signatures, dates and session tokens as AWS does, and a
/// Kubernetes API that authenticates with them as a cluster of Amazon EKS does. The command finds
/// KUBECONFIG, AWS_ACCESS_KEY_ID and what else AWS and Kubernetes clients look for. The exit code is the
/// command's own; 127 when it was not found, 126 when it could not be run. AWS's own host names lead
/// into the sandbox, whose certificates only clients inside trust.
///
/// With a control plane, the Kubernetes API is a kube-apiserver with RBAC, which asks a webhook about
/// tokens. It takes some seconds to start. EKSAUTH_SANDBOX_ADMIN_KUBECONFIG then names a kubeconfig that
/// may do everything, whatever the webhook says.
///
/// Without a command it stays up, prints what to export, and shows each token that is presented to a
/// cluster, until Ctrl-C.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,

    /// What there is in it, as YAML, `-` for stdin [default: what `eksauth sandbox world` prints]
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,

    /// How to print what to export: for a shell, or for programs
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    #[arg(conflicts_with = "command")]
    output: Output,

    /// The command, and its arguments
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,

    // Last: its heading would be that of the flags behind it, too.
    #[command(flatten)]
    control_plane: ControlPlaneFlags,
}

const EXAMPLES: &str = "Examples:
  eksauth sandbox -- kubectl auth whoami
  eksauth sandbox -- eksauth whoami --context Viewer
  eksauth sandbox -- bash
  eksauth sandbox --world my-world.yaml
  eksauth sandbox --control-plane DIR -- kubectl get pods -A
  eksauth sandbox --control-plane DIR --authentication-webhook webhook.yaml
  eksauth sandbox fault outage on     (inside: AWS answers no more)";

#[derive(Debug, Subcommand)]
enum Action {
    /// Inside a sandbox: make something go wrong at its AWS, or right again
    #[command(after_help = FAULTS)]
    Fault {
        /// The fault, as below
        #[arg(value_name = "FAULT")]
        name: String,

        /// How much of it
        #[arg(value_name = "VALUE", allow_hyphen_values = true)]
        value: Option<String>,

        /// How to print what is switched on
        #[arg(short, long, value_name = "FORMAT", default_value = "text")]
        output: Output,
    },
    /// Inside a sandbox: show the faults that are switched on, and what was counted
    State {
        /// How to print it
        #[arg(short, long, value_name = "FORMAT", default_value = "text")]
        output: Output,
    },
    /// Print the default world, to start your own from
    World,
}

const FAULTS: &str = "Faults:
  throttle N|off        every N-th request is throttled
  latency DURATION      answers take this long, such as 500ms; 0s ends it
  outage on|off         connections are closed without an answer
  unavailable on|off    every answer is 503
  clock DURATION        the clock of AWS is ahead, such as +10m; behind, such as -1h
  expire-sessions       sessions handed out so far have expired
  revoke KEY_ID         an access key is not known any more
  restore KEY_ID        it is known again
  clear                 nothing is wrong any more";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    Text,
    Json,
}

impl Arguments {
    pub(crate) fn run(self, global: Global, process: &Process) -> Result<(), Unsuccessful> {
        match self.action {
            Some(Action::Fault {
                name,
                value,
                output,
            }) => {
                let fault = [name, value.unwrap_or_default()].join(" ");
                match fault.parse::<Fault>() {
                    Ok(_) => Ok(inside::fault(&fault, output, process)?),
                    Err(error) => Err(usage(
                        "sandbox fault",
                        ErrorKind::ValueValidation,
                        error.to_string(),
                    )),
                }
            }
            Some(Action::State { output }) => Ok(inside::state(output, process)?),
            Some(Action::World) => Ok(output::data(World::DEFAULT_YAML)?),
            None => runtime::block_on(self.start(global, process))?,
        }
    }

    async fn start(self, global: Global, process: &Process) -> Result<(), Unsuccessful> {
        // From here on nothing is left behind, whenever the end comes.
        let mut signals = Signals::listen()?;
        let mut builder =
            Sandbox::builder(SystemTimeSource::new()).eksauth(process.program_path()?);
        if let Some(path) = &self.world {
            builder = builder.world(read_world(path)?);
        }
        if let Some(control_plane) = self.control_plane.resolve(&global, process)? {
            builder = builder.control_plane(control_plane);
        }
        let sandbox = tokio::select! {
            sandbox = builder.start() => sandbox?,
            signal = signals.next() => return Err(Unsuccessful::Ended(signal.exit_code())),
        };
        let ended = match self.command.split_first() {
            Some((program, arguments)) => {
                within::run(&sandbox, program, arguments, signals, &global, process).await
            }
            None => stay::until_interrupted(&sandbox, self.output, signals, process).await,
        };
        sandbox.stop().await;
        ended
    }
}

fn read_world(path: &PathBuf) -> Result<World, Failed> {
    let unusable = || Failed::new(format!("could not use the world in `{}`", path.display()));
    let text = match path.as_os_str() == "-" {
        true => io::read_to_string(io::stdin()),
        false => fs::read_to_string(path),
    };
    let text = text.map_err(|error| unusable().because(error))?;
    World::parse(&text).map_err(|error| unusable().because(error))
}

//! Why an exec user is left to kube.

use std::error::Error;
use std::sync::Arc;

use eksauth::InvalidClusterExtension;

/// So much of a foreign text is shown.
const LONGEST: usize = 64;

/// Why an exec user is left to kube, which runs the command.
///
/// `Display` is a reason for a line of a log. It repeats no value of a flag.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotTaken {
    /// The user has no command, or has other credentials, which kube takes first.
    #[error("expected a command that gets the token, and no other credentials, but found none")]
    NoCommand,
    /// The command is another program, such as a wrapper.
    #[error(
        "expected the command `aws`, `aws-iam-authenticator` or `eksauth`, but found `{found}`"
    )]
    OtherCommand {
        /// The command, escaped and cut to a readable length.
        found: String,
    },
    /// The program is told to do something else.
    #[error("expected the subcommand `token` or `eks get-token`, but found `{found}`")]
    OtherSubcommand {
        /// The word that does not belong there, escaped and cut to a readable length.
        found: String,
    },
    /// The program is not told what to do.
    #[error("expected the subcommand `token` or `eks get-token`, but found none")]
    NoSubcommand,
    /// A flag that the command may have, but that is not known here.
    #[error("expected flags that are known here, but found `{found}`")]
    UnknownFlag {
        /// The flag without its value, escaped and cut to a readable length.
        found: String,
    },
    /// A flag, or a value of it, that asks for what is not done in process.
    #[error("expected only what is done in process, too, but found `{flag}`")]
    UnsupportedFlag {
        /// The flag without its value.
        flag: String,
    },
    /// A flag that needs a value and has none.
    #[error("expected a value for `{flag}`, but found none")]
    MissingValue {
        /// The flag.
        flag: String,
    },
    /// A flag that is on or off and has another value.
    #[error("expected `true`, `false` or no value for `{flag}`, but found another one")]
    NoSwitch {
        /// The flag.
        flag: String,
    },
    /// Two flags that exclude each other.
    #[error("expected either `{one}` or `{other}`, but found both")]
    Conflict {
        /// One of them.
        one: &'static str,
        /// The other one.
        other: &'static str,
    },
    /// A value that cannot be meant.
    #[error("could not use the {part} that the user is given")]
    Malformed {
        /// What the value is for.
        part: &'static str,
        /// What is wrong with it.
        #[source]
        source: Arc<dyn Error + Send + Sync>,
    },
    /// The extension of the cluster that the user reads has another form.
    #[error(transparent)]
    Extension(#[from] InvalidClusterExtension),
    /// Variables are to be kept from the command.
    #[error("expected no variables to be kept from the command, but found some in `drop_env`")]
    DroppedVariables,
    /// A profile runs a command for credentials (`credential_process`), which gets the variables of this
    /// process and not those of the user.
    #[error(
        "expected a profile without `credential_process`, since the user sets variables that it would \
         not get, but found one with it"
    )]
    CredentialProcess,
    /// A role demands a code of an MFA device, and nobody can be asked for it here.
    #[error("expected a role without MFA, or a prompt for its code, but found neither")]
    Mfa,
    /// The API server is reached without TLS, where a token could be read.
    #[error(
        "expected an API server with https, to which a token can be sent, but found another one"
    )]
    NoTls,
    /// Nobody names the cluster.
    #[error(
        "expected the name of a cluster, but found none in the flags, in the extension \
         `client.authentication.k8s.io/exec` of the cluster (with `provideClusterInfo: true`), and in \
         KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID"
    )]
    NoCluster,
}

impl NotTaken {
    pub(super) fn other_command(command: &str) -> Self {
        Self::OtherCommand {
            found: shown(command),
        }
    }

    pub(super) fn other_subcommand(word: &str) -> Self {
        Self::OtherSubcommand { found: shown(word) }
    }

    pub(super) fn unknown_flag(flag: &str) -> Self {
        Self::UnknownFlag { found: shown(flag) }
    }

    pub(super) fn malformed(
        part: &'static str,
        source: impl Error + Send + Sync + 'static,
    ) -> Self {
        Self::Malformed {
            part,
            source: Arc::new(source),
        }
    }
}

fn shown(text: &str) -> String {
    text.escape_default().take(LONGEST).collect()
}

//! From a kubeconfig to a client, without running a command for the token.

mod choice;
mod config;
mod connection;
mod files;
mod takeover;

use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use eksauth::{Context, CredentialCache, MfaPrompt, RefreshPolicy, Refresher};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

use crate::exec_user::{ExecUser, NotTaken, TokenSettings, extension_shown_to};
use crate::identity::{Identity, Refresh};
use crate::{ConnectError, EksConnection, process_context};

pub use connection::KubeconfigConnection;
pub(crate) use files::Files;

use choice::Choice;
use takeover::Takeover;

/// Makes a client of the kubeconfig of this process (`KUBECONFIG`, or `~/.kube/config`).
///
/// Where the user of the context runs `aws eks get-token`, `aws-iam-authenticator token` or
/// `eksauth token`, tokens are signed in process as that command would, and renewed in the background;
/// everything else is left to kube. More can be said with [`KubeconfigClientBuilder`].
///
/// # Errors
///
/// One variant of [`ConnectError`] for each thing that a user can mend.
///
/// # Examples
///
/// ```no_run
/// use eksauth_kube::kube::config::KubeConfigOptions;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let options = KubeConfigOptions {
///     context: Some("prod".to_owned()),
///     ..Default::default()
/// };
/// let client = eksauth_kube::from_kubeconfig(&options).await?;
/// # drop(client);
/// # Ok(())
/// # }
/// ```
pub async fn from_kubeconfig(options: &KubeConfigOptions) -> Result<Client, ConnectError> {
    let builder = KubeconfigClientBuilder::new().options(options);
    builder.connect().await
}

/// Makes a client of a kubeconfig.
///
/// - A user whose `exec` runs `aws … eks get-token`, `aws-iam-authenticator token`, `eksauth token` or
///   `eksauth … eks get-token`, by whatever path and with the flags in any order, is replaced: tokens
///   are signed in process with the profile, region, role and variables (`env`) of the entry.
/// - Flags that ask for something else than a token, or that nobody knows, leave the command to
///   kube, which runs it. So does every other user, and what would not be the same in process:
///   [`NotTaken`] tells of all of it.
/// - Which way it went is told as an event of `tracing`, with the reason.
/// - The environment is that of the process or [the one given](Self::context), with the entry's
///   variables over it. The process environment itself is never changed.
/// - Who is to be acted for (`as`, `as-groups`) and client certificates of the entry stay in force.
#[derive(Clone, Default)]
pub struct KubeconfigClientBuilder {
    options: Options,
    files: Option<Vec<PathBuf>>,
    kubeconfig: Option<Kubeconfig>,
    identity: Identity,
}

/// What to take of the kubeconfig instead of what its current context says.
#[derive(Clone, Debug, Default)]
struct Options {
    context: Option<String>,
    cluster: Option<String>,
    user: Option<String>,
}

impl KubeconfigClientBuilder {
    /// The kubeconfig of the process, and its current context.
    pub fn new() -> Self {
        Self::default()
    }

    /// Another context, cluster or user than the current context says.
    #[must_use]
    pub fn options(mut self, options: &KubeConfigOptions) -> Self {
        let KubeConfigOptions {
            context,
            cluster,
            user,
        } = options.clone();
        self.options = Options {
            context,
            cluster,
            user,
        };
        self
    }

    /// Another file than those of `KUBECONFIG`.
    #[must_use]
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.files = Some(vec![path.into()]);
        self
    }

    /// A kubeconfig that was read already. Relative paths in it are those of the working directory.
    #[must_use]
    pub fn kubeconfig(mut self, kubeconfig: Kubeconfig) -> Self {
        self.kubeconfig = Some(kubeconfig);
        self
    }

    /// Keeps credentials of assumed roles and of SSO on disk, as the command line does, and shares them
    /// with it. Unless set, nothing is written.
    #[must_use]
    pub fn credential_cache(mut self, cache: CredentialCache) -> Self {
        self.identity.cache = Some(cache);
        self
    }

    /// Asks here for the codes of MFA devices, when a role demands one. Unless set, such a user is left
    /// to kube, whose command asks for itself.
    #[must_use]
    pub fn mfa_prompt(mut self, prompt: Arc<dyn MfaPrompt>) -> Self {
        self.identity.mfa = Some(prompt);
        self
    }

    /// When tokens are renewed.
    #[must_use]
    pub fn refresh_policy(mut self, policy: RefreshPolicy) -> Self {
        self.identity.refresh = Refresh::Own(policy);
        self
    }

    /// Who renews tokens: one refresher can serve any number of clients.
    #[must_use]
    pub fn refresher(mut self, refresher: &Refresher) -> Self {
        self.identity.refresh = Refresh::Shared(refresher.clone());
        self
    }

    /// Environment variables, clock, files and network to use instead of the process's.
    #[must_use]
    pub fn context(mut self, context: Context) -> Self {
        self.identity.context = Some(context);
        self
    }

    /// The clock to use instead of the system's.
    #[must_use]
    pub fn time_source(mut self, time_source: impl TimeSource + 'static) -> Self {
        self.identity.time_source = Some(SharedTimeSource::new(time_source));
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    ///
    /// One variant of [`ConnectError`] for each thing that a user can mend.
    pub async fn connect(self) -> Result<Client, ConnectError> {
        self.resolve().await?.client()
    }

    /// The same, before a client is made of it. Runs no command.
    ///
    /// # Errors
    ///
    /// As of [`KubeconfigClientBuilder::connect`].
    pub async fn resolve(self) -> Result<KubeconfigConnection, ConnectError> {
        // The future of a call of the AWS SDK is too deep a type to be part of a caller's.
        let resolving: Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(self.choose());
        resolving.await
    }
}

impl KubeconfigClientBuilder {
    async fn choose(mut self) -> Result<KubeconfigConnection, ConnectError> {
        let context = self.identity.context.take();
        let context = context.unwrap_or_else(process_context);
        let (kubeconfig, place) = self.read(&context)?;
        let choice = Choice::make(kubeconfig, &self.options, place)?;
        let recognised = recognised(&choice, &context);
        let user = choice.user.clone().unwrap_or_default();
        let config = choice.config(&context)?;
        let takeover = match recognised.and_then(|it| with_tls(it, &config)) {
            Ok(settings) => Takeover::prepare(self.identity, settings).await?.checked(),
            Err(reason) => Err(reason),
        };
        match takeover {
            Ok(takeover) => in_process(&user, config, takeover),
            Err(reason) => Ok(left_to_kube(&user, config, reason)),
        }
    }

    /// Also where it is from.
    fn read(&mut self, context: &Context) -> Result<(Kubeconfig, String), ConnectError> {
        if let Some(kubeconfig) = self.kubeconfig.take() {
            return Ok((kubeconfig, "given by the program".to_owned()));
        }
        let files = match self.files.take() {
            Some(files) => Files::given(files),
            None => Files::usual(context),
        };
        Ok((files.read()?, files.to_string()))
    }
}

fn recognised(choice: &Choice, context: &Context) -> Result<TokenSettings, NotTaken> {
    let exec = choice.exec().ok_or(NotTaken::NoCommand)?;
    let user = ExecUser::recognise(exec)?;
    let extension = extension_shown_to(exec, &choice.cluster)?;
    let server = choice.cluster.server.as_deref().unwrap_or_default();
    user.complete(context, extension.as_ref(), server)
}

/// A token is sent to nobody who could not keep it to himself.
fn with_tls(settings: TokenSettings, config: &Config) -> Result<TokenSettings, NotTaken> {
    match config.cluster_url.scheme_str() {
        Some("https") => Ok(settings),
        _ => Err(NotTaken::NoTls),
    }
}

fn in_process(
    user: &str,
    config: Config,
    takeover: Takeover,
) -> Result<KubeconfigConnection, ConnectError> {
    tracing::info!(
        user,
        instead_of = %takeover.program(),
        cluster = %takeover.cluster(),
        "signing the tokens of the kubeconfig's user in process"
    );
    let source = takeover.token_source()?;
    let connection = EksConnection::new(config, source, None);
    Ok(KubeconfigConnection::InProcess(connection))
}

fn left_to_kube(user: &str, config: Config, reason: NotTaken) -> KubeconfigConnection {
    tracing::info!(
        user,
        reason = &reason as &dyn Error,
        "the kubeconfig's user is left to kube"
    );
    KubeconfigConnection::LeftToKube { config, reason }
}

impl fmt::Debug for KubeconfigClientBuilder {
    /// Leaves the kubeconfig out: there are secrets in it that kube does not hide.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KubeconfigClientBuilder")
            .field("options", &self.options)
            .field("files", &self.files)
            .field("identity", &self.identity)
            .finish_non_exhaustive()
    }
}

//! Why there is no client.

use std::error::Error;

use eksauth::{DescribeError, SettingsError};
use kube::Config;
use kube::client::AuthError;
use kube::config::{InClusterError, KubeconfigError};

/// Why there is no client, in terms of what a user can do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The settings of the AWS tools cannot be used.
    #[error("could not use the settings of the AWS tools")]
    Settings(#[from] SettingsError),
    /// Nobody says in which region the cluster is.
    #[error(
        "expected the region of the cluster `{cluster}`, but found none: set AWS_REGION, or `region` \
         of the profile `{profile}` (`aws configure set region <region> --profile {profile}`), or \
         `EksClientBuilder::region`"
    )]
    NoRegion {
        /// The cluster.
        cluster: String,
        /// The active profile.
        profile: String,
    },
    /// The cluster cannot be connected to.
    #[error("could not find out how to reach the cluster")]
    Describe(#[from] DescribeError),
    /// A kubeconfig that cannot be used.
    #[error("could not use the kubeconfig ({place})")]
    Kubeconfig {
        /// The files, or where they were looked for.
        place: String,
        /// What is wrong with it.
        #[source]
        source: KubeconfigProblem,
    },
    /// Neither a kubeconfig nor a service account.
    #[error(
        "expected KUBECONFIG, a kubeconfig in its usual place ({place}) or the service account of a \
         pod (KUBERNETES_SERVICE_HOST), but found none of them"
    )]
    NothingToInfer {
        /// The file that was looked for.
        place: String,
    },
    /// The service account of the pod cannot be used.
    #[error("could not use the service account of this pod: {}", flat(.0))]
    ServiceAccount(InClusterError),
    /// A proxy that kube does not speak to.
    #[error(
        "expected a proxy with `http://`, `https://` or `socks5://`, but found {}: {}",
        scheme.as_deref().map_or("one without any".to_owned(), |it| format!("`{it}://`")),
        proxy_advice(*feature)
    )]
    Proxy {
        /// The scheme of its URL. The rest is left out: it may hold a password.
        scheme: Option<String>,
        /// The feature of this crate that speaks to it, if there is one.
        feature: Option<&'static str>,
    },
    /// The command that kube runs for a token failed, or printed something else.
    #[error(
        "expected a token of the command `{command}`, but it {outcome}: run it by hand to see why"
    )]
    Plugin {
        /// The command.
        command: String,
        /// What it did. What it printed is left out: it may be a token.
        outcome: String,
    },
    /// kube cannot make a client.
    #[error("could not make a Kubernetes client: {}", flat(.0))]
    Client(kube::Error),
}

impl ConnectError {
    /// kube's own words for a command that failed repeat what it was given and what it printed, and
    /// those for a proxy its password.
    pub(crate) fn of_kube(error: kube::Error, config: &Config) -> Self {
        let proxy = |proxy: &http::Uri, feature| Self::Proxy {
            scheme: proxy.scheme_str().map(str::to_owned),
            feature,
        };
        match error {
            kube::Error::Auth(error) => Self::of_auth(error, config),
            kube::Error::ProxyProtocolUnsupported { proxy_url } => proxy(&proxy_url, None),
            kube::Error::ProxyProtocolDisabled {
                proxy_url,
                protocol_feature,
            } => proxy(
                &proxy_url,
                Some(protocol_feature.trim_start_matches("kube/")),
            ),
            error => Self::Client(error),
        }
    }

    fn of_auth(error: AuthError, config: &Config) -> Self {
        let outcome = match error {
            AuthError::AuthExecStart(error) => format!("could not be run ({error})"),
            AuthError::AuthExecRun { out, .. } => format!("failed ({})", out.status),
            AuthError::AuthExecParse(_) => "printed something else".to_owned(),
            AuthError::ExecPluginFailed => "printed none".to_owned(),
            error => return Self::Client(kube::Error::Auth(error)),
        };
        Self::Plugin {
            command: command(config).unwrap_or_default(),
            outcome,
        }
    }
}

/// Without its arguments and variables, which may be secrets.
fn command(config: &Config) -> Option<String> {
    let auth_info = &config.auth_info;
    let exec = auth_info.exec.as_ref();
    let provider = auth_info.auth_provider.as_ref();
    // kube goes by the provider first.
    let of_provider = provider.and_then(|it| it.config.get("cmd-path").cloned());
    of_provider.or_else(|| exec?.command.clone())
}

fn proxy_advice(feature: Option<&str>) -> String {
    match feature {
        Some(feature) => format!("build `eksauth-kube` with its feature `{feature}`"),
        None => "check HTTPS_PROXY and ALL_PROXY, or `proxy-url` in the kubeconfig".to_owned(),
    }
}

/// What is wrong with a kubeconfig.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KubeconfigProblem {
    /// A file that cannot be read.
    #[error("expected a file that can be read, but could not read it")]
    Unreadable(#[source] std::io::Error),
    /// What kube says.
    #[error("{}", flat(.0))]
    Kube(KubeconfigError),
    /// The cluster has no server.
    #[error("expected `server` of the cluster, but found none")]
    NoServer,
    /// Something that cannot be a URL. What stands there is left out: it may hold a password.
    #[error("expected a URL as `{key}` of the cluster, but found something else")]
    Url {
        /// `server` or `proxy-url`.
        key: &'static str,
        /// What is wrong with it.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The certificate authority of the cluster cannot be used.
    #[error("expected certificates in PEM as `{key}` of the cluster, but found {found}")]
    CertificateAuthority {
        /// `certificate-authority` or `certificate-authority-data`.
        key: &'static str,
        /// What was found instead.
        found: String,
    },
    /// A name that is not there.
    #[error("expected the {kind} `{name}`, but found {}", listed(known))]
    Unknown {
        /// `context`, `cluster` or `user`.
        kind: &'static str,
        /// The name.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// No context was named, and none is the current one.
    #[error(
        "expected `current-context`, or a context that is named, but found neither; of contexts, there \
         is {}",
        listed(known)
    )]
    NoContext {
        /// Those that there are.
        known: Vec<String>,
    },
    /// Not YAML, or not a kubeconfig. What stands there is left out: it may be a secret.
    #[error("expected a kubeconfig in YAML, but found something else{}", at(*line))]
    Malformed {
        /// The line.
        line: Option<u64>,
    },
}

impl KubeconfigProblem {
    /// kube's own words for a syntax error repeat the lines around it.
    pub(crate) fn of_kube(error: KubeconfigError) -> Self {
        match error {
            KubeconfigError::Parse(error) => Self::Malformed {
                line: error.location().map(|it| it.line()),
            },
            KubeconfigError::ReadConfig(error, _) => Self::Unreadable(error),
            error => Self::Kube(error),
        }
    }
}

/// An error with its causes. Most of kube's tell them themselves.
fn flat(error: &(dyn Error + 'static)) -> String {
    let mut told = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_told = cause.to_string();
        if !told.contains(&cause_told) {
            told = format!("{told}: {cause_told}");
        }
        next = cause.source();
    }
    told
}

fn at(line: Option<u64>) -> String {
    line.map(|it| format!(" at line {it}")).unwrap_or_default()
}

fn listed(known: &[String]) -> String {
    match known {
        [] => "none".to_owned(),
        known => format!("only `{}`", known.join("`, `")),
    }
}

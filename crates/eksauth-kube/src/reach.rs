//! How the API server is reached.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use eksauth::{Context, EndpointAccess};
use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use kube::Config;
use tower::BoxError;

/// What a user says of the way to the API server; the rest is kube's defaults.
#[derive(Clone, Default)]
pub(crate) struct Reach {
    pub(crate) proxy: Option<Uri>,
    pub(crate) namespace: Option<String>,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) read_timeout: Option<Duration>,
    pub(crate) write_timeout: Option<Duration>,
}

impl Reach {
    pub(crate) fn apply(&self, config: &mut Config, context: &Context) {
        config.proxy_url = match &self.proxy {
            Some(proxy) => Some(proxy.clone()),
            None => proxy_of_environment(&config.cluster_url, context),
        };
        if let Some(namespace) = &self.namespace {
            config.default_namespace.clone_from(namespace);
        }
        config.connect_timeout = self.connect_timeout.or(config.connect_timeout);
        config.read_timeout = self.read_timeout.or(config.read_timeout);
        config.write_timeout = self.write_timeout.or(config.write_timeout);
    }
}

/// `HTTPS_PROXY` or `ALL_PROXY`, unless `NO_PROXY` lists the server; each in lower case too, which
/// wins.
pub(crate) fn proxy_of_environment(server: &Uri, context: &Context) -> Option<Uri> {
    let either = |lower: &str, upper: &str| context.var(lower).or_else(|| context.var(upper));
    let proxy =
        either("https_proxy", "HTTPS_PROXY").or_else(|| either("all_proxy", "ALL_PROXY"))?;
    let but = either("no_proxy", "NO_PROXY").unwrap_or_default();
    // Which the matcher takes for all names, and for no address.
    if but.split(',').any(|it| it.trim() == "*") {
        return None;
    }
    let matcher = Matcher::builder().all(proxy.clone()).no(but).build();
    matcher.intercept(server)?;
    // Password and all, which the matcher takes apart.
    let with_scheme = match proxy.contains("://") {
        true => proxy,
        false => format!("http://{proxy}"),
    };
    with_scheme.parse().ok()
}

impl fmt::Debug for Reach {
    /// Leaves the proxy out: its URL may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reach")
            .field("namespace", &self.namespace)
            .field("connect_timeout", &self.connect_timeout)
            .field("read_timeout", &self.read_timeout)
            .field("write_timeout", &self.write_timeout)
            .finish_non_exhaustive()
    }
}

/// No connection to an API server that the internet does not reach.
#[derive(Debug, thiserror::Error)]
#[error(
    "could not connect to the API server of `{cluster}`, whose endpoint is private: expected to run \
     in its VPC{}, or in a network connected to it, or with a proxy there",
    vpc.as_deref().map(|it| format!(" ({it})")).unwrap_or_default()
)]
pub struct PrivateEndpoint {
    cluster: String,
    vpc: Option<String>,
    #[source]
    source: BoxError,
}

/// Says more about failed connections to a private endpoint.
#[derive(Clone)]
pub(crate) struct Explanation {
    cluster: String,
    vpc: Option<String>,
}

impl Explanation {
    /// `None` when there is no more to say.
    pub(crate) fn of(cluster: &str, access: &EndpointAccess) -> Option<Self> {
        (access.private && !access.public).then(|| Self {
            cluster: cluster.to_owned(),
            vpc: access.vpc.clone(),
        })
    }

    pub(crate) fn explain(&self, error: BoxError) -> BoxError {
        if !is_connect(&*error) {
            return error;
        }
        Box::new(PrivateEndpoint {
            cluster: self.cluster.clone(),
            vpc: self.vpc.clone(),
            source: error,
        })
    }
}

fn is_connect(error: &(dyn Error + 'static)) -> bool {
    let client = error.downcast_ref::<hyper_util::client::legacy::Error>();
    client.is_some_and(hyper_util::client::legacy::Error::is_connect)
        || error.source().is_some_and(is_connect)
}

//! A cluster, and the tokens for it.

use std::fmt;

use eksauth::TokenSource;
use http::{Request, Response};
use kube::client::{Body, ClientBuilder, DynBody};
use kube::config::AuthInfo;
use kube::{Client, Config};
use tower::util::MapErrLayer;
use tower::{BoxError, Service};

use crate::cryptography::choose_cryptography;
use crate::reach::Explanation;
use crate::{AuthLayer, ConnectError};

/// What a client of a cluster is made of: where the cluster is, and the tokens for it.
///
/// Whoever needs no more than a client calls [`connect`](crate::connect) or
/// [`EksClientBuilder::connect`](crate::EksClientBuilder::connect).
///
/// # Examples
///
/// A client with a layer more, whose logins can be watched:
///
/// ```no_run
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use eksauth_kube::EksClientBuilder;
/// use tower::limit::ConcurrencyLimitLayer;
///
/// let connection = EksClientBuilder::new("prod").resolve().await?;
/// let mut state = connection.token_source().state();
/// let client = connection
///     .client_builder()?
///     .with_layer(&ConcurrencyLimitLayer::new(16))
///     .build();
/// # drop(client);
/// state.changed().await?;
/// println!("{:?}", *state.borrow());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct EksConnection {
    config: Config,
    source: TokenSource,
    explanation: Option<Explanation>,
}

impl EksConnection {
    pub(crate) fn new(
        config: Config,
        source: TokenSource,
        explanation: Option<Explanation>,
    ) -> Self {
        Self {
            config: without_login(config),
            source,
            explanation,
        }
    }

    /// kube's configuration of the cluster. It holds no credentials.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The same, to be changed before a client is made of it.
    pub fn config_mut(&mut self) -> &mut Config {
        &mut self.config
    }

    /// The tokens for the cluster, and how they are doing.
    pub fn token_source(&self) -> &TokenSource {
        &self.source
    }

    /// A client that is logged in. Clients of one connection share its tokens.
    ///
    /// # Errors
    ///
    /// [`ConnectError::Proxy`] because of a proxy that kube does not speak to, [`ConnectError::Client`]
    /// when it cannot make one otherwise, such as for want of TLS.
    pub fn client(&self) -> Result<Client, ConnectError> {
        Ok(self.client_builder()?.build())
    }

    /// The same, to put more layers around it. Those see a request before it is logged in.
    ///
    /// # Errors
    ///
    /// As of [`EksConnection::client`].
    #[expect(
        clippy::type_complexity,
        reason = "what the layers of kube's own client have in common, so that nobody need name them"
    )]
    pub fn client_builder(
        &self,
    ) -> Result<
        ClientBuilder<
            impl Service<
                Request<Body>,
                Response = Response<Box<DynBody>>,
                Error = BoxError,
                Future: Send,
            > + Send
            + Sync
            + use<>,
        >,
        ConnectError,
    > {
        // It may have been changed.
        let config = without_login(self.config.clone());
        choose_cryptography();
        let explanation = self.explanation.clone();
        let explained = move |error: BoxError| match &explanation {
            Some(explanation) => explanation.explain(error),
            None => error,
        };
        let builder = ClientBuilder::try_from(config)
            .map_err(|error| ConnectError::of_kube(error, &self.config))?;
        Ok(builder
            .with_layer(&MapErrLayer::new(explained))
            .with_layer(&AuthLayer::new(self.source.clone())))
    }
}

/// A client that logs in as kube does.
pub(crate) fn client_of_kube(config: &Config) -> Result<Client, ConnectError> {
    choose_cryptography();
    Client::try_from(config.clone()).map_err(|error| ConnectError::of_kube(error, config))
}

/// Who is acted for, and what TLS shows, is none of the token's business and stays.
fn without_login(mut config: Config) -> Config {
    config.auth_info = AuthInfo {
        token: None,
        token_file: None,
        exec: None,
        auth_provider: None,
        username: None,
        password: None,
        ..config.auth_info
    };
    config
}

impl fmt::Debug for EksConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EksConnection")
            .field("server", &self.config.cluster_url)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

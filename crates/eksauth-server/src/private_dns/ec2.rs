//! EC2 itself.

mod answer;
mod request;

use std::error::Error;
use std::fmt;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use eksauth_token::{Partition, Region};
use futures_util::future::BoxFuture;
use http::{StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::sync::Mutex;

use crate::causes::with_causes;
use crate::verifier::Connector;
use crate::{BuildError, StsConnection};

use super::{DescribeError, DescribeInstances, InstancePage, InstanceQuery};

/// Time for a connection to be established.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Longest answer that is read: 100 instances are described in less than 1 MiB.
const MAX_ANSWER_LEN: usize = 8 * 1024 * 1024;

/// A connection that was idle for so long is closed from this end; the next request opens another.
const IDLE_CONNECTION_LIFETIME: Duration = Duration::from_secs(15);

/// Temporary credentials are asked for again so long before they end.
const CREDENTIALS_MARGIN: Duration = Duration::from_mins(2);

/// EC2 in a region, asked with one signed request of its own: the AWS SDK's client for EC2 has thousands
/// of operations, which take minutes to compile, for the one that is needed here.
///
/// Credentials that end are kept until two minutes before they do; those without an end are asked for
/// each time.
pub struct Ec2 {
    http: Client<Connector, Full<Bytes>>,
    endpoint: Uri,
    region: Region,
    credentials: SharedCredentialsProvider,
    kept: Mutex<Option<Credentials>>,
    time_source: SharedTimeSource,
}

impl Ec2 {
    /// EC2 at its endpoint in a region, reached as STS is.
    ///
    /// # Errors
    ///
    /// [`BuildError`] when there are no trusted roots.
    pub fn new(
        region: Region,
        credentials: SharedCredentialsProvider,
        connection: &StsConnection,
        time_source: impl TimeSource + 'static,
    ) -> Result<Self, BuildError> {
        let time_source = SharedTimeSource::new(time_source);
        let connector = connection.connector(CONNECT_TIMEOUT, &time_source)?;
        let suffix = Partition::of_region(&region).dns_suffix();
        let endpoint = format!("https://ec2.{region}.{suffix}/");
        Ok(Self {
            http: Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(IDLE_CONNECTION_LIFETIME)
                .build(connector),
            endpoint: endpoint.parse().map_err(|_| BuildError::Endpoint)?,
            region,
            credentials,
            kept: Mutex::default(),
            time_source,
        })
    }

    /// Another endpoint, such as that of a VPC: `https://HOST[:PORT]`.
    ///
    /// # Errors
    ///
    /// [`InvalidEc2Endpoint`] when it is not such a URL.
    pub fn with_endpoint(mut self, url: &str) -> Result<Self, InvalidEc2Endpoint> {
        let invalid = || InvalidEc2Endpoint {
            found: url.escape_default().take(200).collect(),
        };
        let uri: Uri = url.parse().map_err(|_| invalid())?;
        let plain = uri.scheme_str() == Some("https")
            && uri.path_and_query().is_none_or(|it| it.as_str() == "/")
            && uri.authority().is_some_and(|it| !it.as_str().contains('@'));
        if !plain {
            return Err(invalid());
        }
        self.endpoint = uri;
        Ok(self)
    }

    async fn ask(&self, query: InstanceQuery<'_>) -> Result<InstancePage, DescribeError> {
        let credentials = self.credentials().await?;
        let request = request::Unsigned {
            endpoint: &self.endpoint,
            region: &self.region,
            time: self.time_source.now(),
            body: request::body(query),
        };
        let request = request.sign(credentials).ok_or(DescribeError::Request)?;
        let response = self.http.request(request).await;
        let response = response.map_err(|error| unavailable(&error))?;
        let status = response.status();
        let body = Limited::new(response.into_body(), MAX_ANSWER_LEN);
        let body = body.collect().await.map_err(|error| unavailable(&*error))?;
        let answer = answer::read(status, &body.to_bytes());
        if is_about_credentials(&answer) {
            // They may have been renewed before their end, for instance because keys were revoked.
            *self.kept.lock().await = None;
        }
        answer
    }

    /// Those that were kept, or new ones. Who needs them at the same time waits for one answer.
    async fn credentials(&self) -> Result<Credentials, DescribeError> {
        let mut kept = self.kept.lock().await;
        let soon = self.time_source.now() + CREDENTIALS_MARGIN;
        if let Some(credentials) = &*kept
            && credentials.expiry().is_some_and(|end| soon < end)
        {
            return Ok(credentials.clone());
        }
        let provided = self.credentials.provide_credentials().await;
        let credentials = provided.map_err(|error| DescribeError::Credentials {
            reason: told(&error),
        })?;
        *kept = Some(credentials.clone());
        Ok(credentials)
    }
}

impl DescribeInstances for Ec2 {
    fn describe_instances<'a>(
        &'a self,
        query: InstanceQuery<'a>,
    ) -> BoxFuture<'a, Result<InstancePage, DescribeError>> {
        Box::pin(self.ask(query))
    }
}

fn is_about_credentials(answer: &Result<InstancePage, DescribeError>) -> bool {
    let unauthorized = StatusCode::UNAUTHORIZED.as_u16();
    matches!(answer, Err(DescribeError::Refused { status, .. }) if *status == unauthorized)
}

fn unavailable(error: &(dyn Error + 'static)) -> DescribeError {
    DescribeError::Unavailable {
        reason: told(error),
    }
}

/// An error and its causes, of which none holds a secret; cut, for what others may write.
fn told(error: &(dyn Error + 'static)) -> String {
    let text = with_causes(error);
    text.escape_default().take(300).collect()
}

impl fmt::Debug for Ec2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ec2")
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

/// A text that is no endpoint of EC2.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an endpoint in the form `https://HOST[:PORT]`, but found `{found}`")]
pub struct InvalidEc2Endpoint {
    found: String,
}

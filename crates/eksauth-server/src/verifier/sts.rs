//! The call of STS.

mod answer;
mod connect_to;
mod connection;
mod deadline;
mod proxy;
mod route;

use aws_smithy_async::time::SharedTimeSource;
use eksauth_token::{ClusterId, PresignedUrl, Problem};
use http::header::{ACCEPT, HeaderValue};
use http::{Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt as _, Empty, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::identity::CallerIdentity;
use crate::{Limits, Outage, UnexpectedAnswer, VerifierMetrics, VerifyError};

pub(crate) use connection::Connector;

pub use connect_to::{ConnectTo, InvalidConnectTo};
pub use connection::{BuildError, StsConnection};
pub use proxy::InvalidProxy;

/// The header that carries the cluster's name under the signature.
const CLUSTER_HEADER: &str = "x-k8s-aws-id";

/// STS closes idle connections after some 20 s; ours go first.
const IDLE_CONNECTION_LIFETIME: std::time::Duration = std::time::Duration::from_secs(15);

/// Replays presigned requests.
pub(super) struct StsClient {
    http: Client<Connector, Empty<Bytes>>,
    cluster: HeaderValue,
    max_answer_len: usize,
}

impl StsClient {
    pub(super) fn new(
        cluster: &ClusterId,
        connection: &StsConnection,
        limits: &Limits,
        time_source: &SharedTimeSource,
    ) -> Result<Self, BuildError> {
        let http = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_CONNECTION_LIFETIME)
            .pool_max_idle_per_host(limits.max_concurrent_calls.get())
            .build(connection.connector(limits.connect_timeout, time_source)?);
        Ok(Self {
            http,
            cluster: HeaderValue::from_str(cluster.as_str()).map_err(|_| BuildError::Cluster)?,
            max_answer_len: limits.max_answer_len,
        })
    }

    pub(super) async fn get_caller_identity(
        &self,
        url: &PresignedUrl,
        metrics: &VerifierMetrics,
    ) -> Result<CallerIdentity, VerifyError> {
        let response = self.http.request(self.request(url)?).await;
        let response = response.map_err(|error| {
            metrics.sts_not_reached(url);
            unreachable(&error)
        })?;
        metrics.sts_answered(url, response.status().as_u16());
        let (status, body) = self.read(response, url, metrics).await?;
        let result = answer::read(status, &body);
        if matches!(result, Err(VerifyError::Throttled { .. })) {
            metrics.sts_throttled(url);
        }
        result
    }

    /// The request exactly as it was signed. Only the cluster is ours, and so decides.
    fn request(&self, url: &PresignedUrl) -> Result<Request<Empty<Bytes>>, VerifyError> {
        let uri = Uri::try_from(url.expose()).map_err(|_| Problem::MalformedUrl)?;
        let mut request = Request::new(Empty::new());
        *request.method_mut() = Method::GET;
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        headers.insert(CLUSTER_HEADER, self.cluster.clone());
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        Ok(request)
    }

    async fn read(
        &self,
        response: Response<Incoming>,
        url: &PresignedUrl,
        metrics: &VerifierMetrics,
    ) -> Result<(StatusCode, Bytes), VerifyError> {
        let status = response.status();
        let body = Limited::new(response.into_body(), self.max_answer_len);
        match body.collect().await {
            Ok(body) => Ok((status, body.to_bytes())),
            Err(error) if error.is::<LengthLimitError>() => {
                Err(VerifyError::UnexpectedAnswer(UnexpectedAnswer::TooLong {
                    limit: self.max_answer_len,
                }))
            }
            Err(error) => {
                metrics.sts_not_reached(url);
                Err(unreachable(&*error))
            }
        }
    }
}

/// The words of an error and its causes. The HTTP client names hosts in them, never a URL.
fn unreachable(error: &(dyn std::error::Error + 'static)) -> VerifyError {
    let mut reason = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !reason.ends_with(&text) {
            reason.push_str(": ");
            reason.push_str(&text);
        }
        cause = error.source();
    }
    // The TLS library ends some of its errors with a link to its manual.
    if let Some(link) = reason.find(": https://docs.rs/") {
        reason.truncate(link);
    }
    VerifyError::Unavailable(Outage::Unreachable { reason })
}

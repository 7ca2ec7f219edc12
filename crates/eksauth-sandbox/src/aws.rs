//! AWS as clients see it: STS and EKS.
//!
//! A request takes this way: the faults in force, the service it is for, its signature, what the
//! signer may do, the answer. Each step that refuses says so in the words of the service.

mod caller;
mod clock;
mod eks;
mod endpoint;
mod gate;
mod keys;
mod parameters;
mod random;
mod received;
mod refusal;
mod sigv4;
mod sts;
#[cfg(test)]
mod tests;
mod web_identity;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use aws_smithy_async::time::SharedTimeSource;
use http::header::DATE;
use http::{Request, Response, StatusCode};
use hyper::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

use crate::world::Cluster;
use crate::{Counters, Faults, World, WorldError};

use caller::Principals;
use clock::Clock;
use keys::Keys;
use received::Received;
use web_identity::WebIdentityIssuer;

pub use keys::{AccessKey, SessionCredentials};

/// The local AWS. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Aws(Arc<Shared>);

pub(crate) struct AwsOptions {
    pub(crate) time_source: SharedTimeSource,
    /// How long STS honours a presigned request, from `X-Amz-Date` on. At AWS, 15 minutes.
    pub(crate) presigned_lifetime: Duration,
}

struct Shared {
    principals: Principals,
    keys: Keys,
    clusters: Vec<Cluster>,
    endpoints: RwLock<HashMap<String, ClusterEndpoint>>,
    web_identity: WebIdentityIssuer,
    presigned_lifetime: SignedDuration,
    started: Timestamp,
    clock: Clock,
    faults: Faults,
    counters: Arc<Counters>,
}

/// Where the API server of a cluster listens.
#[derive(Clone)]
struct ClusterEndpoint {
    url: String,
    ca_pem: String,
}

impl Aws {
    /// Starts with the keys of the world; those that it leaves open are generated.
    ///
    /// # Errors
    ///
    /// When the operating system gives no randomness.
    pub(crate) fn new(
        world: &World,
        options: AwsOptions,
        faults: Faults,
        counters: Arc<Counters>,
    ) -> Result<Self, WorldError> {
        let clock = Clock::new(options.time_source, faults.clone());
        let principals = Principals::of(world);
        let keys = Keys::of(world, &principals, faults.clone()).map_err(WorldError::randomness)?;
        let web_identity = WebIdentityIssuer::new(world).map_err(WorldError::randomness)?;
        let lifetime = SignedDuration::try_from(options.presigned_lifetime);
        Ok(Self(Arc::new(Shared {
            principals,
            keys,
            clusters: world.clusters.clone(),
            endpoints: RwLock::default(),
            web_identity,
            presigned_lifetime: lifetime.unwrap_or(SignedDuration::MAX),
            started: clock.now(),
            clock,
            faults,
            counters,
        })))
    }

    /// Answers a request to any AWS endpoint; `None` is to hang up, because of an outage.
    pub(crate) async fn answer(&self, request: Request<Bytes>) -> Option<Response<Bytes>> {
        let latency = self.0.faults.latency();
        if !latency.is_zero() {
            tokio::time::sleep(latency).await;
        }
        if self.0.faults.is_outage() {
            return None;
        }
        let request = Received::new(request);
        let mut response = match request.names_one_host() {
            true => gate::answer(&self.0, &request),
            false => bad_request(),
        };
        // By AWS's clock, right or wrong: clients whose own differs go by it.
        if let Some(date) = self.0.clock.http_date() {
            response.headers_mut().insert(DATE, date);
        }
        Some(response)
    }

    /// Says where the API servers of the clusters of that name listen, once that is known.
    pub(crate) fn set_cluster_endpoint(&self, name: &str, endpoint: String, ca_pem: String) {
        let endpoint = ClusterEndpoint {
            url: endpoint,
            ca_pem,
        };
        let endpoints = self.0.endpoints.write();
        // Inserting leaves the map whole in any case.
        let mut endpoints = endpoints.unwrap_or_else(PoisonError::into_inner);
        endpoints.insert(name.to_owned(), endpoint);
    }

    /// The access keys of the users, in the order of the world.
    pub(crate) fn access_keys(&self) -> &[AccessKey] {
        self.0.keys.of_users()
    }

    /// A web identity token (a JWT) from the identity provider that the roles of this AWS trust.
    pub(crate) fn web_identity_token(
        &self,
        subject: &str,
        audience: &str,
        lifetime: SignedDuration,
    ) -> Zeroizing<String> {
        let now = self.0.clock.now();
        self.0.web_identity.mint(subject, audience, now, lifetime)
    }

    /// A session of a role, whoever may assume it, for as long as the role allows.
    ///
    /// # Errors
    ///
    /// [`SessionError`] when the world has no such role, or AWS would not take the name.
    pub(crate) fn session(
        &self,
        role_arn: &str,
        session_name: &str,
    ) -> Result<SessionCredentials, SessionError> {
        if !sts::is_session_name(session_name) {
            return Err(SessionError::Name {
                found: shown(session_name),
            });
        }
        let role = self.0.principals.role(role_arn);
        let role = role.ok_or_else(|| SessionError::Role {
            found: shown(role_arn),
        })?;
        let longest = SignedDuration::from_secs(role.max_session_duration.into());
        let caller = role.session(session_name);
        let issued = self.0.keys.issue(caller, self.0.clock.now(), longest);
        issued.map_err(|_no_randomness| SessionError::Randomness)
    }
}

/// What no service of AWS gets to see.
fn bad_request() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response
}

impl Shared {
    fn endpoint_of(&self, cluster: &str) -> Option<ClusterEndpoint> {
        let endpoints = self.endpoints.read();
        let endpoints = endpoints.unwrap_or_else(PoisonError::into_inner);
        endpoints.get(cluster).cloned()
    }
}

impl fmt::Debug for Aws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aws").finish_non_exhaustive()
    }
}

/// Why there is no session of a role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The world has no such role.
    #[error("expected the ARN of a role of the world, but found `{found}`")]
    Role {
        /// What was asked for.
        found: String,
    },
    /// No session can be called so.
    #[error(
        "expected a session name of 2 to 64 letters, digits and `_+=,.@-`, but found `{found}`"
    )]
    Name {
        /// The name.
        found: String,
    },
    /// The operating system gave no randomness for the keys.
    #[error("could not make the keys of a session: the operating system gave no randomness")]
    Randomness,
}

fn shown(text: &str) -> String {
    text.escape_debug().take(256).collect()
}

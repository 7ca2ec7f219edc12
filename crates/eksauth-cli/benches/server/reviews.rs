//! TokenReviews by the thousand, as an API server sends them.

use aws_smithy_async::time::{SystemTimeSource, TimeSource as _};
use eksauth_sandbox::Sandbox;
use eksauth_token::{
    ClusterId, EndpointOptions, Region, Signer, SigningCredentials, StsEndpoint, TOKEN_PREFIX,
};
use jiff::{SignedDuration, Timestamp};

use crate::mappings::{CLUSTER, ROLE_ARN};

/// Whole requests, ready to be sent.
pub(crate) struct Reviews(Vec<Vec<u8>>);

/// Seconds of the quarter of an hour in which STS takes a token that are used for distinct ones: the
/// benchmark itself takes its time.
const SECONDS: usize = 300;

impl Reviews {
    /// Of valid tokens, each another one.
    pub(crate) fn distinct(sandbox: &Sandbox, count: usize) -> Self {
        Self(
            tokens(sandbox, count)
                .iter()
                .map(|it| request(it))
                .collect(),
        )
    }

    /// Of tokens that look like one at first, each another one.
    pub(crate) fn invalid(sandbox: &Sandbox, count: usize) -> Self {
        let whole = tokens(sandbox, 1).remove(0);
        let body = whole.strip_prefix(TOKEN_PREFIX).unwrap();
        let invalid = (0..count).map(|n| request(&format!("{TOKEN_PREFIX}{body}{n:08}")));
        Self(invalid.collect())
    }

    pub(crate) fn nth(&self, n: usize) -> &[u8] {
        &self.0[n % self.0.len()]
    }
}

/// A token differs from the next by its session or by its second.
fn tokens(sandbox: &Sandbox, count: usize) -> Vec<String> {
    let now = Timestamp::try_from(SystemTimeSource::new().now()).unwrap();
    let cluster = ClusterId::new(CLUSTER).unwrap();
    let region = Region::new("eu-west-1").unwrap();
    let endpoint = StsEndpoint::new(&region, EndpointOptions::default());
    let signers: Vec<Signer> = (0..count.div_ceil(SECONDS))
        .map(|n| {
            let session = sandbox.session(ROLE_ARN, &format!("dev-{n}")).unwrap();
            let credentials =
                SigningCredentials::new(session.access_key_id(), session.secret_access_key())
                    .with_session_token(session.session_token());
            Signer::new(credentials, endpoint.clone()).unwrap()
        })
        .collect();
    (0..count)
        .map(|n| {
            let second = SignedDuration::from_secs((n % SECONDS) as i64);
            let token = signers[n / SECONDS].sign(&cluster, now - second);
            token.unwrap().expose().to_owned()
        })
        .collect()
}

fn request(token: &str) -> Vec<u8> {
    let body = format!(
        "{{\"kind\":\"TokenReview\",\"apiVersion\":\"authentication.k8s.io/v1\",\"metadata\":{{\"creationTimestamp\":null}},\
         \"spec\":{{\"token\":\"{token}\",\"audiences\":[\"https://kubernetes.default.svc\"]}},\"status\":{{\"user\":{{}}}}}}"
    );
    format!(
        "POST /authenticate?timeout=30s HTTP/1.1\r\nhost: localhost\r\nuser-agent: kube-apiserver\r\n\
         accept: application/json, */*\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

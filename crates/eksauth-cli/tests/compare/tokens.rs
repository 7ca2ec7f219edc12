//! Tokens of the sandbox's users and roles.

use aws_smithy_async::time::{SystemTimeSource, TimeSource as _};
use eksauth_sandbox::Sandbox;
use eksauth_token::{ClusterId, EndpointOptions, Region, Signer, SigningCredentials, StsEndpoint};
use jiff::{SignedDuration, Timestamp};

/// Who signs a token, for what, and when.
#[derive(Clone)]
pub(crate) struct Signed<'a> {
    pub(crate) by: By<'a>,
    pub(crate) cluster: &'a str,
    pub(crate) region: &'a str,
    /// How long ago.
    pub(crate) age: SignedDuration,
}

#[derive(Clone, Copy)]
pub(crate) enum By<'a> {
    User(&'a str),
    /// A session: the ARN of its role, and its name.
    Role(&'a str, &'a str),
}

impl<'a> Signed<'a> {
    pub(crate) fn by(by: By<'a>) -> Self {
        Self {
            by,
            cluster: "demo",
            region: "eu-west-1",
            age: SignedDuration::ZERO,
        }
    }

    pub(crate) fn token(&self, sandbox: &Sandbox) -> String {
        let now = Timestamp::try_from(SystemTimeSource::new().now()).unwrap();
        let region = Region::new(self.region).unwrap();
        let endpoint = StsEndpoint::new(&region, EndpointOptions::default());
        let signer = Signer::new(self.by.credentials(sandbox), endpoint).unwrap();
        let cluster = ClusterId::new(self.cluster).unwrap();
        let token = signer.sign(&cluster, now - self.age).unwrap();
        token.expose().to_owned()
    }
}

impl By<'_> {
    fn credentials(self, sandbox: &Sandbox) -> SigningCredentials {
        match self {
            Self::User(name) => {
                let mut keys = sandbox.access_keys().iter();
                let key = keys.find(|it| it.user_name() == name).unwrap();
                SigningCredentials::new(key.id(), key.secret_access_key())
            }
            Self::Role(arn, name) => {
                let session = sandbox.session(arn, name).unwrap();
                SigningCredentials::new(session.access_key_id(), session.secret_access_key())
                    .with_session_token(session.session_token())
            }
        }
    }
}

//! Tokens by the thousand.

use aws_smithy_async::time::{SystemTimeSource, TimeSource as _};
use eksauth_sandbox::Sandbox;
use eksauth_token::{
    ClusterId, EndpointOptions, Region, Signer, SigningCredentials, StsEndpoint, TOKEN_PREFIX,
};
use jiff::{SignedDuration, Timestamp};

pub(crate) struct Tokens {
    key: (String, String),
}

impl Tokens {
    pub(crate) fn new(sandbox: &Sandbox) -> Self {
        let key = &sandbox.access_keys()[0];
        Self {
            key: (key.id().to_owned(), key.secret_access_key().to_owned()),
        }
    }

    /// Valid ones. A token differs from the next by its second or by its endpoint, so that there can
    /// be thousands of them within the time that STS accepts.
    pub(crate) fn distinct(&self, count: usize) -> Vec<String> {
        let now = Timestamp::try_from(SystemTimeSource::new().now()).unwrap();
        let regions = [
            "eu-west-1",
            "us-east-1",
            "eu-central-1",
            "ap-southeast-2",
            "sa-east-1",
        ];
        let signers: Vec<Signer> = regions
            .into_iter()
            .flat_map(|region| [false, true].map(|fips| (region, fips)))
            .map(|(region, fips)| self.signer(region, fips))
            .collect();
        let cluster = ClusterId::new("demo").unwrap();
        (0..count)
            .map(|n| {
                let seconds = SignedDuration::from_secs((n / signers.len()) as i64);
                let token = signers[n % signers.len()].sign(&cluster, now - seconds);
                token.unwrap().expose().to_owned()
            })
            .collect()
    }

    /// Well-formed ones that STS refuses, each another one.
    pub(crate) fn refused(&self, count: usize) -> Vec<String> {
        let now = Timestamp::try_from(SystemTimeSource::new().now()).unwrap();
        let cluster = ClusterId::new("demo").unwrap();
        let endpoint = endpoint("eu-west-1", false);
        (0..count)
            .map(|n| {
                let credentials = SigningCredentials::new(format!("AKIA{n:016}"), "unknown/to/STS");
                let signer = Signer::new(credentials, endpoint.clone()).unwrap();
                signer.sign(&cluster, now).unwrap().expose().to_owned()
            })
            .collect()
    }

    /// Ones that look like one at first, each another one.
    pub(crate) fn malformed(&self, count: usize) -> Vec<String> {
        let whole = self.distinct(1).remove(0);
        let body = whole.strip_prefix(TOKEN_PREFIX).unwrap();
        (0..count)
            .map(|n| format!("{TOKEN_PREFIX}{body}{n:08}"))
            .collect()
    }

    fn signer(&self, region: &str, fips: bool) -> Signer {
        let credentials = SigningCredentials::new(&self.key.0, &self.key.1);
        Signer::new(credentials, endpoint(region, fips)).unwrap()
    }
}

fn endpoint(region: &str, fips: bool) -> StsEndpoint {
    let options = EndpointOptions {
        fips,
        ..EndpointOptions::default()
    };
    StsEndpoint::new(&Region::new(region).unwrap(), options)
}

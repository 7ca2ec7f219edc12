//! botocore signs anew what this crate signed, and comes to the same request.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use eksauth_testing::{Oracles, SecretScan};
use eksauth_token::{
    ClusterId, EndpointOptions, Inspection, Policy, Region, Signer, SigningCredentials, StsEndpoint,
};
use jiff::Timestamp;
use serde_json::{Value, json};

const GOLDEN: &str = include_str!("../vectors/golden.json");

/// What a token is made of.
#[derive(Debug)]
struct Inputs {
    cluster: String,
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    region: String,
    options: EndpointOptions,
    at: Timestamp,
}

impl Inputs {
    fn of_golden(vector: &Value) -> Self {
        let text = |key: &str| vector[key].as_str().map(str::to_owned);
        Self {
            cluster: text("cluster").unwrap(),
            access_key_id: text("access_key_id").unwrap(),
            secret_access_key: text("secret_access_key").unwrap(),
            session_token: text("session_token"),
            region: text("sdk_region").or(text("region")).unwrap(),
            options: EndpointOptions::default(),
            at: text("at").unwrap().parse().unwrap(),
        }
    }

    /// The URL in our token.
    fn url(&self) -> String {
        let mut credentials = SigningCredentials::new(&self.access_key_id, &self.secret_access_key);
        if let Some(session_token) = &self.session_token {
            credentials = credentials.with_session_token(session_token);
        }
        let endpoint = StsEndpoint::new(&Region::new(&self.region).unwrap(), self.options);
        let policy = Policy::new(endpoint.partition());
        let signer = Signer::new(credentials, endpoint).unwrap();
        let token = signer
            .sign(&ClusterId::new(&self.cluster).unwrap(), self.at)
            .unwrap();
        let inspection = Inspection::of(token.expose(), &policy, self.at);
        self.scan(token.expose())
            .assert_clean("Debug", format!("{signer:?} {token:?} {inspection:?}"));
        inspection.expose_url().unwrap().to_owned()
    }

    fn scan(&self, token: &str) -> SecretScan {
        let scan = SecretScan::new()
            .secret("secret access key", &self.secret_access_key)
            .token(token);
        match &self.session_token {
            Some(session_token) => scan.secret("session token", session_token),
            None => scan,
        }
    }

    fn resigned_by(oracles: &Oracles, all: &[Self]) -> Vec<Value> {
        let cases: Vec<_> = all
            .iter()
            .map(|it| {
                json!({
                    "url": it.url(),
                    "cluster": it.cluster,
                    "access_key_id": it.access_key_id,
                    "secret_access_key": it.secret_access_key,
                    "session_token": it.session_token,
                })
            })
            .collect();
        let answer = oracles.run("resign.py", &json!({ "cases": cases }));
        answer["results"].as_array().unwrap().clone()
    }
}

/// Where the request goes, and its parameters as they are encoded. Their order is free.
fn request(url: &str) -> (&str, Vec<&str>) {
    let (origin, query) = url.split_once('?').unwrap();
    let mut parameters: Vec<_> = query.split('&').collect();
    parameters.sort_unstable();
    (origin, parameters)
}

#[test]
fn botocore_comes_to_the_same_request_for_the_golden_inputs() {
    let Some(oracles) =
        Oracles::or_skip("botocore_comes_to_the_same_request_for_the_golden_inputs")
    else {
        return;
    };
    let golden: Vec<Value> = serde_json::from_str(GOLDEN).unwrap();
    let all: Vec<_> = golden.iter().map(Inputs::of_golden).collect();
    let resigned = Inputs::resigned_by(oracles, &all);
    assert_eq!(resigned.len(), golden.len());
    for ((vector, ours), theirs) in golden.iter().zip(&all).zip(&resigned) {
        let name = &vector["name"];
        let url = theirs["url"].as_str().unwrap();
        assert_eq!(request(&ours.url()), request(url), "{name}");
        // The stages that the unit tests compare with are still those of the botocore of today.
        for stage in ["canonical_request", "string_to_sign", "signature"] {
            assert_eq!(vector[stage], theirs[stage], "{name}: {stage}");
        }
    }
}

#[test]
fn botocore_comes_to_the_same_request_for_generated_inputs() {
    let Some(oracles) = Oracles::or_skip("botocore_comes_to_the_same_request_for_generated_inputs")
    else {
        return;
    };
    let mut random = Random(0x5eed);
    let all: Vec<_> = (0..64).map(|index| random.inputs(index)).collect();
    let resigned = Inputs::resigned_by(oracles, &all);
    assert_eq!(resigned.len(), all.len());
    for (ours, theirs) in all.iter().zip(&resigned) {
        let url = theirs["url"].as_str().unwrap();
        assert_eq!(request(&ours.url()), request(url), "{ours:?}");
    }
}

/// One of each partition, and those that have an endpoint of their own.
const REGIONS: [&str; 11] = [
    "us-east-1",
    "eu-west-1",
    "aws-global",
    "cn-northwest-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-isob-east-1",
    "eu-isoe-west-1",
    "us-isof-south-1",
    "eusc-de-east-1",
    "moon-base-9",
];

/// The same inputs in every run: SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(bound).unwrap()).unwrap()
    }

    fn chance(&mut self) -> bool {
        self.below(2) == 0
    }

    fn text(&mut self, alphabet: &str, length: usize) -> String {
        (0..length)
            .map(|_| char::from(alphabet.as_bytes()[self.below(alphabet.len())]))
            .collect()
    }

    fn inputs(&mut self, index: usize) -> Inputs {
        const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
        const PUNCTUATION: &str = " !\"#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~";
        let length = self.below(60) + 1;
        let session_token = match index % 3 {
            0 => None,
            1 => Some(6 + self.below(60)),
            _ => Some(1000 + self.below(200)),
        };
        let options = EndpointOptions {
            fips: self.chance(),
            dual_stack: self.chance(),
            legacy_global: self.chance(),
        };
        Inputs {
            // Not blank, which no cluster is.
            cluster: format!("{}c{}", self.text(PUNCTUATION, length), self.text(" ", 2)),
            access_key_id: format!("ASIA{}", self.text(&BASE64[..36], 16)),
            secret_access_key: self.text(BASE64, 40),
            session_token: session_token.map(|length| self.text(BASE64, length)),
            region: REGIONS[index % REGIONS.len()].to_owned(),
            options,
            at: Timestamp::from_second(
                946_684_800 + i64::try_from(self.below(3_000_000_000)).unwrap(),
            )
            .unwrap(),
        }
    }
}

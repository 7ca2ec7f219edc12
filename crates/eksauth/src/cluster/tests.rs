#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod found;
mod refused;
mod repeated;
mod script;
mod secrets;
mod unusable;

use std::error::Error;
use std::sync::{Arc, LazyLock};

use aws_credential_types::Credentials;
use aws_types::os_shim_internal::Fs;
use data_encoding::BASE64;
use eksauth_testing::{Answer, HttpService, ManualTime, SentRequest};
use serde_json::{Value, json};

use super::*;
use crate::{Context, Settings};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const SESSION_TOKEN: &str = "session/FwoGZXIvYXdzEJr+/w8aDBhZsQ==";
const ENDPOINT: &str = "https://0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com";

/// A certificate that can be a root.
static CA: LazyLock<String> = LazyLock::new(|| {
    let service = HttpService::start_https(|_| Answer::new(404, ""));
    service.ca_pem().to_owned()
});

fn region() -> Region {
    Region::new("eu-west-1").unwrap()
}

fn credentials() -> Credentials {
    Credentials::new(
        "ASIAOFTHETEST1234567",
        SECRET,
        Some(SESSION_TOKEN.to_owned()),
        None,
        "test",
    )
}

/// Settings of somebody off EC2, who has these variables and this configuration file. Whatever fails
/// is not repeated.
fn settings(variables: &[(&str, &str)], config: &str) -> Arc<Settings> {
    let once = [("AWS_MAX_ATTEMPTS", "1")];
    let context = context(once.iter().chain(variables).copied(), config);
    Arc::new(Settings::load(context, None).unwrap())
}

/// At noon of 2026-01-01.
fn context<'v>(variables: impl IntoIterator<Item = (&'v str, &'v str)>, config: &str) -> Context {
    let others = [("HOME", "/home/dev"), ("AWS_EC2_METADATA_DISABLED", "true")];
    let variables = others.into_iter().chain(variables);
    Context::new(variables, ManualTime::at_unix(1_767_268_800))
        .with_fs(Fs::from_slice(&[("/home/dev/.aws/config", config)]))
}

fn lookup(variables: &[(&str, &str)]) -> ClusterLookup {
    ClusterLookup::new(settings(variables, ""), region(), credentials())
}

/// A lookup that asks this service, as EKS and as STS.
fn lookup_at(service: &HttpService) -> ClusterLookup {
    lookup(&[("AWS_ENDPOINT_URL", &service.url())])
}

/// What EKS says about the cluster `prod`.
fn description() -> Value {
    json!({
        "name": "prod",
        "arn": "arn:aws:eks:eu-west-1:123456789012:cluster/prod",
        "status": "ACTIVE",
        "endpoint": ENDPOINT,
        "certificateAuthority": { "data": BASE64.encode(CA.as_bytes()) },
        "resourcesVpcConfig": {
            "vpcId": "vpc-0123456789abcdef0",
            "endpointPublicAccess": true,
            "endpointPrivateAccess": false,
            "publicAccessCidrs": ["203.0.113.0/24"],
        },
    })
}

/// The same, but for the value of this key.
fn description_with(key: &str, value: Value) -> Value {
    let mut description = description();
    description[key] = value;
    description
}

fn describing(cluster: Value) -> HttpService {
    HttpService::start(move |_| Answer::new(200, json!({ "cluster": cluster }).to_string()))
}

/// An EKS that refuses with this code, and an STS that knows who asks.
fn refusing(status: u16, code: &'static str, message: &'static str) -> HttpService {
    HttpService::start(move |request| match is_sts(request) {
        true => Answer::new(200, identity()),
        false => refusal(status, code, message),
    })
}

fn is_sts(request: &SentRequest) -> bool {
    request.form("Action").as_deref() == Some("GetCallerIdentity")
}

fn refusal(status: u16, code: &str, message: &str) -> Answer {
    Answer::new(status, json!({ "message": message }).to_string())
        .with_header("x-amzn-errortype", code)
}

fn identity() -> String {
    "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
     <GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/Deploy/ci</Arn>\
     <UserId>AROAEXAMPLE:ci</UserId><Account>123456789012</Account></GetCallerIdentityResult>\
     </GetCallerIdentityResponse>"
        .to_owned()
}

/// An error with its causes, as a person sees it.
fn told(error: &DescribeError) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(&format!(": {cause}"));
        next = cause.source();
    }
    text
}

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod key;
mod messages;
mod plan;
mod rereading;
mod role;

use aws_types::os_shim_internal::Fs;
use eksauth_testing::{ManualTime, SecretScan};

use super::*;
use crate::Context;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const ROLE: &str = "arn:aws:iam::123456789012:role/Deploy";

/// An access key in the environment.
const KEY: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", "AKIAOFTHEENVIRONMENT"),
    ("AWS_SECRET_ACCESS_KEY", SECRET),
];

/// Settings of somebody who has this configuration file.
fn settings(variables: &[(&str, &str)], config: &str, profile: Option<&str>) -> Settings {
    let home = [("HOME", "/home/dev")];
    let variables = home.iter().chain(variables);
    let variables = variables.map(|(name, value)| (String::from(*name), String::from(*value)));
    let files = Fs::from_slice(&[("/home/dev/.aws/config", config)]);
    let context = Context::new(variables, ManualTime::at_unix(0)).with_fs(files);
    Settings::load(context, profile).unwrap()
}

pub(super) fn chain(
    variables: &[(&str, &str)],
    config: &str,
    profile: Option<&str>,
) -> CredentialChain {
    let settings = settings(variables, config, profile);
    CredentialChain::new(Arc::new(settings), Region::new("eu-west-1").unwrap())
}

#[test]
fn debug_shows_no_secret() {
    let config = format!("[default]\naws_access_key_id = AKIA\naws_secret_access_key = {SECRET}\n");
    let role = AssumeRole::new(ROLE)
        .unwrap()
        .with_external_id("the-external-id-of-the-partner")
        .unwrap();
    let chain = chain(&KEY, &config, None).with_role(role.clone());
    let scan = SecretScan::new()
        .secret("secret key", SECRET)
        .secret("external id", "the-external-id-of-the-partner");
    scan.assert_clean("Debug", format!("{chain:?} {chain:#?} {role:?}"));

    let credentials = Credentials::new("AKIA", SECRET, Some(SECRET.to_owned()), None, "test");
    let signing = signing_credentials(&credentials);
    scan.assert_clean("Debug", format!("{signing:?} {signing:#?}"));
}

#[test]
fn what_signs_has_the_session_token_and_the_end_of_the_credentials() {
    let end = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000);
    let credentials = Credentials::new("ASIA", SECRET, Some("token".into()), Some(end), "test");
    let signing = signing_credentials(&credentials);
    assert_eq!(signing.access_key_id(), "ASIA");
    assert_eq!(signing.expiry().map(|it| it.as_second()), Some(1_000));

    let end_of_time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1 << 40);
    let credentials = Credentials::new("ASIA", SECRET, None, Some(end_of_time), "test");
    assert_eq!(signing_credentials(&credentials).expiry(), None);
}

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod endpoints;
mod files;
mod profiles;
mod regions;

use aws_types::os_shim_internal::Fs;
use eksauth_testing::{ManualTime, SecretScan};

use super::*;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const CONFIG: &str = "/home/dev/.aws/config";
const CREDENTIALS: &str = "/home/dev/.aws/credentials";

/// The environment of somebody who has these files.
fn context(variables: &[(&str, &str)], files: &[(&str, &str)]) -> Context {
    let home = [("HOME", "/home/dev")];
    let variables = home.iter().chain(variables);
    let variables = variables.map(|(name, value)| (String::from(*name), String::from(*value)));
    Context::new(variables, ManualTime::at_unix(0)).with_fs(Fs::from_slice(files))
}

fn settings(variables: &[(&str, &str)], config: &str) -> Settings {
    Settings::load(context(variables, &[(CONFIG, config)]), None).unwrap()
}

#[test]
fn debug_shows_no_secret() {
    let scan = SecretScan::new().secret("secret key", SECRET);
    let key = format!("[default]\naws_access_key_id = AKIA\naws_secret_access_key = {SECRET}\n");
    let context = context(
        &[("AWS_SECRET_ACCESS_KEY", SECRET)],
        &[(CONFIG, &key), (CREDENTIALS, &key)],
    );
    scan.assert_clean("Debug of the context", format!("{context:?} {context:#?}"));
    let settings = Settings::load(context, None).unwrap();
    scan.assert_clean("Debug", format!("{settings:?} {settings:#?}"));
    assert!(format!("{settings:?}").contains("/home/dev/.aws/config"));
}

#[test]
fn blank_variables_count_as_unset() {
    for blank in ["", " ", "\t"] {
        let settings = settings(
            &[
                ("AWS_PROFILE", blank),
                ("AWS_REGION", blank),
                ("AWS_DEFAULT_REGION", blank),
                ("AWS_CONFIG_FILE", blank),
                ("AWS_USE_FIPS_ENDPOINT", blank),
                ("AWS_CA_BUNDLE", blank),
            ],
            "[default]\nregion = eu-west-1\n",
        );
        assert_eq!(settings.profile().origin(), ProfileOrigin::Default);
        let (region, _) = settings.region().unwrap().unwrap();
        assert_eq!(region.as_str(), "eu-west-1");
        assert!(!settings.endpoint_options().unwrap().fips);
        assert_eq!(settings.ca_bundle(), None);
    }
}

#[test]
fn a_setting_is_taken_from_the_variable_before_the_profile() {
    let config = "[default]\nca_bundle = /of/the/profile\n";
    let bundle = |variables: &[(&str, &str)]| settings(variables, config).ca_bundle().unwrap();
    assert_eq!(bundle(&[]), PathBuf::from("/of/the/profile"));
    let variable = [("AWS_CA_BUNDLE", "/of/the/variable")];
    assert_eq!(bundle(&variable), PathBuf::from("/of/the/variable"));
}

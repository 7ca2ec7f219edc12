//! The SDK's chain of credential sources, asked with what this crate was handed.

use std::time::Duration;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_smithy_types::timeout::TimeoutConfig;
use eksauth_token::Region;

use super::CredentialError;
use crate::Settings;
use crate::settings::ProfileOrigin;
use crate::unlogged::unlogged;

/// An access key in the environment, which a profile that the caller names is to win over.
const ACCESS_KEY_VARIABLES: [&str; 4] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
];

pub(super) async fn resolve(
    settings: &Settings,
    region: &Region,
    profile: &str,
) -> Result<Credentials, CredentialError> {
    tracing::debug!(profile, "looking for credentials through the AWS SDK");
    let config = unlogged(loader(settings, region, profile).load()).await;
    let Some(provider) = config.credentials_provider() else {
        return Err(CredentialError::none_found(settings, profile));
    };
    let credentials = unlogged(provider.provide_credentials()).await;
    credentials.map_err(|error| CredentialError::of_chain(error, settings, profile))
}

/// The configuration of an AWS client with these credentials.
pub(super) async fn client_config(
    settings: &Settings,
    region: &Region,
    credentials: Credentials,
) -> SdkConfig {
    loader(settings, region, settings.profile().name())
        .credentials_provider(credentials)
        .load()
        .await
}

/// The configuration of AWS clients that get their credentials later.
pub(crate) async fn client_config_without_credentials(
    settings: &Settings,
    region: &Region,
) -> SdkConfig {
    loader(settings, region, settings.profile().name())
        .no_credentials()
        .load()
        .await
}

fn loader(settings: &Settings, region: &Region, profile: &str) -> aws_config::ConfigLoader {
    let context = settings.context();
    let left_out: &[&str] = match settings.profile().origin() {
        ProfileOrigin::Given => &ACCESS_KEY_VARIABLES,
        _ => &[],
    };
    aws_config::defaults(BehaviorVersion::latest())
        .env(context.env_without(left_out))
        .fs(context.fs().clone())
        .time_source(context.time_source())
        .http_client(context.http_client(settings.ca_bundle()))
        .profile_files(settings.files().for_sdk())
        .profile_name(profile)
        .retry_config(settings.retry_config())
        .timeout_config(timeouts())
        .region(aws_types::region::Region::new(region.as_str().to_owned()))
}

/// The SDK waits for a connection for a few seconds, and for an answer for ever.
fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .operation_attempt_timeout(Duration::from_secs(20))
        .operation_timeout(Duration::from_secs(60))
        .build()
}

//! Access keys that are written down: in the environment or in a profile.
//!
//! They are taken here rather than through the SDK's chain because they need none of what the chain
//! sets up for the sources behind them, which is most of the time that signing a token takes.

use aws_credential_types::Credentials;

use crate::settings::value;
use crate::{Context, Settings};

/// Settings of a profile that come before its access key, in the order of the AWS SDKs.
const PRECEDING: [&str; 8] = [
    "role_arn",
    "source_profile",
    "credential_source",
    "web_identity_token_file",
    "sso_session",
    "sso_start_url",
    "login_session",
    "credential_process",
];

/// The access key in the environment.
pub(super) fn of_environment(context: &Context) -> Option<Credentials> {
    let id = context.var("AWS_ACCESS_KEY_ID")?;
    let secret = context.var("AWS_SECRET_ACCESS_KEY")?;
    let session_token = context
        .var("AWS_SESSION_TOKEN")
        .map(|it| it.trim().to_owned());
    Some(Credentials::new(
        id,
        secret,
        session_token,
        None,
        "Environment",
    ))
}

/// The access key of a profile that has nothing else to offer.
pub(super) fn of_plain_profile(settings: &Settings, profile: &str) -> Option<Credentials> {
    let section = settings.section(profile)?;
    let plain = PRECEDING.iter().all(|key| value(section, key).is_none());
    plain.then(|| of_profile(settings, profile)).flatten()
}

/// The access key of a profile, whatever else it has.
pub(super) fn of_profile(settings: &Settings, profile: &str) -> Option<Credentials> {
    let section = settings.section(profile)?;
    let id = value(section, "aws_access_key_id")?;
    let secret = value(section, "aws_secret_access_key")?;
    let session_token = value(section, "aws_session_token").map(str::to_owned);
    Some(Credentials::new(id, secret, session_token, None, "Profile"))
}

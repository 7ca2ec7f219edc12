//! What tells one set of cached credentials from another.

use data_encoding::HEXLOWER;
use eksauth_token::Region;
use sha1::{Digest as _, Sha1};

use super::plan::{Base, Plan};
use crate::Settings;
use crate::settings::{digest, value};

/// Environment variables that decide whose credentials the SDK's chain returns. The access key id
/// stands for the whole key; secrets are left out, so that not even a hash of one is written.
const VARIABLES: [&str; 15] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_SSO",
    "AWS_ENDPOINT_URL_SSO_OIDC",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
];

/// The name of a cache entry: a hash of everything that determines the credentials in it.
pub(crate) struct CacheKey(String);

impl CacheKey {
    pub(super) fn new(settings: &Settings, region: &Region, plan: &Plan) -> Self {
        let mut parts: Vec<Vec<u8>> = vec![
            b"eksauth credential cache 1".to_vec(),
            settings.files().digest().to_vec(),
            settings.profile().name().into(),
            format!("{:?}", settings.profile().origin()).into(),
            region.as_str().into(),
            base_part(&plan.base),
            sso_session(settings),
        ];
        for name in VARIABLES {
            parts.push(settings.context().var(name).unwrap_or_default().into());
        }
        for role in &plan.roles {
            parts.extend(role.key_parts().map(Into::into));
        }
        Self(HEXLOWER.encode(&digest(parts.iter().map(Vec::as_slice))))
    }

    /// A name of the test's choice.
    #[cfg(test)]
    pub(crate) fn named(name: &str) -> Self {
        Self(name.to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

fn base_part(base: &Base) -> Vec<u8> {
    match base {
        Base::Static(keys) => format!("static {}", keys.access_key_id()).into(),
        Base::Chain { profile } => format!("chain {profile}").into(),
    }
}

/// The SSO sign-in that the profile rests on: after a sign-out or another sign-in, what was cached
/// must not be found any more.
fn sso_session(settings: &Settings) -> Vec<u8> {
    let Some(section) = settings.section(settings.profile().name()) else {
        return Vec::new();
    };
    let source = value(section, "source_profile").and_then(|name| settings.section(name));
    let identifier = [Some(section), source]
        .into_iter()
        .flatten()
        .find_map(|section| {
            value(section, "sso_session").or_else(|| value(section, "sso_start_url"))
        });
    let (Some(identifier), Some(home)) = (identifier, settings.context().home()) else {
        return Vec::new();
    };
    let name = format!(
        "{}.json",
        HEXLOWER.encode(&Sha1::digest(identifier.as_bytes()))
    );
    let path = home.join(".aws/sso/cache").join(name);
    let session = crate::settings::read(settings.context(), &path).unwrap_or_default();
    digest([session.as_slice()]).to_vec()
}

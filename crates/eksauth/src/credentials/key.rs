//! What tells one set of cached credentials from another.

use std::collections::BTreeSet;
use std::iter::successors;
use std::path::Path;

use aws_runtime::env_config::section::Profile;
use data_encoding::HEXLOWER;
use eksauth_token::Region;
use sha1::{Digest as _, Sha1};
use zeroize::Zeroizing;

use super::plan::{Base, Plan};
use crate::Settings;
use crate::settings::{digest, read, value};

/// Environment variables that decide whose credentials the SDK's chain returns. The access key id
/// stands for the whole key.
const VARIABLES: [&str; 17] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    "AWS_LOGIN_CACHE_DIRECTORY",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_SSO",
    "AWS_ENDPOINT_URL_SSO_OIDC",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
];

/// The longest chain of source profiles that is followed: longer than any that people write, and an
/// end to one that runs in circles.
const LONGEST_CHAIN: usize = 16;

/// The name of a cache entry: a hash of everything that determines the credentials in it.
///
/// Secrets are among that: those in the profile files, the token for the container's endpoint and the
/// SSO token. They are hashed together with all the rest, never on their own, so the name gives no
/// more away than one SHA-256 over all of it.
#[derive(Clone)]
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
            sso_sessions(settings),
            container_authorization(settings),
        ];
        for name in VARIABLES {
            parts.push(settings.context().var(name).unwrap_or_default().into());
        }
        for role in &plan.roles {
            parts.extend(role.key_parts().map(Into::into));
        }
        Self(HEXLOWER.encode(&digest(parts.iter().map(Vec::as_slice))))
    }

    /// The key of a test's choice.
    #[cfg(test)]
    pub(crate) fn named(name: &str) -> Self {
        Self(HEXLOWER.encode(&digest([name.as_bytes()])))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

fn base_part(base: &Base) -> Vec<u8> {
    match base {
        Base::Static(keys) => format!("static {}", keys.access_key_id()).into(),
        Base::Chain { profile } => format!("chain {profile}").into(),
        // Nothing is kept that is based on it.
        Base::Provider(_) => "provider".to_owned().into(),
    }
}

/// What proves to the container's endpoint who is asking, and so decides who it answers for.
fn container_authorization(settings: &Settings) -> Vec<u8> {
    let context = settings.context();
    let token = context.var("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    let file = context.var("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    let in_file = file.and_then(|path| read(context, Path::new(&path)).ok());
    let token = Zeroizing::new(token.unwrap_or_default());
    let in_file = Zeroizing::new(in_file.unwrap_or_default());
    digest([token.as_bytes(), in_file.as_slice()]).to_vec()
}

/// The SSO sign-ins that the profile and its source profiles rest on: after a sign-out or another
/// sign-in, what was cached must not be found any more.
fn sso_sessions(settings: &Settings) -> Vec<u8> {
    let Some(home) = settings.context().home() else {
        return Vec::new();
    };
    let source = |section: &&Profile| settings.section(value(section, "source_profile")?);
    // A set, since a chain that runs in circles comes by the same one again and again.
    let identifiers: BTreeSet<&str> =
        successors(settings.section(settings.profile().name()), source)
            .take(LONGEST_CHAIN)
            .filter_map(|it| value(it, "sso_session").or_else(|| value(it, "sso_start_url")))
            .collect();
    let sessions = identifiers.into_iter().map(|identifier| {
        let name = HEXLOWER.encode(&Sha1::digest(identifier.as_bytes()));
        let path = home.join(".aws/sso/cache").join(name + ".json");
        Zeroizing::new(read(settings.context(), &path).unwrap_or_default())
    });
    let sessions: Vec<_> = sessions.collect();
    digest(sessions.iter().map(|it| it.as_slice())).to_vec()
}

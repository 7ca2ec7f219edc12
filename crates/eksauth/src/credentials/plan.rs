//! Where credentials come from, decided before anything is asked.

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;

use super::role::{AssumeRole, SessionName};
use super::{CredentialError, static_keys};
use crate::Settings;
use crate::settings::{ProfileOrigin, value};

/// Base credentials and the roles to assume with them, one after the other.
pub(super) struct Plan {
    pub(super) base: Base,
    pub(super) roles: Vec<AssumeRole>,
    /// The profile asks for MFA or a duration, but its `credential_source` leaves the role to the
    /// SDK, which knows neither.
    pub(super) leaves_out: bool,
}

pub(super) enum Base {
    /// An access key that is written down.
    Static(Credentials),
    /// The SDK's chain, with this profile.
    Chain { profile: String },
    /// A provider of the caller's.
    Provider(SharedCredentialsProvider),
}

impl Plan {
    pub(super) fn new(
        settings: &Settings,
        role: Option<&AssumeRole>,
    ) -> Result<Self, CredentialError> {
        let mut plan = Self::of_settings(settings)?;
        plan.roles.extend(role.cloned());
        Ok(plan)
    }

    /// Credentials of a provider of the caller's, and a role on top.
    pub(super) fn on(provider: SharedCredentialsProvider, role: Option<&AssumeRole>) -> Self {
        let mut plan = Self::without_roles(Base::Provider(provider));
        plan.roles.extend(role.cloned());
        plan
    }

    fn of_settings(settings: &Settings) -> Result<Self, CredentialError> {
        let profile = settings.profile();
        if profile.origin() != ProfileOrigin::Given
            && let Some(keys) = static_keys::of_environment(settings.context())
        {
            return Ok(Self::without_roles(Base::Static(keys)));
        }
        let chain = RoleChain::follow(settings, profile.name())?;
        if chain.beyond_sdk && chain.known_base {
            return Ok(Self {
                base: chain.base,
                roles: chain.roles,
                leaves_out: false,
            });
        }
        let plan = Self::without_roles(of_profile(settings, profile.name()));
        Ok(Self {
            leaves_out: chain.beyond_sdk,
            ..plan
        })
    }

    fn without_roles(base: Base) -> Self {
        Self {
            base,
            roles: Vec::new(),
            leaves_out: false,
        }
    }

    /// Whether following it costs a network call or a prompt that a cache can save.
    pub(super) fn is_costly(&self, settings: &Settings) -> bool {
        match &self.base {
            _ if !self.roles.is_empty() => true,
            Base::Static(_) | Base::Provider(_) => false,
            Base::Chain { profile } => {
                profile_calls_aws(settings, profile)
                    || settings
                        .context()
                        .var("AWS_WEB_IDENTITY_TOKEN_FILE")
                        .is_some()
            }
        }
    }

    /// Whether the session name of the first role is that of a caller whom only the resolved base
    /// credentials tell: no key can have it in it.
    pub(super) fn forwards_an_unknown_name(&self) -> bool {
        matches!(self.base, Base::Chain { .. })
            && self.roles.first().is_some_and(AssumeRole::forwards_name)
    }
}

fn of_profile(settings: &Settings, profile: &str) -> Base {
    match static_keys::of_plain_profile(settings, profile) {
        Some(keys) => Base::Static(keys),
        None => Base::Chain {
            profile: profile.to_owned(),
        },
    }
}

fn profile_calls_aws(settings: &Settings, profile: &str) -> bool {
    settings.section(profile).is_some_and(|section| {
        ["role_arn", "sso_session", "sso_start_url"]
            .iter()
            .any(|key| value(section, key).is_some())
    })
}

/// The roles of a profile and of its source profiles.
struct RoleChain {
    base: Base,
    /// In the order in which to assume them.
    roles: Vec<AssumeRole>,
    /// A profile sets what the SDK's own chain does not know.
    beyond_sdk: bool,
    /// The base is not the chain itself, which would assume the roles again.
    known_base: bool,
}

impl RoleChain {
    /// Follows `source_profile` from role to role.
    fn follow(settings: &Settings, start: &str) -> Result<Self, CredentialError> {
        let mut visited: Vec<&str> = Vec::new();
        let mut roles = Vec::new();
        let mut beyond_sdk = false;
        let mut name = start;
        let base = loop {
            // As in the AWS SDKs, a source that has an access key is not asked for its role.
            if !visited.is_empty()
                && let Some(keys) = static_keys::of_profile(settings, name)
            {
                break Base::Static(keys);
            }
            let Some(section) = settings.section(name) else {
                break of_profile(settings, name);
            };
            let web_identity = value(section, "web_identity_token_file").is_some();
            let Some(arn) = value(section, "role_arn").filter(|_| !web_identity) else {
                break of_profile(settings, name);
            };
            if visited.contains(&name) {
                break Base::Chain {
                    profile: name.to_owned(),
                };
            }
            visited.push(name);
            let role =
                AssumeRole::of_profile(arn, section).map_err(|source| CredentialError::Role {
                    profile: name.to_owned(),
                    source,
                })?;
            beyond_sdk |= role.mfa_serial().is_some() || role.duration().is_some();
            roles.push(role);
            match (
                value(section, "source_profile"),
                value(section, "credential_source"),
            ) {
                (Some(source), None) => name = source,
                (None, Some(source)) if source.eq_ignore_ascii_case("Environment") => {
                    match static_keys::of_environment(settings.context()) {
                        Some(keys) => {
                            // The SDK's chain does not see them when a profile was named.
                            beyond_sdk = true;
                            break Base::Static(keys);
                        }
                        None => {
                            break Base::Chain {
                                profile: start.to_owned(),
                            };
                        }
                    }
                }
                // The SDK knows the other sources, and has the better words for a contradiction.
                _ => {
                    break Base::Chain {
                        profile: start.to_owned(),
                    };
                }
            }
        };
        roles.reverse();
        let known_base =
            !matches!(&base, Base::Chain { profile } if visited.contains(&profile.as_str()));
        Ok(Self {
            base,
            roles,
            beyond_sdk,
            known_base,
        })
    }
}

impl AssumeRole {
    fn of_profile(
        arn: &str,
        section: &aws_runtime::env_config::section::Profile,
    ) -> Result<Self, super::InvalidRole> {
        let mut role = Self::new(arn)?;
        if let Some(external_id) = value(section, "external_id") {
            role = role.with_external_id(external_id)?;
        }
        if let Some(name) = value(section, "role_session_name") {
            role = role.with_session_name(SessionName::named(name)?);
        }
        if let Some(serial) = value(section, "mfa_serial") {
            role = role.with_mfa_serial(serial);
        }
        if let Some(seconds) = value(section, "duration_seconds") {
            role = role.with_duration_text(seconds)?;
        }
        Ok(role)
    }
}

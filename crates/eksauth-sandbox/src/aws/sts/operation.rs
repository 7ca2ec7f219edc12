//! What STS can be asked.

use super::refusals;
use crate::aws::parameters::Parameters;
use crate::aws::refusal::Refusal;

/// The only version of the API that ever was.
const VERSION: &str = "2011-06-15";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    GetCallerIdentity,
    AssumeRole,
    AssumeRoleWithWebIdentity,
    GetSessionToken,
}

impl Operation {
    const ALL: [Self; 4] = [
        Self::GetCallerIdentity,
        Self::AssumeRole,
        Self::AssumeRoleWithWebIdentity,
        Self::GetSessionToken,
    ];

    pub(super) fn of(parameters: &Parameters) -> Result<Self, Refusal> {
        let action = parameters
            .get("Action")
            .ok_or_else(refusals::missing_action)?;
        let version = parameters.get("Version").unwrap_or("NO_VERSION_SPECIFIED");
        let known = Self::ALL.into_iter().find(|it| it.name() == action);
        known
            .filter(|_| version == VERSION)
            .ok_or_else(|| refusals::invalid_action(action, version))
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::GetCallerIdentity => "GetCallerIdentity",
            Self::AssumeRole => "AssumeRole",
            Self::AssumeRoleWithWebIdentity => "AssumeRoleWithWebIdentity",
            Self::GetSessionToken => "GetSessionToken",
        }
    }

    /// The names of the two elements around an answer.
    pub(super) fn envelope(self) -> (&'static str, &'static str) {
        match self {
            Self::GetCallerIdentity => ("GetCallerIdentityResponse", "GetCallerIdentityResult"),
            Self::AssumeRole => ("AssumeRoleResponse", "AssumeRoleResult"),
            Self::AssumeRoleWithWebIdentity => (
                "AssumeRoleWithWebIdentityResponse",
                "AssumeRoleWithWebIdentityResult",
            ),
            Self::GetSessionToken => ("GetSessionTokenResponse", "GetSessionTokenResult"),
        }
    }
}

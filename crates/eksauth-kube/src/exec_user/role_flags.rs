//! The role to assume before signing, before all sources have been asked.

use std::time::Duration;

use eksauth::{AssumeRole, SessionName};

use super::NotTaken;

/// What is known of the role. An empty text is a decision for none, which no other source fills.
#[derive(Clone, Default, PartialEq)]
pub(super) struct RoleFlags {
    pub(super) arn: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) session_name: Option<String>,
    pub(super) forward_session_name: Option<bool>,
    pub(super) duration: Option<String>,
    pub(super) mfa_serial: Option<String>,
    /// For a session that nobody has named.
    pub(super) default_session_name: Option<&'static str>,
}

impl RoleFlags {
    /// The role that the flags describe; without an ARN the others have no effect.
    pub(super) fn to_role(&self) -> Result<Option<AssumeRole>, NotTaken> {
        let Some(arn) = filled(self.arn.as_deref()) else {
            return Ok(None);
        };
        let mut role = AssumeRole::new(arn)
            .and_then(|role| self.with_terms(role))
            .map_err(|source| NotTaken::malformed("role", source))?;
        if let Some(seconds) = &self.duration {
            role = with_duration(role, seconds)?;
        }
        Ok(Some(role))
    }

    /// Whether the flags say how the session is named.
    pub(super) fn names_session(&self) -> bool {
        self.session_name.is_some() || self.forward_session_name == Some(true)
    }

    fn with_terms(&self, mut role: AssumeRole) -> Result<AssumeRole, eksauth::InvalidRole> {
        if let Some(external_id) = filled(self.external_id.as_deref()) {
            role = role.with_external_id(external_id)?;
        }
        if let Some(serial) = &self.mfa_serial {
            role = role.with_mfa_serial(serial);
        }
        if self.forward_session_name == Some(true) {
            return Ok(role.with_session_name(SessionName::forwarded()));
        }
        let name = self.session_name.as_deref().or(self.default_session_name);
        match filled(name) {
            Some(name) => Ok(role.with_session_name(SessionName::named(name)?)),
            None => Ok(role),
        }
    }
}

fn with_duration(role: AssumeRole, seconds: &str) -> Result<AssumeRole, NotTaken> {
    const PART: &str = "duration of the role's session";
    let seconds = seconds
        .parse()
        .map_err(|source: std::num::ParseIntError| NotTaken::malformed(PART, source))?;
    role.with_duration(Duration::from_secs(seconds))
        .map_err(|source| NotTaken::malformed(PART, source))
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|it| !it.is_empty())
}

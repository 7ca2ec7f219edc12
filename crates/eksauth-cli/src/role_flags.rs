//! The role to assume before signing.

use std::time::Duration;

use clap::Args;
use eksauth::{AssumeRole, SessionName};

use crate::failed::Failed;

/// The role to assume before signing, in the spellings of both incumbents.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct RoleFlags {
    /// ARN of a role to assume before signing
    #[arg(
        short = 'r',
        long = "role-arn",
        visible_alias = "role",
        value_name = "ARN"
    )]
    pub(crate) role_arn: Option<String>,

    /// External id that the role's trust policy asks for
    #[arg(short = 'e', long, value_name = "ID")]
    pub(crate) external_id: Option<String>,

    /// Name of the role's session [default: eksauth]
    #[arg(
        short = 's',
        long,
        value_name = "NAME",
        conflicts_with = "forward_session_name"
    )]
    pub(crate) session_name: Option<String>,

    /// Name the role's session like that of the credentials it is assumed with
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(value_name = "BOOL", hide_possible_values = true)]
    pub(crate) forward_session_name: Option<bool>,

    /// How long the role's session lasts, in seconds [default: one hour]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) duration: Option<u64>,

    /// Serial number or ARN of the MFA device that the role's trust policy asks for
    #[arg(long, value_name = "SERIAL")]
    pub(crate) mfa_serial: Option<String>,
}

impl RoleFlags {
    /// Whether the flags say how the session is named.
    pub(crate) fn names_session(&self) -> bool {
        self.session_name.is_some() || self.forward_session_name == Some(true)
    }

    /// The role that the flags describe; without an ARN the others have no effect.
    pub(crate) fn to_role(&self) -> Result<Option<AssumeRole>, Failed> {
        let Some(arn) = self.role_arn.as_deref().filter(|arn| !arn.is_empty()) else {
            return Ok(None);
        };
        let mut role = AssumeRole::new(arn)?;
        if let Some(external_id) = self.external_id.as_deref().filter(|it| !it.is_empty()) {
            role = role.with_external_id(external_id)?;
        }
        if self.forward_session_name == Some(true) {
            role = role.with_session_name(SessionName::forwarded());
        } else if let Some(name) = self.session_name.as_deref().filter(|it| !it.is_empty()) {
            role = role.with_session_name(SessionName::named(name)?);
        }
        if let Some(seconds) = self.duration {
            role = role.with_duration(Duration::from_secs(seconds))?;
        }
        if let Some(serial) = &self.mfa_serial {
            role = role.with_mfa_serial(serial);
        }
        Ok(Some(role))
    }
}

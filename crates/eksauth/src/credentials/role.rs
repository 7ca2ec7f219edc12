//! A role to assume.

use std::fmt;
use std::time::Duration;

use eksauth_token::{Arn, ArnError};

use super::source_arn::SourceArn;

/// How long STS lets a session last: from a quarter of an hour to half a day.
const DURATIONS: std::ops::RangeInclusive<Duration> =
    Duration::from_secs(15 * 60)..=Duration::from_secs(12 * 60 * 60);

/// A role to assume, and how.
///
/// # Examples
///
/// ```
/// use eksauth::{AssumeRole, SessionName};
///
/// let role = AssumeRole::new("arn:aws:iam::123456789012:role/Deploy")?
///     .with_external_id("our-agreement")?
///     .with_session_name(SessionName::named("dev@example.com")?);
/// assert_eq!(role.arn(), "arn:aws:iam::123456789012:role/Deploy");
///
/// let error = AssumeRole::new("Deploy").unwrap_err();
/// assert!(error.to_string().contains("expected the ARN of an IAM role"));
/// # Ok::<(), eksauth::InvalidRole>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct AssumeRole {
    arn: String,
    pub(super) external_id: Option<String>,
    pub(super) session_name: SessionName,
    duration: Option<Duration>,
    mfa_serial: Option<String>,
    pub(super) source: Option<SourceArn>,
}

/// The name of the session, which CloudTrail and the cluster see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionName(pub(super) SessionNameChoice);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum SessionNameChoice {
    #[default]
    Fixed,
    Named(String),
    Forwarded,
}

impl SessionName {
    /// A name of the caller's choice.
    ///
    /// # Errors
    ///
    /// [`InvalidRole::SessionName`] when it is not 2 to 64 letters, digits and `_+=,.@-`.
    pub fn named(name: impl Into<String>) -> Result<Self, InvalidRole> {
        let name = name.into();
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b);
        if !(2..=64).contains(&name.len()) || !name.bytes().all(allowed) {
            return Err(InvalidRole::SessionName {
                found: shown(&name),
            });
        }
        Ok(Self(SessionNameChoice::Named(name)))
    }

    /// The session name of the base credentials, as STS reports it; when they have none, the
    /// default.
    pub fn forwarded() -> Self {
        Self(SessionNameChoice::Forwarded)
    }
}

impl AssumeRole {
    /// A role, assumed for an hour under the session name `eksauth`.
    ///
    /// # Errors
    ///
    /// [`InvalidRole::Arn`] when it is not the ARN of a role.
    pub fn new(arn: impl Into<String>) -> Result<Self, InvalidRole> {
        let arn = arn.into();
        match Arn::parse(&arn) {
            Ok(it) if it.service() == "iam" && is_role(it.resource()) => {}
            Ok(_) => {
                return Err(InvalidRole::Arn {
                    found: shown(&arn),
                    source: None,
                });
            }
            Err(error) => {
                return Err(InvalidRole::Arn {
                    found: shown(&arn),
                    source: Some(error),
                });
            }
        }
        Ok(Self {
            arn,
            external_id: None,
            session_name: SessionName::default(),
            duration: None,
            mfa_serial: None,
            source: None,
        })
    }

    /// The external id that the role's trust policy asks for.
    ///
    /// # Errors
    ///
    /// [`InvalidRole::ExternalId`] when it is not 2 to 1224 letters, digits and `_+=,.@:/-`.
    pub fn with_external_id(mut self, external_id: impl Into<String>) -> Result<Self, InvalidRole> {
        let external_id = external_id.into();
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"_+=,.@:/-".contains(&b);
        if !(2..=1224).contains(&external_id.len()) || !external_id.bytes().all(allowed) {
            return Err(InvalidRole::ExternalId);
        }
        self.external_id = Some(external_id);
        Ok(self)
    }

    /// The name of the session.
    #[must_use]
    pub fn with_session_name(mut self, session_name: SessionName) -> Self {
        self.session_name = session_name;
        self
    }

    /// How long the session lasts. The role's own maximum, an hour unless raised, may be lower.
    ///
    /// # Errors
    ///
    /// [`InvalidRole::Duration`] outside 15 minutes to 12 hours.
    pub fn with_duration(mut self, duration: Duration) -> Result<Self, InvalidRole> {
        if !DURATIONS.contains(&duration) {
            return Err(InvalidRole::Duration {
                found: format!("{} s", duration.as_secs()),
            });
        }
        self.duration = Some(duration);
        Ok(self)
    }

    /// The serial number or ARN of the MFA device that the role's trust policy asks for.
    #[must_use]
    pub fn with_mfa_serial(mut self, serial: impl Into<String>) -> Self {
        self.mfa_serial = Some(serial.into());
        self
    }

    /// The ARN of the resource on whose behalf the role is assumed, such as a cluster. STS is told of it and
    /// of its account, for trust policies that look at `aws:SourceArn` and `aws:SourceAccount`: a signed
    /// request has them in the headers `x-amz-source-arn` and `x-amz-source-account`.
    ///
    /// # Errors
    ///
    /// [`InvalidRole::SourceArn`] when it is no ARN, has no account, or has characters that are not visible
    /// ASCII.
    pub fn with_source_arn(mut self, arn: impl Into<String>) -> Result<Self, InvalidRole> {
        self.source = Some(SourceArn::new(arn.into())?);
        Ok(self)
    }

    /// The role's ARN.
    pub fn arn(&self) -> &str {
        &self.arn
    }

    pub(super) fn duration(&self) -> Option<Duration> {
        self.duration
    }

    pub(super) fn mfa_serial(&self) -> Option<&str> {
        self.mfa_serial.as_deref()
    }

    pub(super) fn forwards_name(&self) -> bool {
        self.session_name.0 == SessionNameChoice::Forwarded
    }

    pub(super) fn with_duration_text(self, seconds: &str) -> Result<Self, InvalidRole> {
        let parsed = seconds.trim().parse().map(Duration::from_secs);
        self.with_duration(parsed.map_err(|_| InvalidRole::Duration {
            found: shown(seconds),
        })?)
    }

    /// Everything that tells one session from another, for the key of a cache.
    pub(super) fn key_parts(&self) -> [String; 6] {
        let session_name = match &self.session_name.0 {
            SessionNameChoice::Fixed => String::new(),
            SessionNameChoice::Named(name) => format!("named {name}"),
            SessionNameChoice::Forwarded => "forwarded".to_owned(),
        };
        [
            self.arn.clone(),
            self.external_id.clone().unwrap_or_default(),
            session_name,
            self.duration.map_or(0, |it| it.as_secs()).to_string(),
            self.mfa_serial.clone().unwrap_or_default(),
            (self.source.as_ref()).map_or(String::new(), |it| it.as_str().to_owned()),
        ]
    }
}

impl fmt::Debug for AssumeRole {
    /// Leaves the external id out, which is often kept like a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssumeRole")
            .field("arn", &self.arn)
            .field("session_name", &self.session_name)
            .field("duration", &self.duration)
            .field("mfa_serial", &self.mfa_serial)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

/// Why a role cannot be asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRole {
    /// Not the ARN of a role.
    #[error(
        "expected the ARN of an IAM role (`arn:aws:iam::<account>:role/<name>`), but found `{found}`"
    )]
    Arn {
        /// The text, escaped and cut to a readable length.
        found: String,
        /// What is wrong with it as an ARN, if it is none.
        source: Option<ArnError>,
    },
    /// A session name that STS refuses.
    #[error(
        "expected a session name of 2 to 64 letters, digits and `_+=,.@-`, but found `{found}`"
    )]
    SessionName {
        /// The text, escaped and cut to a readable length.
        found: String,
    },
    /// An external id that STS refuses. It is often kept like a password, so it is not repeated.
    #[error(
        "expected an external id of 2 to 1224 letters, digits and `_+=,.@:/-`, but found another one"
    )]
    ExternalId,
    /// A duration that STS refuses.
    #[error("expected a session duration from 900 to 43200 seconds, but found `{found}`")]
    Duration {
        /// What was found.
        found: String,
    },
    /// Nothing on whose behalf a role can be assumed.
    #[error(
        "expected the ARN of a resource with its account, such as \
         `arn:aws:eks:<region>:<account>:cluster/<name>`, but found `{found}`"
    )]
    SourceArn {
        /// The text, escaped and cut to a readable length.
        found: String,
        /// What is wrong with it as an ARN, if it is none.
        source: Option<ArnError>,
    },
}

fn is_role(resource: &str) -> bool {
    resource
        .strip_prefix("role/")
        .is_some_and(|name| !name.is_empty())
}

pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 128;
    text.escape_default().take(LONGEST).collect()
}

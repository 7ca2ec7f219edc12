//! Why there are no credentials, in terms of what a user can do about it.

use std::error::Error;
use std::fmt;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::{InvalidRole, MfaError};
use crate::settings::{ProfileOrigin, value};
use crate::{Settings, SettingsError};

/// Why there are no credentials.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialError {
    /// No source had any.
    #[error(
        "expected AWS credentials, but found none. Tried:\n{}\nWhat to do: {ADVICE}",
        bulleted(tried)
    )]
    NoneFound {
        /// What was tried, a sentence for each source.
        tried: Vec<String>,
    },
    /// The files could be read once, and cannot now.
    #[error("could not read the settings of the AWS tools again")]
    Settings(#[source] SettingsError),
    /// The sign-in that a profile rests on is over.
    #[error(
        "expected a valid sign-in for the profile `{profile}`, but it has expired or there is none: \
         run `{command}`"
    )]
    SignInExpired {
        /// The profile.
        profile: String,
        /// The command that renews it.
        command: String,
        /// What the AWS SDK says.
        #[source]
        source: Failure,
    },
    /// A role in a profile is not well-formed.
    #[error("expected a usable role in the profile `{profile}`")]
    Role {
        /// The profile.
        profile: String,
        /// What is wrong with it.
        #[source]
        source: InvalidRole,
    },
    /// A role that demands an MFA code.
    #[error("could not assume the role `{role}`")]
    Mfa {
        /// The role.
        role: String,
        /// Why there is no code.
        #[source]
        source: MfaError,
    },
    /// STS refused or could not be reached.
    #[error("{}", sts_message(*operation, role, code.as_deref()))]
    Sts {
        /// What was asked of it.
        operation: RoleOperation,
        /// The role that was to be assumed.
        role: String,
        /// AWS's error code, such as `AccessDenied`; `None` when there was no answer.
        code: Option<String>,
        /// What the AWS SDK says.
        #[source]
        source: Failure,
    },
    /// A provider of the caller's gave none.
    #[error("could not get credentials from the provider")]
    Provider {
        /// What it says.
        #[source]
        source: Failure,
    },
    /// A source had credentials but could not give them.
    #[error("could not get credentials from the profile `{profile}` or the sources behind it")]
    Source {
        /// The active profile.
        profile: String,
        /// What the AWS SDK says.
        #[source]
        source: Failure,
    },
}

const ADVICE: &str = "name another profile (AWS_PROFILE, or `--profile` of a command line), sign in \
                      with `aws sso login` or `aws login`, or store an access key with `aws configure`";

/// A call to STS on the way to a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RoleOperation {
    /// `sts:AssumeRole`.
    AssumeRole,
    /// `sts:GetCallerIdentity`, to forward the session name.
    GetCallerIdentity,
}

/// What the AWS SDK says of a failure: its chain of causes, flattened to text.
///
/// The SDK's own error values can hold requests and responses; their texts do not.
pub struct Failure(Vec<String>);

impl Failure {
    pub(crate) fn of(error: &(dyn Error + 'static)) -> Self {
        let mut texts: Vec<String> = Vec::new();
        let mut next = Some(error);
        while let Some(error) = next {
            let text = error.to_string();
            if texts.last() != Some(&text) {
                texts.push(text);
            }
            next = error.source();
        }
        Self(texts)
    }

    /// In the words of AWS, or of this crate; the first line of them. What AWS adds about a signature
    /// that does not fit is the request as it should have been, session token and all.
    pub(crate) fn said(text: &str) -> Self {
        Self(vec![text.lines().next().unwrap_or_default().to_owned()])
    }

    fn mentions(&self, text: &str) -> bool {
        self.0.iter().any(|it| it.contains(text))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(": "))
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Failure({self})")
    }
}

impl Error for Failure {}

impl CredentialError {
    pub(super) fn of_chain(error: CredentialsError, settings: &Settings, profile: &str) -> Self {
        let source = Failure::of(&error);
        if matches!(error, CredentialsError::CredentialsNotLoaded(_)) {
            return Self::none_found(settings, profile);
        }
        match sign_in_command(settings, profile) {
            Some(command) if is_about_sign_in(&source) => Self::SignInExpired {
                profile: profile.to_owned(),
                command,
                source,
            },
            _ => Self::Source {
                profile: profile.to_owned(),
                source,
            },
        }
    }

    pub(super) fn of_provider(error: CredentialsError) -> Self {
        Self::Provider {
            source: Failure::of(&error),
        }
    }

    pub(super) fn of_sts(operation: RoleOperation, role: String, error: StsFailure) -> Self {
        Self::Sts {
            operation,
            role,
            code: error.code,
            source: error.failure,
        }
    }

    pub(super) fn none_found(settings: &Settings, profile: &str) -> Self {
        Self::NoneFound {
            tried: tried(settings, profile),
        }
    }
}

/// An error of the STS client, reduced to its code and its text.
pub(super) struct StsFailure {
    code: Option<String>,
    failure: Failure,
}

impl<E> From<aws_sdk_sts::error::SdkError<E>> for StsFailure
where
    E: Error + ProvideErrorMetadata + 'static,
{
    fn from(error: aws_sdk_sts::error::SdkError<E>) -> Self {
        let code = error.code().map(str::to_owned);
        let failure = match error.message() {
            // What AWS itself says is better than the SDK's account of it.
            Some(message) => Failure::said(message),
            None => Failure::of(&error as &(dyn Error + 'static)),
        };
        Self { code, failure }
    }
}

impl From<&str> for StsFailure {
    fn from(text: &str) -> Self {
        Self {
            code: None,
            failure: Failure::said(text),
        }
    }
}

fn sts_message(operation: RoleOperation, role: &str, code: Option<&str>) -> String {
    let action = match operation {
        RoleOperation::AssumeRole => "could not assume the role",
        RoleOperation::GetCallerIdentity => {
            "could not find the session name to forward to the role"
        }
    };
    let (code, advice) = match code {
        Some("AccessDenied") => (
            " (AccessDenied)",
            ": check that the role exists, that its trust policy names you, and that external id \
             and MFA are given if it asks for them",
        ),
        Some("ExpiredToken" | "ExpiredTokenException") => (
            " (ExpiredToken)",
            ": the base credentials have expired, renew them",
        ),
        Some("InvalidClientTokenId") => (
            " (InvalidClientTokenId)",
            ": AWS does not know the access key, check that it is active and of this partition",
        ),
        Some("RegionDisabledException") => (
            " (RegionDisabledException)",
            ": the region is not enabled for STS in this account",
        ),
        Some(code) => return format!("{action} `{role}` ({code})"),
        None => (
            "",
            ": STS gave no usable answer, check network, proxy and region",
        ),
    };
    format!("{action} `{role}`{code}{advice}")
}

/// The command that signs in to what a profile, or the profile it takes its credentials from, rests
/// on.
fn sign_in_command(settings: &Settings, profile: &str) -> Option<String> {
    let section = settings.section(profile)?;
    let rests_on = |key| value(section, key).is_some();
    if rests_on("sso_session") || rests_on("sso_start_url") {
        return Some(format!("aws sso login --profile {profile}"));
    }
    if rests_on("login_session") {
        return Some(format!("aws login --profile {profile}"));
    }
    let source = value(section, "source_profile").filter(|source| *source != profile)?;
    // One step is enough for the profiles that people write; it also cannot run in circles.
    let section = settings.section(source)?;
    let rests_on = |key| value(section, key).is_some();
    if rests_on("sso_session") || rests_on("sso_start_url") {
        return Some(format!("aws sso login --profile {source}"));
    }
    rests_on("login_session").then(|| format!("aws login --profile {source}"))
}

/// What the SDK says when a sign-in is over, or never was.
fn is_about_sign_in(failure: &Failure) -> bool {
    [
        "SSO token",
        "sso/cache",
        "Login token",
        "login/cache",
        "reauthenticate",
        "UnauthorizedException",
        "session has expired",
    ]
    .iter()
    .any(|text| failure.mentions(text))
}

fn tried(settings: &Settings, profile: &str) -> Vec<String> {
    let context = settings.context();
    let set = |name: &str| context.var(name).is_some();
    let named = settings.profile().origin() == ProfileOrigin::Given;
    let environment = match (
        named,
        set("AWS_ACCESS_KEY_ID"),
        set("AWS_SECRET_ACCESS_KEY"),
    ) {
        (true, ..) => "not asked, since a profile was named",
        (_, false, false) => "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set",
        (_, false, true) => "AWS_ACCESS_KEY_ID is not set",
        (_, true, _) => "AWS_SECRET_ACCESS_KEY is not set",
    };
    let in_files = match (settings.section(profile), missing_source(settings, profile)) {
        (None, _) => format!("is not in {}", settings.files()),
        (_, Some(source)) => format!(
            "its `source_profile` leads to `{source}`, which is not in {}",
            settings.files()
        ),
        _ => format!("has no credentials in {}", settings.files()),
    };
    let metadata = match context.var("AWS_EC2_METADATA_DISABLED") {
        Some(it) if it.eq_ignore_ascii_case("true") => "disabled by AWS_EC2_METADATA_DISABLED",
        _ => "no role, or no answer (not on EC2?)",
    };
    vec![
        format!("environment: {environment}"),
        format!("profile `{profile}`: {in_files}"),
        "web identity: AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN are not both set".to_owned(),
        "container: AWS_CONTAINER_CREDENTIALS_FULL_URI and _RELATIVE_URI are not set".to_owned(),
        format!("instance metadata: {metadata}"),
    ]
}

/// The end of a chain of source profiles that leads nowhere.
fn missing_source<'s>(settings: &'s Settings, profile: &str) -> Option<&'s str> {
    // Longer than any chain that people write, and an end to one that runs in circles.
    const LONGEST: usize = 16;
    let mut section = settings.section(profile)?;
    for _ in 0..LONGEST {
        let source = value(section, "source_profile")?;
        match settings.section(source) {
            Some(next) => section = next,
            None => return Some(source),
        }
    }
    None
}

fn bulleted(tried: &[String]) -> String {
    tried
        .iter()
        .map(|it| format!("  - {it}"))
        .collect::<Vec<_>>()
        .join("\n")
}

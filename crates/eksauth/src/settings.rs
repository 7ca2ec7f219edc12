//! The settings that AWS tools share: environment variables first, then the active profile.

mod files;
mod retry;

use std::fmt;
use std::path::PathBuf;

use aws_runtime::env_config::section::{EnvConfigSections, Profile};
use eksauth_token::{EndpointOptions, InvalidRegion, Region};

use crate::Context;

pub(crate) use files::{digest, read};

pub use files::ProfileFiles;

/// The environment and the profile files, read once.
///
/// # Examples
///
/// ```
/// use aws_smithy_async::time::SystemTimeSource;
/// use eksauth::{Context, Settings};
///
/// let variables = [("AWS_REGION".to_owned(), "eu-west-1".to_owned())];
/// let settings = Settings::load(Context::new(variables, SystemTimeSource::new()), None)?;
/// assert_eq!(settings.profile().to_string(), "default");
/// assert_eq!(settings.region()?.unwrap().0.as_str(), "eu-west-1");
/// # Ok::<(), eksauth::SettingsError>(())
/// ```
pub struct Settings {
    context: Context,
    profile: ActiveProfile,
    sections: EnvConfigSections,
    files: ProfileFiles,
}

/// The profile in use and who chose it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveProfile {
    name: String,
    origin: ProfileOrigin,
}

/// Who chose the active profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProfileOrigin {
    /// The caller.
    Given,
    /// This environment variable.
    Environment(&'static str),
    /// Nobody: it is `default`.
    Default,
}

/// Where a region came from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegionSource {
    /// This environment variable.
    Environment(&'static str),
    /// The setting `region` of this profile.
    Profile(String),
    /// The instance's metadata.
    InstanceMetadata,
    /// Nothing was configured.
    Default,
}

impl Settings {
    /// Reads the environment, `~/.aws/config` and `~/.aws/credentials` (or the files that
    /// `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` name).
    ///
    /// The active profile is: First the given one. Next `AWS_PROFILE`, then `AWS_DEFAULT_PROFILE`.
    /// Finally `default`, which alone may be missing.
    ///
    /// # Errors
    ///
    /// [`SettingsError::UnreadableFile`] and [`SettingsError::MalformedFile`] for the files,
    /// [`SettingsError::UnknownProfile`] for a profile that was asked for and is in neither.
    pub fn load(context: Context, profile: Option<&str>) -> Result<Self, SettingsError> {
        let profile = ActiveProfile::choose(&context, profile);
        let (files, sections) = ProfileFiles::read(&context)?;
        let settings = Self {
            context,
            profile,
            sections,
            files,
        };
        settings.check_profile()?;
        Ok(settings)
    }

    /// The same settings as they are in the files now.
    pub(crate) fn reread(&self) -> Result<Self, SettingsError> {
        let given = self.profile.origin == ProfileOrigin::Given;
        Self::load(
            self.context.clone(),
            given.then_some(self.profile.name.as_str()),
        )
    }

    /// The context that these settings were read from.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The active profile.
    pub fn profile(&self) -> &ActiveProfile {
        &self.profile
    }

    /// The files that profiles were read from.
    pub fn files(&self) -> &ProfileFiles {
        &self.files
    }

    /// The configured region: First `AWS_REGION`. Next `AWS_DEFAULT_REGION`. Finally `region` of the
    /// active profile.
    ///
    /// # Errors
    ///
    /// [`SettingsError::Region`] when what is configured cannot be a region.
    pub fn region(&self) -> Result<Option<(Region, RegionSource)>, SettingsError> {
        let variable = ["AWS_REGION", "AWS_DEFAULT_REGION"]
            .into_iter()
            .find_map(|name| Some((self.context.var(name)?, RegionSource::Environment(name))));
        let profile = || {
            let region = self.profile_value("region")?.to_owned();
            Some((region, RegionSource::Profile(self.profile.name.clone())))
        };
        let Some((region, source)) = variable.or_else(profile) else {
            return Ok(None);
        };
        match Region::new(region.trim()) {
            Ok(region) => Ok(Some((region, source))),
            Err(error) => Err(SettingsError::Region {
                origin: source,
                error,
            }),
        }
    }

    /// Which STS endpoint is configured: `AWS_USE_FIPS_ENDPOINT`, `AWS_USE_DUALSTACK_ENDPOINT` and
    /// `AWS_STS_REGIONAL_ENDPOINTS`, or the same settings of the active profile.
    ///
    /// # Errors
    ///
    /// [`SettingsError::Value`] for a value that is none of those that the setting has.
    pub fn endpoint_options(&self) -> Result<EndpointOptions, SettingsError> {
        const YES_OR_NO: [(&str, bool); 2] = [("true", true), ("false", false)];
        Ok(EndpointOptions {
            fips: self.choice("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", YES_OR_NO)?,
            dual_stack: self.choice(
                "AWS_USE_DUALSTACK_ENDPOINT",
                "use_dualstack_endpoint",
                YES_OR_NO,
            )?,
            legacy_global: self.choice(
                "AWS_STS_REGIONAL_ENDPOINTS",
                "sts_regional_endpoints",
                [("legacy", true), ("regional", false)],
            )?,
        })
    }

    /// Trusted roots that replace the system's: `AWS_CA_BUNDLE` or `ca_bundle`.
    pub(crate) fn ca_bundle(&self) -> Option<PathBuf> {
        let path = self.context.var("AWS_CA_BUNDLE");
        path.or_else(|| self.profile_value("ca_bundle").map(str::to_owned))
            .map(PathBuf::from)
    }

    /// A setting of the active profile.
    pub(crate) fn profile_value(&self, key: &str) -> Option<&str> {
        value(self.section(&self.profile.name)?, key)
    }

    pub(crate) fn section(&self, profile: &str) -> Option<&Profile> {
        self.sections.get_profile(profile)
    }

    fn choice(
        &self,
        variable: &'static str,
        key: &'static str,
        choices: [(&'static str, bool); 2],
    ) -> Result<bool, SettingsError> {
        let from_variable = self.context.var(variable).map(|found| (variable, found));
        let from_profile = || Some((key, self.profile_value(key)?.to_owned()));
        let Some((setting, found)) = from_variable.or_else(from_profile) else {
            return Ok(false);
        };
        choices
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(found.trim()))
            .map(|(_, chosen)| *chosen)
            .ok_or_else(|| SettingsError::Value {
                setting,
                expected: choices.map(|(name, _)| name),
                found: found.escape_default().take(64).collect(),
            })
    }

    fn check_profile(&self) -> Result<(), SettingsError> {
        let asked_for = self.profile.origin != ProfileOrigin::Default;
        if !asked_for || self.section(&self.profile.name).is_some() {
            return Ok(());
        }
        let mut known: Vec<_> = self.sections.profiles().map(str::to_owned).collect();
        known.sort();
        Err(SettingsError::UnknownProfile {
            profile: self.profile.clone(),
            known,
            files: Box::new(self.files.clone()),
        })
    }
}

impl fmt::Debug for Settings {
    /// Leaves the contents of the files out: they hold secret access keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("profile", &self.profile)
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

/// A setting that is there and not blank.
pub(crate) fn value<'p>(profile: &'p Profile, key: &str) -> Option<&'p str> {
    profile.get(key).filter(|value| !value.trim().is_empty())
}

impl ActiveProfile {
    fn choose(context: &Context, given: Option<&str>) -> Self {
        let variable = || {
            ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]
                .into_iter()
                .find_map(|name| Some((context.var(name)?, ProfileOrigin::Environment(name))))
        };
        let (name, origin) = given
            .map(|name| (name.to_owned(), ProfileOrigin::Given))
            .or_else(variable)
            .unwrap_or_else(|| ("default".to_owned(), ProfileOrigin::Default));
        Self { name, origin }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Who chose it.
    pub fn origin(&self) -> ProfileOrigin {
        self.origin
    }
}

impl fmt::Display for ActiveProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Display for RegionSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(name) => write!(f, "the environment variable {name}"),
            Self::Profile(name) => write!(f, "the profile `{name}`"),
            Self::InstanceMetadata => f.write_str("the instance's metadata"),
            Self::Default => f.write_str("the default"),
        }
    }
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// A file that exists cannot be read.
    #[error("expected to read `{}`, but could not: check its permissions", path.display())]
    UnreadableFile {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file has a syntax error.
    #[error("expected profiles in `{}`, but found a syntax error {message}", path.display())]
    MalformedFile {
        /// The file.
        path: PathBuf,
        /// What the parser says: `on line 2: …`.
        message: String,
    },
    /// A profile that is in none of the files.
    #[error(
        "expected the profile `{profile}`{} in {files}, but found {}",
        chosen_by(profile.origin),
        listed(known)
    )]
    UnknownProfile {
        /// The profile.
        profile: ActiveProfile,
        /// Those that exist.
        known: Vec<String>,
        /// Where they were looked for.
        files: Box<ProfileFiles>,
    },
    /// Something that cannot be a region.
    #[error("{error} (from {origin})")]
    Region {
        /// Where it is configured.
        origin: RegionSource,
        /// What is wrong with it.
        error: InvalidRegion,
    },
    /// A value that the setting does not have.
    #[error("expected `{}` or `{}` for {setting}, but found `{found}`", expected[0], expected[1])]
    Value {
        /// The variable or the setting of the profile.
        setting: &'static str,
        /// The values it has.
        expected: [&'static str; 2],
        /// The value it was given, escaped and cut to a readable length.
        found: String,
    },
}

fn chosen_by(origin: ProfileOrigin) -> String {
    match origin {
        ProfileOrigin::Environment(name) => format!(" (from {name})"),
        ProfileOrigin::Given | ProfileOrigin::Default => String::new(),
    }
}

fn listed(known: &[String]) -> String {
    match known {
        [] => "no profile: create one with `aws configure` or `aws configure sso`".to_owned(),
        known => format!(
            "only {}",
            known
                .iter()
                .map(|it| format!("`{it}`"))
                .collect::<Vec<_>>()
                .join(", ")
        ),
    }
}

#[cfg(test)]
mod tests;

//! `~/.aws/config` and `~/.aws/credentials`: where they are and what is in them.

use std::fmt;
use std::future::Future;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::task::{Poll, Waker};

use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_runtime::env_config::section::EnvConfigSections;
use aws_runtime::env_config::source;
use sha2::{Digest as _, Sha256};

use super::SettingsError;
use crate::Context;
use crate::unlogged::unlogged_in_place;

/// The two files that profiles come from.
#[derive(Clone, PartialEq, Eq)]
pub struct ProfileFiles {
    config: PathBuf,
    credentials: PathBuf,
    /// The SHA-256 of their paths and contents.
    digest: [u8; 32],
}

impl ProfileFiles {
    /// The file that `AWS_CONFIG_FILE` names, or `~/.aws/config`.
    pub fn config(&self) -> &Path {
        &self.config
    }

    /// The file that `AWS_SHARED_CREDENTIALS_FILE` names, or `~/.aws/credentials`.
    pub fn credentials(&self) -> &Path {
        &self.credentials
    }

    pub(crate) fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// The files as the AWS SDK is to read them.
    pub(crate) fn for_sdk(&self) -> EnvConfigFiles {
        let mut files = EnvConfigFiles::builder();
        files = match is_without_home(&self.config) {
            true => files.with_contents(EnvConfigFileKind::Config, ""),
            false => files.include_default_config_file(true),
        };
        files = match is_without_home(&self.credentials) {
            true => files.with_contents(EnvConfigFileKind::Credentials, ""),
            false => files.include_default_credentials_file(true),
        };
        files.build()
    }

    pub(super) fn read(context: &Context) -> Result<(Self, EnvConfigSections), SettingsError> {
        let config = path(context, "AWS_CONFIG_FILE", "config");
        let credentials = path(context, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
        let config_text = contents(context, &config)?;
        let credentials_text = contents(context, &credentials)?;
        let digest = digest([
            config.as_os_str().as_encoded_bytes(),
            config_text.as_bytes(),
            credentials.as_os_str().as_encoded_bytes(),
            credentials_text.as_bytes(),
        ]);
        let files = Self {
            config,
            credentials,
            digest,
        };
        let sections = parse(context, &config_text, &credentials_text)
            .map_err(|message| files.malformed(context, &config_text, message))?;
        Ok((files, sections))
    }

    /// The parser does not say in which of the two it failed.
    fn malformed(&self, context: &Context, config_text: &str, message: String) -> SettingsError {
        let path = match parse(context, config_text, "") {
            Err(_) => &self.config,
            Ok(_) => &self.credentials,
        };
        SettingsError::MalformedFile {
            path: path.clone(),
            message,
        }
    }
}

impl fmt::Debug for ProfileFiles {
    /// Leaves the digest out: secrets are among what it is made from.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfileFiles")
            .field("config", &self.config)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ProfileFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` and `{}`",
            self.config.display(),
            self.credentials.display()
        )
    }
}

fn path(context: &Context, variable: &str, name: &str) -> PathBuf {
    let home = || context.home().unwrap_or_else(|| PathBuf::from("~"));
    match context.var(variable) {
        Some(path) => match path.strip_prefix("~/") {
            Some(rest) => home().join(rest),
            None => PathBuf::from(path),
        },
        None => home().join(".aws").join(name),
    }
}

/// A path whose `~` there is no home for names no file: least of all one of the working directory,
/// which may be somebody else's.
fn is_without_home(path: &Path) -> bool {
    path.starts_with("~")
}

/// A missing file counts as an empty one, as in every AWS tool.
fn contents(context: &Context, path: &Path) -> Result<String, SettingsError> {
    if is_without_home(path) {
        return Ok(String::new());
    }
    let unreadable = |source| SettingsError::UnreadableFile {
        path: path.to_owned(),
        source,
    };
    match read(context, path) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|error| {
            unreadable(std::io::Error::new(
                ErrorKind::InvalidData,
                error.utf8_error(),
            ))
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(unreadable(error)),
    }
}

/// The parser warns of lines that it does not understand, and quotes from them.
fn parse(context: &Context, config: &str, credentials: &str) -> Result<EnvConfigSections, String> {
    let files = EnvConfigFiles::builder()
        .with_contents(EnvConfigFileKind::Config, config)
        .with_contents(EnvConfigFileKind::Credentials, credentials)
        .build();
    unlogged_in_place(|| {
        let source = ready(source::load(&context.env(), context.fs(), &files));
        EnvConfigSections::parse(source.map_err(|error| told(&error))?)
            .map_err(|error| told(&error))
    })
}

/// What the parser says, on one line, without the file that it does not know.
fn told(error: &dyn std::error::Error) -> String {
    let text = error.to_string();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.strip_prefix("error parsing ")
        .map(str::to_owned)
        .unwrap_or(text)
}

/// The SDK declares its file access `async` for the future, and does it in place.
#[expect(
    clippy::expect_used,
    reason = "nothing is awaited: the contents are at hand"
)]
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut std::task::Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
    .expect("the SDK reads files in place")
}

/// The contents of a file.
pub(crate) fn read(context: &Context, path: &Path) -> std::io::Result<Vec<u8>> {
    ready(context.fs().read_to_end(path))
}

/// Hashes parts so that none can pass for a piece of its neighbour.
pub(crate) fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

//! Credentials kept on disk between two runs.

mod directory;
mod entry;

use std::future::Future;
use std::path::{Path, PathBuf};

use aws_credential_types::Credentials;
use jiff::Timestamp;

use crate::Context;
use crate::credentials::CacheKey;

use directory::Directory;
use entry::Entry;

/// Credentials of assumed roles and SSO sign-ins, kept until shortly before they expire.
///
/// One file holds one set of credentials under a name that is a hash of everything that determines
/// them. It never holds a token. Files are readable by their owner alone, in a folder that is open
/// to its owner alone, and are replaced as a whole. A file that is damaged, or that others can read,
/// is ignored and written anew; a folder that others can open is closed to them, unless it holds
/// other files too: then it is not used. Two processes that miss the same entry take turns, so that
/// one MFA prompt serves both. After an entry is stored, files of the cache that are older than a day
/// are removed.
///
/// A cache that cannot be used is a warning, never an error: the credentials are fetched instead.
#[derive(Clone, Debug)]
pub struct CredentialCache {
    directory: Directory,
}

impl CredentialCache {
    /// A cache in this folder, which is created when needed.
    pub fn at(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: Directory::new(directory.into()),
        }
    }

    /// The usual folder: First `EKSAUTH_CACHE_DIR`. Next `eksauth` in `XDG_CACHE_HOME`. Finally in
    /// the cache folder of the platform: `~/Library/Caches` (macOS), `%LOCALAPPDATA%` (Windows) or
    /// `~/.cache`. `None` without a home directory.
    pub fn default_directory(context: &Context) -> Option<PathBuf> {
        if let Some(directory) = context.var("EKSAUTH_CACHE_DIR") {
            return Some(directory.into());
        }
        let platform = || match () {
            () if cfg!(windows) => context.var("LOCALAPPDATA").map(PathBuf::from),
            () if cfg!(target_os = "macos") => Some(context.home()?.join("Library/Caches")),
            () => Some(context.home()?.join(".cache")),
        };
        let parent = context
            .var("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(platform)?;
        Some(parent.join("eksauth"))
    }

    /// The folder.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Credentials with enough life left that nobody needs to think of renewing them.
    pub(crate) fn fresh(&self, key: &CacheKey, now: Timestamp) -> Option<Credentials> {
        self.entry(key)
            .filter(|it| it.is_fresh(now))
            .map(Entry::into_credentials)
    }

    /// Cached credentials, or fetched ones that are cached on the way. When fetching fails, cached
    /// ones serve to their end.
    ///
    /// The key is made anew whenever it is needed: to wait or to fetch may renew the SSO token that is
    /// part of it, and the next run looks under the key of what it finds then.
    pub(crate) async fn get_or_fetch<E, F>(
        &self,
        key: impl Fn() -> CacheKey,
        now: impl Fn() -> Timestamp,
        fetch: impl FnOnce() -> F,
    ) -> Result<Credentials, E>
    where
        E: std::error::Error,
        F: Future<Output = Result<Credentials, E>>,
    {
        let found = key();
        if let Some(credentials) = self.fresh(&found, now()) {
            return Ok(credentials);
        }
        let turn = self.directory.take_turn(found.as_str()).await;
        if let Err(error) = &turn {
            self.warn("cannot keep credentials", error);
        }
        // Whoever had the turn before may have fetched what is wanted.
        let found = key();
        if let Some(credentials) = self.fresh(&found, now()) {
            return Ok(credentials);
        }
        match fetch().await {
            Ok(credentials) => {
                if turn.is_ok() {
                    self.store(&key(), &credentials, now());
                }
                Ok(credentials)
            }
            Err(error) => self.valid_despite(&found, now(), error),
        }
    }

    fn store(&self, key: &CacheKey, credentials: &Credentials, now: Timestamp) {
        let Some(entry) = Entry::of(credentials, now) else {
            return;
        };
        let stored = self.directory.write(key.as_str(), &entry.to_json());
        if let Err(error) = stored {
            self.warn("cannot keep credentials", &error);
        }
        self.directory.remove_outdated(now);
    }

    fn valid_despite<E: std::error::Error>(
        &self,
        key: &CacheKey,
        now: Timestamp,
        error: E,
    ) -> Result<Credentials, E> {
        let Some(entry) = self.entry(key).filter(|it| it.is_valid(now)) else {
            return Err(error);
        };
        tracing::warn!(%error, expiry = %entry.expiry(), "could not renew credentials, the cached ones serve to their end");
        Ok(entry.into_credentials())
    }

    fn entry(&self, key: &CacheKey) -> Option<Entry> {
        match self.directory.read(key.as_str()) {
            Ok(Some(json)) => {
                let entry = Entry::from_json(&json);
                if entry.is_none() {
                    tracing::warn!(directory = %self.directory().display(), "a cached entry is damaged and will be replaced");
                }
                entry
            }
            Ok(None) => None,
            Err(error) => {
                self.warn("cannot read cached credentials", &error);
                None
            }
        }
    }

    fn warn(&self, what: &str, error: &std::io::Error) {
        tracing::warn!(
            directory = %self.directory().display(),
            %error,
            "{what}: check the folder's permissions, or choose another one with EKSAUTH_CACHE_DIR"
        );
    }
}

#[cfg(test)]
mod tests;

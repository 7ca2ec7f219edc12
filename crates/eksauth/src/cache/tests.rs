#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod damage;
mod directory;
mod freshness;
#[cfg(unix)]
mod permissions;
mod turns;

use std::cell::Cell;
use std::fmt;
use std::time::{Duration, SystemTime};

use eksauth_testing::{CapturedLogs, SecretScan};
use tempfile::TempDir;

use super::*;

/// 2026-11-24T12:00:00Z
const NOON: i64 = 1_795_521_600;
const HOUR: i64 = 3600;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const SESSION_TOKEN: &str = "FwoGZXIvYXdzEJr//////////wEaDBhZ0123456789==";

/// A folder, a clock, and a source of sessions that counts.
struct Scene {
    _parent: TempDir,
    cache: CredentialCache,
    key: CacheKey,
    now: Cell<Timestamp>,
    /// How long the sessions last that are fetched, in seconds.
    life: Cell<i64>,
    fetches: Cell<u32>,
    fails: Cell<bool>,
}

impl Scene {
    fn new() -> Self {
        let parent = tempfile::tempdir().unwrap();
        Self {
            cache: CredentialCache::at(parent.path().join("cache")),
            _parent: parent,
            key: CacheKey::named("entry"),
            now: Cell::new(at(NOON)),
            life: Cell::new(HOUR),
            fetches: Cell::new(0),
            fails: Cell::new(false),
        }
    }

    async fn get(&self) -> Result<Credentials, Refused> {
        let fetch = || async { self.fetch() };
        self.cache
            .get_or_fetch(|| self.key.clone(), || self.now.get(), fetch)
            .await
    }

    fn fetch(&self) -> Result<Credentials, Refused> {
        self.fetches.set(self.fetches.get() + 1);
        if self.fails.get() {
            return Err(Refused);
        }
        let end = self.now.get().as_second() + self.life.get();
        Ok(session(self.fetches.get(), end))
    }

    fn advance(&self, seconds: i64) {
        self.now.set(at(self.now.get().as_second() + seconds));
    }

    fn entry(&self) -> PathBuf {
        self.file("json")
    }

    fn lock(&self) -> PathBuf {
        self.file("lock")
    }

    fn file(&self, extension: &str) -> PathBuf {
        let name = format!("{}.{extension}", self.key.as_str());
        self.cache.directory().join(name)
    }
}

/// The error of a source that gives nothing.
#[derive(Debug)]
struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the source refused")
    }
}

impl std::error::Error for Refused {}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn session(number: u32, end: i64) -> Credentials {
    let session_token = format!("{SESSION_TOKEN}{number}");
    let end = SystemTime::try_from(at(end)).unwrap();
    let id = format!("ASIA{number}");
    // Under the cache's own name, so that fetched and cached ones are equal.
    Credentials::new(id, SECRET, Some(session_token), Some(end), "Cache")
}

/// No log holds what the cache keeps.
fn assert_clean(logs: &CapturedLogs) {
    SecretScan::new()
        .secret("secret key", SECRET)
        .secret("session token", SESSION_TOKEN)
        .assert_clean("the log", logs.text());
}

//! Everything this crate may touch of the outside world, handed in by its user.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::os_shim_internal::{Env, Fs};
use jiff::Timestamp;

use crate::https;

/// Environment variables, files, clock and network, as this crate is allowed to see them.
///
/// Nothing in this crate reads the process environment or the clock on its own, so two sets of
/// credentials with different environments can live side by side in one process, and tests own time.
///
/// # Examples
///
/// ```
/// use aws_smithy_async::time::SystemTimeSource;
/// use eksauth::Context;
///
/// let variables = [("AWS_REGION".to_owned(), "eu-west-1".to_owned())];
/// let context = Context::new(variables, SystemTimeSource::new());
/// assert_eq!(context.var("AWS_REGION").as_deref(), Some("eu-west-1"));
/// ```
#[derive(Clone)]
pub struct Context {
    variables: Arc<HashMap<String, String>>,
    fs: Fs,
    time_source: SharedTimeSource,
    http_client: Option<SharedHttpClient>,
}

impl Context {
    /// A context with these environment variables and this clock, the real file system, and the
    /// network as proxies and trusted roots in those variables and files describe it.
    ///
    /// A variable that is not Unicode is left out: it cannot be one that matters here. So
    /// `std::env::vars_os()` will do, where `std::env::vars()` would panic at such a one.
    pub fn new<K, V>(
        variables: impl IntoIterator<Item = (K, V)>,
        time_source: impl TimeSource + 'static,
    ) -> Self
    where
        K: Into<OsString>,
        V: Into<OsString>,
    {
        Self {
            variables: Arc::new(unicode(variables).collect()),
            fs: Fs::real(),
            time_source: SharedTimeSource::new(time_source),
            http_client: None,
        }
    }

    /// The same context with these variables set over its own. Of a name that comes twice, the last
    /// value counts; what is not Unicode is left out, as in [`new`](Self::new).
    #[must_use]
    pub fn with_variables<K, V>(mut self, variables: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<OsString>,
        V: Into<OsString>,
    {
        Arc::make_mut(&mut self.variables).extend(unicode(variables));
        self
    }

    /// Judges by this clock instead.
    #[must_use]
    pub fn with_time_source(mut self, time_source: impl TimeSource + 'static) -> Self {
        self.time_source = SharedTimeSource::new(time_source);
        self
    }

    /// Sends requests through this client instead of the built-in one.
    #[must_use]
    pub fn with_http_client(mut self, http_client: SharedHttpClient) -> Self {
        self.http_client = Some(http_client);
        self
    }

    /// Reads configuration from these files instead of the real ones.
    #[cfg(test)]
    #[must_use]
    pub(crate) fn with_fs(mut self, fs: Fs) -> Self {
        self.fs = fs;
        self
    }

    /// The value of an environment variable; `None` when it is unset or blank, which the AWS SDKs
    /// do not tell apart either.
    pub fn var(&self, name: &str) -> Option<String> {
        self.variables
            .get(name)
            .filter(|value| !value.trim().is_empty())
            .cloned()
    }

    /// The current time.
    pub fn now(&self) -> Timestamp {
        // A clock before the year -9999 or past 9999 is as good as one at its end.
        Timestamp::try_from(self.time_source.now()).unwrap_or(Timestamp::MAX)
    }

    /// The home directory.
    pub fn home(&self) -> Option<PathBuf> {
        self.var("HOME")
            .or_else(|| self.var("USERPROFILE"))
            .map(PathBuf::from)
    }

    /// The variables as the AWS SDK takes them, some left out.
    pub(crate) fn env_without(&self, left_out: &[&str]) -> Env {
        let mut variables = HashMap::clone(&self.variables);
        variables.retain(|name, _| !left_out.contains(&name.as_str()));
        Env::from(variables)
    }

    pub(crate) fn env(&self) -> Env {
        self.env_without(&[])
    }

    pub(crate) fn fs(&self) -> &Fs {
        &self.fs
    }

    /// The clock.
    pub fn time_source(&self) -> SharedTimeSource {
        self.time_source.clone()
    }

    pub(crate) fn http_client(&self, ca_bundle: Option<PathBuf>) -> SharedHttpClient {
        match &self.http_client {
            Some(client) => client.clone(),
            None => SharedHttpClient::new(https::LazyClient::new(self, ca_bundle)),
        }
    }
}

impl fmt::Debug for Context {
    /// Leaves the environment out: it may hold a secret access key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}

fn unicode<K, V>(
    variables: impl IntoIterator<Item = (K, V)>,
) -> impl Iterator<Item = (String, String)>
where
    K: Into<OsString>,
    V: Into<OsString>,
{
    variables.into_iter().filter_map(|(name, value)| {
        let name = name.into().into_string().ok()?;
        Some((name, value.into().into_string().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_set_over_those_of_the_same_name_in_a_context_of_its_own() {
        let time = eksauth_testing::ManualTime::at_unix(0);
        let first = Context::new([("KEPT", "1"), ("REPLACED", "1")], time);
        let second = first
            .clone()
            .with_variables([("REPLACED", "2"), ("NEW", "2"), ("NEW", "3")]);
        let values = |it: &Context| ["KEPT", "REPLACED", "NEW"].map(|name| it.var(name));
        assert_eq!(
            values(&second),
            ["1", "2", "3"].map(|it| Some(it.to_owned()))
        );
        assert_eq!(
            values(&first),
            [Some("1".to_owned()), Some("1".to_owned()), None]
        );
    }

    #[test]
    #[cfg(unix)]
    fn a_variable_that_is_not_unicode_is_left_out() {
        use std::os::unix::ffi::OsStringExt as _;

        let odd = || OsString::from_vec(vec![0xff]);
        let variables = [
            (OsString::from("GOOD"), OsString::from("value")),
            (OsString::from("ODD"), odd()),
            (odd(), OsString::from("value")),
        ];
        let context = Context::new(variables, eksauth_testing::ManualTime::at_unix(0));
        assert_eq!(context.var("GOOD").as_deref(), Some("value"));
        assert_eq!(context.variables.len(), 1);
    }
}

//! What a command inside a sandbox finds in its environment.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

/// Environment variables for a command inside a sandbox.
///
/// Some of them are secrets, so `Debug` shows the names alone.
#[derive(Clone)]
pub struct Environment {
    pub(super) set: Vec<(&'static str, String)>,
    pub(super) path: Option<PathBuf>,
}

impl Environment {
    /// What leads commands astray most often, of all that [`Environment::hides`] hides: for a shell to
    /// unset whose environment is not known here.
    pub const MISLEADING: [&str; 14] = [
        "ALL_PROXY",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_DEFAULT_PROFILE",
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_EKS",
        "AWS_ENDPOINT_URL_STS",
        "AWS_PROFILE",
        "AWS_ROLE_ARN",
        "AWS_SECURITY_TOKEN",
        "AWS_SESSION_TOKEN",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "DEFAULT_ROLE",
        "all_proxy",
    ];

    /// Variables to set, with their values.
    pub fn set(&self) -> &[(&'static str, String)] {
        &self.set
    }

    /// A folder with a link to `eksauth`, to go first in `PATH`; `None` unless the sandbox was told
    /// where the program is.
    pub fn path(&self) -> Option<&PathBuf> {
        self.path.as_ref()
    }

    /// Whether a variable of the outside would lead a command inside astray: another account's keys
    /// and endpoints, another proxy.
    ///
    /// # Examples
    ///
    /// ```
    /// use eksauth_sandbox::Environment;
    ///
    /// assert!(Environment::hides("AWS_PROFILE"));
    /// assert!(!Environment::hides("HOME"));
    /// ```
    pub fn hides(name: &str) -> bool {
        const OTHERS: [&str; 8] = [
            "ALL_PROXY",
            "HTTPS_PROXY",
            "HTTP_PROXY",
            "KUBECONFIG",
            "KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID",
            "KUBERNETES_EXEC_INFO",
            "DEFAULT_ROLE",
            "NO_PROXY",
        ];
        let upper = name.to_ascii_uppercase();
        // Of a sandbox around this one, too.
        upper.starts_with("AWS_")
            || upper.starts_with("EKSAUTH_SANDBOX")
            || OTHERS.contains(&upper.as_str())
    }

    /// `PATH` with the sandbox's own folder first.
    pub fn path_before(&self, path: Option<OsString>) -> Option<OsString> {
        let own = self.path.clone()?;
        let rest = path.unwrap_or_default();
        let folders = [own].into_iter().chain(std::env::split_paths(&rest));
        std::env::join_paths(folders).ok()
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.set.iter().map(|(name, _)| name);
        f.debug_set().entries(names).finish()
    }
}

//! The files that a kubeconfig is in.

use std::fmt;
use std::path::{Path, PathBuf};

use eksauth::Context;
use kube::config::{Kubeconfig, KubeconfigError};

use crate::{ConnectError, KubeconfigProblem};

/// Files to be read as one kubeconfig.
pub(crate) struct Files {
    paths: Vec<PathBuf>,
    are_named: bool,
}

impl Files {
    pub(super) fn given(paths: Vec<PathBuf>) -> Self {
        Self {
            paths,
            are_named: true,
        }
    }

    /// Those of `KUBECONFIG`, of which some may be missing; otherwise `~/.kube/config`.
    pub(crate) fn usual(context: &Context) -> Self {
        let listed = context.var("KUBECONFIG").unwrap_or_default();
        let named: Vec<_> = std::env::split_paths(&listed)
            .filter(|it| !it.as_os_str().is_empty())
            .collect();
        if !named.is_empty() {
            return Self::given(named);
        }
        let below_home = context.home().map(|it| it.join(".kube").join("config"));
        Self {
            paths: below_home.into_iter().collect(),
            are_named: false,
        }
    }

    /// Whether somebody said that it is these.
    pub(crate) fn are_named(&self) -> bool {
        self.are_named
    }

    /// Whether one of them is there.
    pub(crate) fn exist(&self) -> bool {
        self.paths.iter().any(|it| it.is_file())
    }

    pub(super) fn read(&self) -> Result<Kubeconfig, ConnectError> {
        let mut merged = Kubeconfig::default();
        // As for kubectl, a file of the list that is not there is an empty one, unless it is alone.
        let there = self
            .paths
            .iter()
            .filter(|it| self.paths.len() == 1 || it.is_file());
        for path in there {
            let read = Kubeconfig::read_from(path).and_then(|it| merged.merge(it));
            merged = read.map_err(|error| unusable(path, error))?;
        }
        Ok(merged)
    }
}

fn unusable(path: &Path, error: KubeconfigError) -> ConnectError {
    ConnectError::Kubeconfig {
        place: format!("`{}`", path.display()),
        source: KubeconfigProblem::of_kube(error),
    }
}

impl fmt::Display for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.paths.is_empty() {
            return f.write_str("no file, since neither KUBECONFIG nor HOME is set");
        }
        let shown: Vec<_> = self
            .paths
            .iter()
            .map(|it| format!("`{}`", it.display()))
            .collect();
        f.write_str(&shown.join(", "))
    }
}

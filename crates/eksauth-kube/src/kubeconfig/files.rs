//! The files that a kubeconfig is in.

use std::fmt;
use std::path::{Path, PathBuf};

use eksauth::Context;
use kube::config::{Kubeconfig, KubeconfigError};

use crate::{ConnectError, KubeconfigProblem};

/// Files to be read as one kubeconfig.
pub(crate) struct Files(Vec<PathBuf>);

impl Files {
    pub(super) fn given(paths: Vec<PathBuf>) -> Self {
        Self(paths)
    }

    /// Those of `KUBECONFIG`, of which some may be missing; otherwise `~/.kube/config`.
    pub(crate) fn usual(context: &Context) -> Self {
        let paths = match context.var("KUBECONFIG") {
            Some(paths) => std::env::split_paths(&paths)
                .filter(|it| !it.as_os_str().is_empty())
                .collect(),
            None => context
                .home()
                .map(|home| home.join(".kube").join("config"))
                .into_iter()
                .collect(),
        };
        Self(paths)
    }

    /// Whether one of them is there.
    pub(crate) fn exist(&self) -> bool {
        self.0.iter().any(|it| it.is_file())
    }

    pub(super) fn read(&self) -> Result<Kubeconfig, ConnectError> {
        let mut merged = Kubeconfig::default();
        // As for kubectl, a file of the list that is not there is an empty one, unless it is alone.
        let there = self.0.iter().filter(|it| self.0.len() == 1 || it.is_file());
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
        if self.0.is_empty() {
            return f.write_str("no file, since neither KUBECONFIG nor HOME is set");
        }
        let shown: Vec<_> = self
            .0
            .iter()
            .map(|it| format!("`{}`", it.display()))
            .collect();
        f.write_str(&shown.join(", "))
    }
}

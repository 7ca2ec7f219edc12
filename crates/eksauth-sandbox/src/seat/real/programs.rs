//! Where the programs are.

use std::path::{Path, PathBuf};

use super::ControlPlaneError;

/// The programs of a control plane.
pub(super) struct Programs {
    pub(super) etcd: PathBuf,
    pub(super) kube_apiserver: PathBuf,
}

impl Programs {
    /// Finds them in a folder.
    pub(super) fn in_folder(folder: &Path) -> Result<Self, ControlPlaneError> {
        // They are run from a folder of their own.
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let find = |name: &'static str| {
            let path = folder.join(name);
            let path = path.with_extension(std::env::consts::EXE_EXTENSION);
            match path.is_file() {
                true => Ok(path),
                false => Err(ControlPlaneError::NoProgram {
                    name,
                    folder: folder.clone(),
                }),
            }
        };
        Ok(Self {
            etcd: find("etcd")?,
            kube_apiserver: find("kube-apiserver")?,
        })
    }
}

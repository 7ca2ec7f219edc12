//! The files that the server reads and writes.

use std::path::Path;

use eksauth_map::backend_mode_file::BackendModeFile;

use crate::failed::Failed;
use crate::mapping_files;

use super::super::certificate;
use super::super::settings::ServerSettings;
use super::Report;

impl Report {
    pub(super) fn files(&mut self, settings: &ServerSettings) {
        self.certificate(settings);
        if !settings.kubeconfig_pregenerated {
            self.folder_of(
                &settings.place.kubeconfig,
                "the kubeconfig for the API server",
            );
        }
        if let Some(path) = settings
            .audit_log
            .as_deref()
            .filter(|it| it.as_os_str() != "-")
        {
            self.folder_of(path, "the audit log");
        }
        if let Some(path) = &settings.backends.mode_file {
            self.mode_file(path);
        }
    }

    /// Loads it if it is there. Nothing is made.
    fn certificate(&mut self, settings: &ServerSettings) {
        let files = settings.place.certificate_files();
        if files.certificate.exists() && files.key.exists() {
            let opened = certificate::open(&settings.place, settings.client_ca.as_deref());
            if let Some(store) = self.take(opened) {
                let path = files.certificate.display();
                self.checked
                    .push(format!("certificate: `{path}`, until {}", store.expires()));
            }
            return;
        }
        if let Some(path) = &settings.client_ca {
            let read = mapping_files::read(path)
                .map_err(|error| Failed::new("could not read the CAs of clients").because(error));
            self.take(read);
        }
        let folder = &settings.place.state_dir;
        let what = "the certificate and its key";
        let advice = "name another one with `--state-dir` or `server.stateDir`";
        if self.is_ours(folder, what, advice) {
            self.checked.push(format!(
                "certificate: will be made in `{}`",
                folder.display()
            ));
        }
    }

    fn folder_of(&mut self, path: &Path, what: &str) {
        let folder = match path.parent() {
            Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
            Some(folder) => folder,
            None => return,
        };
        if self.is_ours(folder, what, "name another file") {
            self.checked.push(format!("{what}: `{}`", path.display()));
        }
    }

    /// Whether files can be made in a folder.
    fn is_ours(&mut self, folder: &Path, what: &str, advice: &str) -> bool {
        let shown = folder.display();
        let found = match folder.is_dir() {
            false => "found none: make it",
            true if is_writable(folder) => return true,
            true => "found that this user may not write there: change its owner or mode",
        };
        self.problems.push(format!(
            "expected the folder `{shown}` for {what}, but {found}, or {advice}"
        ));
        false
    }

    fn mode_file(&mut self, path: &Path) {
        if !path.exists() {
            self.checked.push(format!(
                "dynamicBackendModePath: `{}` is not there, so the configured backends are asked",
                path.display()
            ));
            return;
        }
        let text = mapping_files::read(path);
        let file = text.and_then(|text| {
            BackendModeFile::parse(&text)
                .map_err(|error| Failed::new("it is not used").because(error))
        });
        match file {
            Ok(file) => {
                let names: Vec<_> = file.modes.iter().map(|it| it.name()).collect();
                self.checked.push(format!(
                    "dynamicBackendModePath: `{}` says {}",
                    path.display(),
                    names.join(" ")
                ));
            }
            // The server starts with the configured backends.
            Err(error) => self.warnings.push(format!(
                "dynamicBackendModePath: `{}`: {}",
                path.display(),
                crate::failed::chain(&error, ": ")
            )),
        }
    }
}

/// Whether this user may make files in a folder.
#[cfg(unix)]
fn is_writable(folder: &Path) -> bool {
    use rustix::fs::{Access, access};

    access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

#[cfg(not(unix))]
fn is_writable(_folder: &Path) -> bool {
    true
}

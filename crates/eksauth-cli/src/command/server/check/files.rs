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
        match folder.is_dir() {
            true => self.checked.push(format!(
                "certificate: will be made in `{}`",
                folder.display()
            )),
            false => self.problems.push(format!(
                "expected the folder `{}` for the certificate and its key, but found none: make it, or name \
                 another one with `--state-dir` or `server.stateDir`",
                folder.display()
            )),
        }
    }

    fn folder_of(&mut self, path: &Path, what: &str) {
        let folder = match path.parent() {
            Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
            Some(folder) => folder,
            None => return,
        };
        match folder.is_dir() {
            true => self.checked.push(format!("{what}: `{}`", path.display())),
            false => self.problems.push(format!(
                "expected the folder `{}` for {what}, but found none: make it, or name another file",
                folder.display()
            )),
        }
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

//! The files that mappings are looked for in.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use eksauth_map::backend_mode_file::BackendModeFile;
use eksauth_map::{BackendMode, IdentityMap};

use crate::backend_modes;
use crate::failed::{Failed, chain};
use crate::incumbent_config::{Config, ServerSection};
use crate::mapping_files::{self, LoadedFile};
use crate::mapping_rules::MappingRules;
use crate::output;

/// What flags and the configuration file name.
pub(super) struct Wanted<'a> {
    pub(super) config: Option<&'a Config>,
    pub(super) server: &'a ServerSection,
    pub(super) backend_mode: Vec<BackendMode>,
    pub(super) dynamic_file: Option<PathBuf>,
    pub(super) config_map: Option<PathBuf>,
    pub(super) rules: MappingRules,
}

/// What was found in them.
pub(super) struct Files {
    pub(super) map: IdentityMap,
    pub(super) warnings: Vec<String>,
    /// Every backend in its order, and why it was not asked.
    backends: Vec<(BackendMode, Option<&'static str>)>,
}

impl Files {
    pub(super) fn load(wanted: Wanted<'_>) -> Result<Self, Failed> {
        let mut warnings = Vec::new();
        if let Some(config) = wanted.config {
            warnings.extend(config.unknown_keys());
        }
        let mut sets = Vec::new();
        let mut backends = Vec::new();
        for mode in modes(&wanted, &mut warnings)? {
            match wanted.file_of(mode)? {
                Ok(file) => {
                    let lines = file.warnings.into_iter();
                    warnings.extend(lines.map(|line| format!("{mode}, {line}")));
                    sets.push((file.backend, Arc::new(file.set)));
                    backends.push((mode, None));
                }
                Err(reason) => backends.push((mode, Some(reason))),
            }
        }
        let entries = &wanted.server.reserved_prefixes;
        let reserved = backend_modes::reserved_prefixes(entries, &mut warnings);
        let mut files = Self {
            map: IdentityMap::new(sets, reserved),
            warnings,
            backends,
        };
        files.warn_of_unread(
            "--dynamic-file",
            &wanted.dynamic_file,
            BackendMode::DynamicFile,
        );
        files.warn_of_unread("--configmap", &wanted.config_map, BackendMode::EksConfigMap);
        Ok(files)
    }

    /// A file that is named, of a backend that is not asked, would change nothing in silence.
    fn warn_of_unread(&mut self, flag: &str, file: &Option<PathBuf>, mode: BackendMode) {
        let is_asked = self.backends.iter().any(|(asked, _)| *asked == mode);
        if file.is_some() && !is_asked {
            let asked: Vec<_> = self.backends.iter().map(|(it, _)| it.name()).collect();
            self.warnings.push(format!(
                "the file of `{flag}` was not read: {mode} is not among the backends that are asked, {}; \
                 name them with `--backend-mode`",
                asked.join(" ")
            ));
        }
    }

    /// Tells the backends that would have been asked, but are no files: before the one that decides,
    /// or all.
    pub(super) fn tell_skipped(&self, decided_by: Option<BackendMode>) {
        for (mode, reason) in &self.backends {
            if Some(*mode) == decided_by {
                break;
            }
            if let Some(reason) = reason {
                output::note(format_args!("note: {mode} was not asked: {reason}"));
            }
        }
    }
}

impl Wanted<'_> {
    /// What is in the file of a backend, or why it was not asked.
    fn file_of(&self, mode: BackendMode) -> Result<Result<LoadedFile, &'static str>, Failed> {
        let loaded = match mode {
            BackendMode::MountedFile => match self.config {
                Some(config) => LoadedFile::mounted(&config.mappings()?, self.rules)?,
                None => return Ok(Err("name its file with `--config FILE`")),
            },
            BackendMode::DynamicFile => match self.dynamic_path() {
                // The server waits for the one of the configuration.
                Some(path) if self.dynamic_file.is_none() && !path.exists() => {
                    return Ok(Err("its file is not there"));
                }
                Some(path) => LoadedFile::dynamic(path, self.rules)?,
                None => return Ok(Err("name its file with `--dynamic-file FILE`")),
            },
            BackendMode::EksConfigMap => match &self.config_map {
                Some(path) => LoadedFile::config_map(path, self.rules)?,
                None => return Ok(Err("hand its ConfigMap in with `--configmap FILE`")),
            },
            _ => return Ok(Err("its objects are in the cluster")),
        };
        Ok(Ok(loaded))
    }

    fn dynamic_path(&self) -> Option<&Path> {
        let named = self.dynamic_file.as_deref();
        named.or(self.server.dynamic_file.as_deref())
    }
}

/// The backends in the order in which the server asks them. Without a configuration file, those that
/// have a file.
fn modes(wanted: &Wanted<'_>, warnings: &mut Vec<String>) -> Result<Vec<BackendMode>, Failed> {
    if !wanted.backend_mode.is_empty() {
        return Ok(wanted.backend_mode.clone());
    }
    if wanted.config.is_none() {
        let config_map = wanted
            .config_map
            .as_ref()
            .map(|_| BackendMode::EksConfigMap);
        let dynamic = wanted
            .dynamic_file
            .as_ref()
            .map(|_| BackendMode::DynamicFile);
        return Ok(config_map.into_iter().chain(dynamic).collect());
    }
    let mode_path = wanted.server.dynamic_backend_mode.as_deref();
    if let Some(path) = mode_path.filter(|it| it.exists()) {
        match mode_file(path) {
            Ok(modes) => return Ok(modes),
            // As for the server, what cannot be used changes nothing.
            Err(error) => warnings.push(chain(&error, ": ")),
        }
    }
    match &wanted.server.backend_mode {
        Some(names) => backend_modes::parsed(names, warnings),
        None => Ok(vec![BackendMode::MountedFile]),
    }
}

fn mode_file(path: &Path) -> Result<Vec<BackendMode>, Failed> {
    let unusable = || {
        let path = path.display().to_string();
        Failed::new(format!(
            "could not use the file of `dynamicBackendModePath`, `{}`",
            path.escape_default()
        ))
    };
    let text = mapping_files::read(path).map_err(|error| unusable().because(error))?;
    let file = BackendModeFile::parse(&text).map_err(|error| unusable().because(error))?;
    Ok(file.modes)
}

//! Where mappings come from, and how they are compared.

use std::path::PathBuf;

use eksauth_map::{BackendMode, ReservedPrefixes};

use crate::backend_modes;
use crate::failed::{Failed, chain};
use crate::feature_gates::{FeatureGates, Gate};
use crate::incumbent_config::ServerSection;
use crate::mapping_files::LoadedFile;
use crate::mapping_rules::{MappingFlags, MappingRules};

use super::Resolving;
use super::first_reading::FirstReading;

/// The configuration file as one that holds mappings.
pub(crate) struct MountedFile {
    pub(crate) path: PathBuf,
    /// Unless its mappings cannot be used, or are not asked for.
    pub(crate) first_reading: Option<FirstReading>,
}

/// Where mappings come from, and how they are compared.
#[derive(Clone, Debug)]
pub(crate) struct BackendSettings {
    /// Each once, in their order.
    pub(crate) modes: Vec<BackendMode>,
    pub(crate) rules: MappingRules,
    pub(crate) reserved: ReservedPrefixes,
    pub(crate) dynamic_file: Option<PathBuf>,
    /// The file that says which backends are asked.
    pub(crate) mode_file: Option<PathBuf>,
}

pub(super) fn rules(
    gates: FeatureGates,
    file: &ServerSection,
    flags: MappingFlags,
) -> MappingRules {
    let or_no = |flag: Option<bool>, file: Option<bool>| flag.or(file).unwrap_or_default();
    MappingRules {
        sso: gates.has(Gate::SsoRoleMatch),
        drop_role_paths: or_no(flags.drop_role_paths, file.drop_role_paths),
        wildcard_roles: or_no(flags.wildcard_roles, file.wildcard_roles),
        user_id_strict: file.dynamic_file_user_id_strict.unwrap_or_default(),
    }
}

impl Resolving<'_> {
    /// As they are written.
    pub(super) fn backend_names(&mut self, flag: Vec<String>) -> Vec<String> {
        match flag.is_empty() {
            false => flag,
            true => (self.file.backend_mode.take())
                .unwrap_or_else(|| vec![BackendMode::MountedFile.name().to_owned()]),
        }
    }

    /// Judges the lists of the configuration file, whether or not they are used. Where they are not, they
    /// keep nothing from starting.
    pub(super) fn mounted_file(
        &mut self,
        rules: MappingRules,
        names: &[String],
    ) -> Option<MountedFile> {
        let mappings = self.config.mappings();
        let loaded = mappings.and_then(|it| LoadedFile::mounted(&it, rules));
        let is_asked = names.iter().any(|it| may_be_mounted_file(it));
        let loaded = match loaded {
            Ok(loaded) => Some(loaded).filter(|_| is_asked),
            Err(problem) if is_asked => {
                self.problems.add(problem);
                None
            }
            Err(problem) => {
                self.warnings.push(format!(
                    "{}; the backend `{}` is not asked",
                    chain(&problem, ": "),
                    BackendMode::MountedFile
                ));
                None
            }
        };
        let path = self.config.path()?.to_owned();
        let text = self.config.source();
        let first_reading = loaded.map(|it| FirstReading::new(text, it));
        Some(MountedFile {
            path,
            first_reading,
        })
    }

    pub(super) fn backends(
        &mut self,
        names: &[String],
        rules: MappingRules,
    ) -> Option<BackendSettings> {
        let dynamic_file = self.file.dynamic_file.take();
        let mode_file = self.file.dynamic_backend_mode.take();
        let agree = agree(names, dynamic_file.is_some(), mode_file.is_some());
        self.problems.take(agree);
        let modes = backend_modes::parsed(names, &mut self.warnings);
        let modes = self.problems.take(modes);
        let entries = &self.file.reserved_prefixes;
        let reserved = backend_modes::reserved_prefixes(entries, &mut self.warnings);
        Some(BackendSettings {
            modes: modes?,
            rules,
            reserved,
            dynamic_file,
            mode_file,
        })
    }
}

/// A name that no backend has may be meant so.
fn may_be_mounted_file(name: &str) -> bool {
    matches!(name.parse(), Ok(BackendMode::MountedFile) | Err(_))
}

/// There is a file of the backend `DynamicFile` if and only if the backend is asked.
fn agree(names: &[String], has_file: bool, may_change: bool) -> Result<(), Failed> {
    let is_asked = names
        .iter()
        .any(|it| *it == BackendMode::DynamicFile.name());
    match (is_asked, has_file) {
        (true, false) => Err(Failed::new(
            "expected the file of the backend `DynamicFile` as `server.dynamicfilepath` of the \
             configuration file, but found none",
        )),
        // With `dynamicBackendModePath`, the backend may be turned on later.
        (false, true) if !may_change => Err(Failed::new(format!(
            "expected `DynamicFile` in `backendMode`, since there is a `server.dynamicfilepath`, but found \
             {}",
            match names {
                [] => "no backend".to_owned(),
                names => format!("`{}`", names.join(" ").escape_default()),
            }
        ))),
        _ => Ok(()),
    }
}

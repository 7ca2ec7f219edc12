//! Mappings that are in files.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use eksauth_map::aws_auth::{self, AwsAuth};
use eksauth_map::dynamic_file::DynamicFile;
use eksauth_map::mounted::{self, MountedError, MountedFile};
use eksauth_map::{BackendMode, Loaded, MappingSet, Place, Problem, ProblemKind};

use crate::failed::Failed;
use crate::incumbent_config::MappingsText;
use crate::mapping_rules::MappingRules;

/// The most that is read of a file: larger than any that is used.
const MAX_FILE: u64 = 64 << 20;

/// What is in one file.
pub(crate) struct LoadedFile {
    pub(crate) backend: BackendMode,
    pub(crate) set: MappingSet,
    /// The entries that are left out, which are among the warnings, too.
    pub(crate) problems: Vec<Problem>,
    /// What is odd about it, a line each.
    pub(crate) warnings: Vec<String>,
}

impl LoadedFile {
    /// The lists of the configuration file. An entry without a user name is left out. Any other that
    /// cannot be used spoils all of it, as at the start of the server.
    pub(crate) fn mounted(
        mappings: &MappingsText<'_>,
        rules: MappingRules,
    ) -> Result<Self, Failed> {
        let backend = BackendMode::MountedFile;
        let mut file = mounted::from_yaml(&mappings.text)
            .map_err(|error| unusable_lists().because(without_lines(error, mappings.has_lines)))?;
        if !mappings.has_lines {
            forget_lines(&mut file);
        }
        let loaded = MappingSet::builder(rules.of(backend))
            .mappings(file.roles.into_iter().chain(file.users))
            .accounts(file.accounts)
            .build();
        nothing_is_spoiled(&loaded.problems).map_err(|error| unusable_lists().because(error))?;
        let told = file.warnings.iter().map(|it| match mappings.has_lines {
            true => it.to_string(),
            false => format!("{}: {}", it.list().key(), it.message()),
        });
        Ok(Self::in_part(backend, loaded, told.collect()))
    }

    /// A file of the backend `DynamicFile`. One that is not what a program should write is refused as a
    /// whole; of one that is, what can be used counts.
    pub(crate) fn dynamic(path: &Path, rules: MappingRules) -> Result<Self, Failed> {
        let backend = BackendMode::DynamicFile;
        let unusable = || unusable("the dynamic file", path);
        let text = read(path).map_err(|error| unusable().because(error))?;
        let file = DynamicFile::parse(&text, rules.user_ids())
            .map_err(|error| unusable().because(error))?;
        let loaded = MappingSet::builder(rules.of(backend))
            .mappings(file.roles.into_iter().chain(file.users))
            .accounts(file.accounts)
            .build();
        Ok(Self::in_part(backend, loaded, Vec::new()))
    }

    /// The ConfigMap `aws-auth` in a file, `-` for stdin. What can be used counts.
    pub(crate) fn config_map(path: &Path, rules: MappingRules) -> Result<Self, Failed> {
        let backend = BackendMode::EksConfigMap;
        let unusable = || unusable("the ConfigMap", path);
        let text = read(path).map_err(|error| unusable().because(error))?;
        let data = aws_auth::data_of_manifest(&text).map_err(|error| unusable().because(error))?;
        let (map, troubles) = AwsAuth::default().updated(&data);
        let loaded = MappingSet::builder(rules.of(backend))
            .mappings(map.roles.into_iter().chain(map.users))
            .accounts(map.accounts)
            .build();
        let troubles = troubles.iter().map(ToString::to_string);
        Ok(Self::in_part(backend, loaded, troubles.collect()))
    }

    /// The entries that can be used. Each of the others is told.
    fn in_part(backend: BackendMode, loaded: Loaded, mut warnings: Vec<String>) -> Self {
        let problems = loaded.problems.iter();
        warnings.extend(problems.map(|it| format!("{it}; the entry is dropped")));
        warnings.extend(loaded.warnings.iter().map(ToString::to_string));
        Self {
            backend,
            set: loaded.set,
            problems: loaded.problems,
            warnings,
        }
    }
}

/// aws-iam-authenticator starts with an entry that has no user name, and with no other of these.
fn nothing_is_spoiled(problems: &[Problem]) -> Result<(), Failed> {
    let mut spoiling = problems
        .iter()
        .filter(|it| it.kind != ProblemKind::NoUsername);
    let Some(first) = spoiling.next() else {
        return Ok(());
    };
    let more = match spoiling.count() {
        0 => String::new(),
        1 => " (and one more entry cannot be used)".to_owned(),
        more => format!(" (and {more} more entries cannot be used)"),
    };
    Err(Failed::new(format!("{first}{more}")))
}

/// The text of a file, `-` for stdin.
pub(crate) fn read(path: &Path) -> Result<String, Failed> {
    let mut text = String::new();
    let read = match path.as_os_str() == "-" {
        true => io::stdin().lock().take(MAX_FILE).read_to_string(&mut text),
        false => {
            fs::File::open(path).and_then(|file| file.take(MAX_FILE).read_to_string(&mut text))
        }
    };
    read.map(|_| text)
        .map_err(|error| Failed::new(error.to_string()))
}

fn unusable(what: &str, path: &Path) -> Failed {
    let place = match path.as_os_str() == "-" {
        true => "on stdin".to_owned(),
        false => format!("`{}`", path.display().to_string().escape_default()),
    };
    Failed::new(format!("could not use {what} {place}"))
}

fn unusable_lists() -> Failed {
    Failed::new("could not use the mappings of the configuration file")
}

/// The lines of a text that nobody has written help nobody.
fn without_lines(error: MountedError, has_lines: bool) -> Failed {
    match &error {
        MountedError::Entry(trouble) if !has_lines => {
            let index = trouble.index().map(|it| format!("[{it}]"));
            Failed::new(format!(
                "{}{}: {}",
                trouble.list().key(),
                index.unwrap_or_default(),
                trouble.message()
            ))
        }
        _ => {
            let failed = Failed::new(error.to_string());
            match error {
                MountedError::Syntax(source) => failed.because(source),
                _ => failed,
            }
        }
    }
}

fn forget_lines(file: &mut MountedFile) {
    let mappings = file.roles.iter_mut().chain(&mut file.users);
    let places = mappings.map(|it| &mut it.place);
    let accounts = file.accounts.iter_mut().map(|it| &mut it.place);
    for place in places.chain(accounts) {
        *place = Place {
            line: None,
            ..*place
        };
    }
}

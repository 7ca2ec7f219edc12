//! `eksauth server --check`: whether it would start, as far as that can be said without a network.

mod files;

use std::fmt;

use anstyle::{AnsiColor, Style};
use eksauth_map::BackendMode;
use serde::Serialize;

use crate::failed::{BECAUSE, Failed, chain};
use crate::mapping_files::LoadedFile;
use crate::outcome::Unsuccessful;
use crate::output;
use crate::problems::Problems;
use crate::process::Process;
use crate::redaction::without_tokens;
use crate::runtime;

use super::Output;
use super::settings::ServerSettings;
use super::sources::is_in_cluster;

const GOOD: Style = AnsiColor::Green.on_default();
const ODD: Style = AnsiColor::Yellow.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();

/// Prints what was found. The answer is no if the server would not start.
pub(super) fn check(
    settings: Result<ServerSettings, Problems>,
    output: Output,
    process: &Process,
) -> Result<(), Unsuccessful> {
    let report = match settings {
        Ok(settings) => Report::of(settings, process)?,
        Err(problems) => Report {
            problems: problems.texts().collect(),
            ..Report::default()
        },
    };
    let report = Report {
        valid: report.problems.is_empty(),
        ..report.without_tokens()
    };
    match output {
        Output::Text => output::data(&report)?,
        Output::Json => output::json_indented(&report)?,
    }
    match report.valid {
        true => Ok(()),
        false => Err(Unsuccessful::No),
    }
}

/// What was found, in the shape of `-o json`.
#[derive(Default, Serialize)]
struct Report {
    /// Whether the server would start.
    valid: bool,
    /// What keeps it from starting.
    problems: Vec<String>,
    /// What is probably not meant so.
    warnings: Vec<String>,
    /// What is good.
    checked: Vec<String>,
    /// What only a network could tell.
    unchecked: Vec<String>,
}

impl Report {
    fn of(mut settings: ServerSettings, process: &Process) -> Result<Self, Failed> {
        let mut report = Self {
            warnings: settings.warnings.clone(),
            ..Self::default()
        };
        report.checked.push(settings.summary());
        for mode in settings.backends.modes.clone() {
            report.backend(mode, &mut settings);
        }
        report.files(&settings);
        let connection = settings.sts.clone().connection(process.context());
        report.take(connection);
        if settings.needs_cluster() {
            let target = runtime::block_on(settings.api_server.clone().find_named(process))?;
            if let Some(target) = report.take(target) {
                let url = target.config.cluster_url;
                report
                    .unchecked
                    .push(format!("whether the API server {url} answers"));
            }
        }
        report.unchecked.push(format!(
            "whether {}:{} is free to listen on, and STS answers",
            settings.place.address, settings.place.port
        ));
        Ok(report)
    }

    fn backend(&mut self, mode: BackendMode, settings: &mut ServerSettings) {
        let rules = settings.backends.rules;
        let loaded = match mode {
            BackendMode::MountedFile => match &mut settings.mounted_file {
                Some(file) => match file.first_reading.take() {
                    Some(reading) => Ok(reading.file),
                    None => Err(Failed::new(format!("the mappings of {mode} were not read"))),
                },
                None => {
                    let line = format!("{mode}: no mappings without a configuration file");
                    self.checked.push(line);
                    return;
                }
            },
            BackendMode::DynamicFile => match &settings.backends.dynamic_file {
                Some(path) if !path.exists() => {
                    self.warnings.push(format!(
                        "{mode}: `{}` is not there yet, so nothing is mapped by it until it is",
                        path.display()
                    ));
                    return;
                }
                Some(path) => LoadedFile::dynamic(path, rules),
                None => return,
            },
            _ => {
                let mode = mode.name();
                self.unchecked
                    .push(format!("{mode}: its mappings are in the cluster"));
                return;
            }
        };
        if let Some(loaded) = self.take(loaded) {
            let count = match loaded.set.len() {
                1 => "1 mapping".to_owned(),
                count => format!("{count} mappings"),
            };
            self.checked.push(format!("{mode}: {count}"));
            let lines = loaded.warnings.into_iter();
            self.warnings
                .extend(lines.map(|line| format!("{mode}, {line}")));
        }
    }

    /// What is told repeats what was found, and that may be a misplaced token.
    fn without_tokens(self) -> Self {
        let clean = |lines: Vec<String>| lines.iter().map(|it| without_tokens(it)).collect();
        Self {
            valid: self.valid,
            problems: clean(self.problems),
            warnings: clean(self.warnings),
            checked: clean(self.checked),
            unchecked: clean(self.unchecked),
        }
    }

    fn take<T>(&mut self, result: Result<T, Failed>) -> Option<T> {
        result
            .map_err(|error| self.problems.push(chain(&error, BECAUSE)))
            .ok()
    }
}

impl ServerSettings {
    fn summary(&self) -> String {
        let modes: Vec<_> = self.backends.modes.iter().map(|it| it.name()).collect();
        format!(
            "settings: cluster {}, partition {}, backends {}",
            self.cluster.as_str(),
            self.partition.id(),
            modes.join(" ")
        )
    }

    fn needs_cluster(&self) -> bool {
        self.crd_status || self.backends.modes.iter().any(|it| is_in_cluster(*it))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sections = [
            ("ok", GOOD, &self.checked),
            ("not checked", Style::new(), &self.unchecked),
            ("warning", ODD, &self.warnings),
            ("problem", BAD, &self.problems),
        ];
        for (label, style, lines) in sections {
            for line in lines {
                writeln!(f, "{style}{label:<12}{style:#} {line}")?;
            }
        }
        match self.valid {
            true => writeln!(f, "the server would start"),
            false => writeln!(f, "the server would not start"),
        }
    }
}

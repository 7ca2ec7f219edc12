//! What no tool of others can know about the files: that they fit the sources.

mod alerts;
mod dashboard;
mod rights;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn read(path: &str) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn files_below(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files_below(&path, found),
            false => found.push(path),
        }
    }
}

fn files(directory: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    files_below(&root().join(directory), &mut found);
    found.retain(|path| path.extension().is_some_and(|it| it == extension));
    assert!(!found.is_empty(), "{directory} has no .{extension}");
    found
}

fn documents(yaml: &str) -> Result<Vec<Value>, serde_saphyr::Error> {
    serde_saphyr::from_multiple(yaml)
}

#[test]
fn every_file_is_well_formed() {
    let is_template = |path: &Path| path.parent().is_some_and(|it| it.ends_with("templates"));
    for path in files("deploy", "yaml") {
        if !is_template(&path) {
            let found = documents(&fs::read_to_string(&path).unwrap());
            let documents = found.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert!(!documents.is_empty(), "{}", path.display());
        }
    }
    for path in files("deploy", "json") {
        let found = serde_json::from_str::<Value>(&fs::read_to_string(&path).unwrap());
        found.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

/// The keys below `server:`, from the source that knows them.
fn server_keys() -> Vec<String> {
    let source = read("crates/eksauth-cli/src/incumbent_config/known_keys.rs");
    let (_, list) = source.split_once("const SERVER:").unwrap();
    let (_, list) = list.split_once("= [").unwrap();
    let (list, _) = list.split_once("];").unwrap();
    let keys: Vec<_> = list
        .split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect();
    assert!(keys.len() > 20, "{keys:?}");
    keys
}

#[test]
fn the_sample_configuration_shows_every_key() {
    let sample = read("deploy/base/config.yaml");
    let keys: BTreeSet<_> = sample
        .lines()
        .filter_map(|line| line.trim_start_matches([' ', '#']).split_once(':'))
        .map(|(key, _)| key)
        .collect();
    for key in server_keys() {
        assert!(keys.contains(key.as_str()), "{key}");
    }
}

#[test]
fn the_chart_takes_the_keys_of_the_configuration_and_no_others() {
    let schema: Value =
        serde_json::from_str(&read("deploy/helm/eksauth-server/values.schema.json")).unwrap();
    let properties = schema["properties"]["server"]["properties"].as_object();
    let in_schema: BTreeSet<_> = properties.unwrap().keys().cloned().collect();
    assert_eq!(in_schema, server_keys().into_iter().collect());
}

#[test]
fn the_chart_brings_the_same_kind_as_the_base() {
    assert_eq!(
        read("deploy/helm/eksauth-server/crds/iamidentitymappings.yaml"),
        read("deploy/base/crd.yaml"),
        "copy deploy/base/crd.yaml to the chart"
    );
}

#[test]
fn versions_are_those_of_the_workspace() {
    let manifest = read("Cargo.toml");
    let value = |key: &str| {
        let line = manifest.lines().find(|line| line.starts_with(key));
        line.unwrap().split('"').nth(1).unwrap().to_owned()
    };
    let version = value("version = ");
    let chart = &documents(&read("deploy/helm/eksauth-server/Chart.yaml")).unwrap()[0];
    assert_eq!(chart["appVersion"], Value::String(version.clone()));
    for manifest in [
        "deploy/base/daemonset.yaml",
        "deploy/static-pod/eksauth-server.yaml",
    ] {
        let image = format!("image: eksauth:{version}\n");
        assert!(read(manifest).contains(&image), "{manifest}");
    }
    let image = format!("FROM rust:{}-alpine ", value("rust-version = "));
    assert!(read("deploy/Dockerfile").contains(&image), "{image}");
}

//! What it costs to read a list and to make it ready, in every format.
//!
//!     cargo bench -p eksauth-map --bench loading
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark fails by panicking"
)]

use std::collections::BTreeMap;

use divan::{Bencher, black_box};
use eksauth_map::aws_auth::AwsAuth;
use eksauth_map::dynamic_file::DynamicFile;
use eksauth_map::{BackendMode, List, Mapping, MappingSet, Matching, Place, UserIds, Who, mounted};

const ENTRIES: [usize; 3] = [10, 1_000, 100_000];

/// About as many as Kubernetes lets a ConfigMap have.
const ENTRIES_OF_CONFIG_MAP: [usize; 3] = [10, 1_000, 8_000];

fn main() {
    divan::main();
}

fn arn(index: usize) -> String {
    format!("arn:aws:iam::123456789012:role/Team-{index}")
}

/// A list in YAML, indented.
fn yaml(entries: usize, indent: &str) -> String {
    let entry = |index| {
        format!(
            "{indent}- rolearn: {}\n{indent}  username: team:{{{{SessionName}}}}\n{indent}  \
             groups: [deployers]\n",
            arn(index)
        )
    };
    (0..entries).map(entry).collect()
}

fn json(entries: usize) -> String {
    let entry = |index| {
        let arn = arn(index);
        format!(
            r#"{{"rolearn": "{arn}", "username": "team:{{{{SessionName}}}}", "groups": ["deployers"]}}"#
        )
    };
    let entries: Vec<String> = (0..entries).map(entry).collect();
    format!("{{\"mapRoles\": [\n{}\n]}}", entries.join(",\n"))
}

fn objects(entries: usize) -> Vec<Mapping> {
    let object = |index| Mapping {
        who: Who::Arn(arn(index)),
        user_id: None,
        username: "team:{{SessionName}}".to_owned(),
        groups: vec!["deployers".to_owned()],
        place: Place {
            list: List::Objects,
            index,
            line: None,
        },
    };
    (0..entries).map(object).collect()
}

fn set(backend: BackendMode, mappings: Vec<Mapping>, entries: usize) -> MappingSet {
    let loaded = MappingSet::builder(Matching::of(backend))
        .mappings(mappings)
        .build();
    assert_eq!(loaded.set.len(), entries);
    loaded.set
}

#[divan::bench(args = ENTRIES)]
fn crd(bencher: Bencher<'_, '_>, entries: usize) {
    bencher
        .with_inputs(|| objects(entries))
        .bench_values(|mappings| set(BackendMode::Crd, mappings, entries));
}

#[divan::bench(args = ENTRIES)]
fn dynamic_file(bencher: Bencher<'_, '_>, entries: usize) {
    let text = json(entries);
    bencher.bench(|| {
        let file = DynamicFile::parse(black_box(&text), UserIds::Ignored).unwrap();
        set(BackendMode::DynamicFile, file.roles, entries)
    });
}

#[divan::bench(args = ENTRIES)]
fn mounted_file(bencher: Bencher<'_, '_>, entries: usize) {
    let text = format!("server:\n  mapRoles:\n{}", yaml(entries, "  "));
    bencher.bench(|| {
        let file = mounted::from_yaml(black_box(&text)).unwrap();
        set(BackendMode::MountedFile, file.roles, entries)
    });
}

#[divan::bench(args = ENTRIES_OF_CONFIG_MAP)]
fn config_map(bencher: Bencher<'_, '_>, entries: usize) {
    let data = BTreeMap::from([("mapRoles".to_owned(), yaml(entries, ""))]);
    bencher.bench(|| {
        let (found, _) = AwsAuth::default().updated(black_box(&data));
        set(BackendMode::EksConfigMap, found.roles, entries)
    });
}

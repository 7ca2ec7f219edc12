//! The files of this repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

pub(crate) const EKSAUTH: &str = env!("CARGO_BIN_EXE_eksauth");

pub(crate) fn path(below_root: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    root.unwrap().join(below_root)
}

#[track_caller]
pub(crate) fn read(below_root: &str) -> String {
    let path = path(below_root);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files of a folder, sorted.
pub(crate) fn files(below_root: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(path(below_root)).unwrap();
    let mut files: Vec<_> = entries.map(|it| it.unwrap().path()).collect();
    assert!(!files.is_empty(), "{below_root}");
    files.sort();
    files
}

#[track_caller]
pub(crate) fn yaml(text: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(text).unwrap()
}

/// Whether a program of others is there; without it, `test` is skipped.
pub(crate) fn has(test: &str, program: &str, version: &[&str]) -> bool {
    works(test, Command::new(program).args(version))
}

/// Whether a program of others tells its version; without it, `test` is skipped.
pub(crate) fn works(test: &str, version: &mut Command) -> bool {
    let status = version.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let works = status.is_ok_and(|it| it.success());
    if !works {
        let program = version.get_program().display();
        eksauth_testing::skip(test, &format!("there is no {program} on PATH"));
    }
    works
}

/// What a program of others prints.
#[track_caller]
pub(crate) fn stdout(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

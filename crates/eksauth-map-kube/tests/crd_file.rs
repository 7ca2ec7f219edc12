//! The file that people install is what the code says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::Path;

#[test]
fn the_installed_crd_is_the_one_of_the_code() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/base/crd.yaml");
    let yaml = serde_saphyr::to_string(&eksauth_map_kube::crd()).expect("the CRD as YAML");
    if update() {
        fs::create_dir_all(file.parent().unwrap()).expect("a directory for the CRD");
        fs::write(&file, &yaml).expect("writing the CRD");
    }
    let written = fs::read_to_string(&file).expect("reading the CRD");
    assert!(
        written == yaml,
        "{} differs from the code; UPDATE_EXPECT=1 writes it anew. It should be:\n{yaml}",
        file.display()
    );
}

#[expect(
    clippy::disallowed_methods,
    reason = "whoever runs the test says by it that the file is to be written"
)]
fn update() -> bool {
    std::env::var_os("UPDATE_EXPECT").is_some()
}

//! Files and folders that are not as the server needs them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use eksauth_testing::skip;

use crate::scene::{CONFIG, Scene};

#[track_caller]
fn refused(scene: &Scene, words: &str) {
    let error = scene.run("server -c config.yaml -v error").failed();
    assert!(error.starts_with(&format!("error: {words}")), "{error}");
}

#[test]
fn a_configuration_file_that_cannot_be_read_is_told() {
    let scene = Scene::new();
    refused(
        &scene,
        "could not use the configuration file `config.yaml`\n  because: No such file or directory",
    );
    fs::create_dir(scene.path("config.yaml")).unwrap();
    refused(
        &scene,
        "could not use the configuration file `config.yaml`\n  because: Is a directory",
    );
    fs::remove_dir(scene.path("config.yaml")).unwrap();
    fs::write(scene.path("config.yaml"), b"clusterID: \xff").unwrap();
    refused(
        &scene,
        "could not use the configuration file `config.yaml`\n  because: ",
    );
}

#[test]
fn a_folder_that_is_missing_is_told_with_what_it_is_for() {
    let scene = Scene::with_config("");
    fs::remove_dir(scene.path("state")).unwrap();
    refused(
        &scene,
        "could not use the certificate of the server\n  because: cannot write `state/",
    );
    let scene = Scene::new();
    scene.write(
        "config.yaml",
        &CONFIG.replace("webhook.yaml", "missing/webhook.yaml"),
    );
    refused(
        &scene,
        "could not write the kubeconfig for the API server\n  because: cannot write `missing/webhook.yaml`",
    );
    refused(
        &Scene::with_config("  auditLog: missing/audit\n"),
        "could not write the audit log `missing/audit`\n  because: No such file",
    );
    refused(
        &Scene::with_config("  clientCA: missing\n"),
        "could not use the certificate of the server\n  because: cannot read `missing`",
    );
}

#[test]
fn a_kubeconfig_that_is_there_already_is_left_alone() {
    let scene = Scene::with_config("  kubeconfigPregenerated: true\n");
    scene.write("webhook.yaml", "mine");
    scene.start("").stop();
    assert_eq!(
        fs::read_to_string(scene.path("webhook.yaml")).unwrap(),
        "mine"
    );
}

#[test]
fn files_that_are_no_certificate_are_told_and_left_alone() {
    let scene = Scene::with_config("");
    scene.write("state/cert.pem", "no certificate");
    scene.write("state/key.pem", "no key");
    refused(
        &scene,
        "could not use the certificate of the server\n  because: expected PEM",
    );
    assert_eq!(
        fs::read_to_string(scene.path("state/key.pem")).unwrap(),
        "no key"
    );
}

#[test]
fn the_key_is_for_its_owner_alone() {
    let scene = Scene::with_config("  auditLog: audit\n");
    scene.start("").stop();
    for name in ["state/key.pem", "audit"] {
        let mode = fs::metadata(scene.path(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_folder_that_may_not_be_written_is_told() {
    let scene = Scene::with_config("");
    let folder = scene.path("state");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o500)).unwrap();
    if is_writable(&folder) {
        return skip(
            "a_folder_that_may_not_be_written_is_told",
            "root may write everywhere",
        );
    }
    refused(
        &scene,
        "could not use the certificate of the server\n  because: cannot write `state/",
    );
    let ran = scene.run("server -c config.yaml --check");
    assert_eq!(ran.code, Some(1));
    let words = "expected the folder `state` for the certificate and its key, but found that this user may not \
                 write there: change its owner or mode, or name another one with `--state-dir` or `server.stateDir`";
    assert!(ran.stdout.contains(words), "{}", ran.stdout);
}

fn is_writable(folder: &Path) -> bool {
    fs::write(folder.join("probe"), "").is_ok()
}

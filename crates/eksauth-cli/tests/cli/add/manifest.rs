//! `add --configmap`: the ConfigMap in a file.

use std::fs;
use std::path::{Path, PathBuf};

use crate::scene::{Ran, Scene, assert_says};

use super::{ROLE, USER};

const MANIFEST: &str = "\
# Ours.
apiVersion: v1
kind: ConfigMap
metadata:
  name: aws-auth
  namespace: kube-system
data:
  mapRoles: | # who
    # Who audits.
    - rolearn: arn:aws:iam::123456789012:role/Audit
      username: audit
  note: \"kept\"
";

const CHANGED: &str = "\
# Ours.
apiVersion: v1
kind: ConfigMap
metadata:
  name: aws-auth
  namespace: kube-system
data:
  mapRoles: | # who
    # Who audits.
    - rolearn: arn:aws:iam::123456789012:role/Audit
      username: audit
    - rolearn: arn:aws:iam::123456789012:role/Deploy
      username: deploy:{{SessionName}}
      groups:
        - deployers
        - readers
  note: \"kept\"
";

/// A file in the home of a test.
fn scene_with(text: &str) -> (Scene, PathBuf) {
    let scene = Scene::empty();
    let path = scene.home().write("aws-auth.yaml", text);
    (scene, path)
}

#[track_caller]
fn added(scene: &Scene, words: &str, path: &Path) -> Ran {
    scene.run(&format!(
        "{words} --prompt=false --configmap {}",
        path.display()
    ))
}

#[test]
fn the_entry_is_put_into_the_file_and_all_else_stays() {
    let (scene, path) = scene_with(MANIFEST);
    let ran = added(&scene, ROLE, &path);
    assert_eq!(ran.stderr, "");
    assert_says(
        &ran.succeeded(),
        &["added ", "mapRoles of `", "aws-auth.yaml`"],
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), CHANGED);
}

#[test]
fn what_will_change_in_it_is_shown_before_the_question() {
    let (scene, path) = scene_with(MANIFEST);
    let words = format!("{ROLE} --configmap {}", path.display());
    let stderr = scene.pipe("n\n", &words).failed();
    let diff = "+     - rolearn: arn:aws:iam::123456789012:role/Deploy\n";
    assert_says(&stderr, &[diff, "aws-auth.yaml`? [y/N] ", "cancelled"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), MANIFEST);
    scene.pipe("y\n", &words).succeeded();
    assert_eq!(fs::read_to_string(&path).unwrap(), CHANGED);
}

#[test]
fn the_config_map_is_printed_in_the_format_that_was_asked_for() {
    for format in ["json", "yaml"] {
        let (scene, path) = scene_with(MANIFEST);
        let printed = added(&scene, &format!("{USER} -o {format}"), &path).succeeded();
        let map = "map --configmap - --arn arn:aws:iam::123456789012:user/dev -o json";
        let mapped = scene.pipe(&printed, map).json();
        assert_says(&mapped.to_string(), &["\"dev\""]);
    }
}

#[test]
fn json_stays_json() {
    let (scene, path) =
        scene_with(r#"{"apiVersion": "v1", "kind": "ConfigMap", "data": {"note": "x"}}"#);
    added(&scene, USER, &path).succeeded();
    let json: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!(json["data"]["note"], "x");
    assert_says(json["data"]["mapUsers"].as_str().unwrap(), &["user/dev"]);
}

#[test]
fn what_cannot_be_changed_stays_as_it_is() {
    for (text, expected) in [
        (
            "kind: ConfigMap\ndata: {mapRoles: ''}\n",
            "add the entry by hand",
        ),
        ("kind: Secret\n", "kind: ConfigMap"),
        (
            "kind: ConfigMap\n---\nkind: ConfigMap\n",
            "several documents",
        ),
        (
            "kind: ConfigMap\ndata:\n  mapRoles:\n    - a\n",
            "write `mapRoles: |`",
        ),
        (CHANGED, "without a mapping"),
    ] {
        let (scene, path) = scene_with(text);
        let stderr = added(&scene, ROLE, &path).failed();
        assert_says(&stderr, &["could not change `", "aws-auth.yaml`", expected]);
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn a_file_that_is_not_there_is_told() {
    let scene = Scene::empty();
    let stderr = added(&scene, USER, &scene.path("nowhere.yaml")).failed();
    assert_says(&stderr, &["nowhere.yaml", "because: ", "No such file"]);
}

#[cfg(unix)]
#[test]
fn the_mode_of_the_file_and_a_link_to_it_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let (scene, path) = scene_with(MANIFEST);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let link = scene.path("link.yaml");
    symlink(&path, &link).unwrap();
    added(&scene, ROLE, &link).succeeded();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&path).unwrap(), CHANGED);
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn no_other_file_is_left_behind() {
    let (scene, path) = scene_with(MANIFEST);
    let files = || fs::read_dir(scene.home().path()).unwrap().count();
    let before = files();
    added(&scene, ROLE, &path).succeeded();
    assert_eq!(files(), before);
}

#[test]
fn stdin_is_no_file_that_can_be_changed() {
    let stderr = Scene::empty()
        .run(&format!("{USER} --configmap -"))
        .refused();
    assert_says(&stderr, &["found stdin", "> aws-auth.yaml"]);
}

#[test]
fn a_file_and_a_cluster_at_once_are_a_wrong_command_line() {
    let (scene, path) = scene_with(MANIFEST);
    for flag in [
        "--kubeconfig k",
        "--kubeconfig-context c",
        "--master-url http://h",
    ] {
        let stderr = added(&scene, &format!("{USER} {flag}"), &path).refused();
        assert_says(&stderr, &["--configmap"]);
    }
}

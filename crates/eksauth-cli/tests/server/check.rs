//! `eksauth server --check`.

use std::fs;

use crate::scene::{CONFIG, Scene};

/// Something of everything.
const MIXED: &str = "\
\x20 backendMode: [MountedFile, EKSConfigMap, DynamicFile]
  dynamicfilepath: dynamic.json
  dynamicBackendModePath: modes.json
  auditLog: audit
  kubeconfig: client.yaml
  hostNames: a
  mapRoles:
    - rolearn: arn:aws:iam::111122223333:role/teams/Viewer
      username: viewer
  mapAccounts: [111122223333]
";

const CLIENT: &str = "\
apiVersion: v1
kind: Config
current-context: c
clusters: [{name: c, cluster: {server: 'https://192.0.2.1:6443'}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
users: [{name: u, user: {}}]
";

fn mixed() -> Scene {
    let scene = Scene::with_config(MIXED);
    scene.write("client.yaml", CLIENT);
    scene.write(
        "modes.json",
        r#"{"backendMode": "DynamicFile MountedFile"}"#,
    );
    scene
}

#[test]
fn it_tells_what_is_good_what_is_odd_and_what_it_cannot_know() {
    let ran = mixed().run("server -c config.yaml --check");
    assert_eq!(ran.stdout, "\
ok           settings: cluster demo, partition aws, backends MountedFile EKSConfigMap DynamicFile
ok           MountedFile: 2 mappings
ok           certificate: will be made in `state`
ok           the kubeconfig for the API server: `webhook.yaml`
ok           the audit log: `audit`
ok           dynamicBackendModePath: `modes.json` says DynamicFile MountedFile
not checked  EKSConfigMap: its mappings are in the cluster
not checked  whether the API server https://192.0.2.1:6443/ answers
not checked  whether 127.0.0.1:0 is free to listen on, and STS answers
warning      the key `server.hostNames` of the configuration file means nothing: did you mean `hostname`?
warning      MountedFile, mapRoles[0], line 14: this matches nobody, because STS names the sessions of a role without its path: write `arn:aws:iam::111122223333:role/Viewer`, or let paths be dropped
warning      DynamicFile: `dynamic.json` is not there yet, so nothing is mapped by it until it is
the server would start
");
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
}

#[test]
fn programs_get_the_same_as_json() {
    let ran = mixed().run("server -c config.yaml --check -o json");
    assert_eq!(
        ran.stdout,
        r#"{
    "valid": true,
    "problems": [],
    "warnings": [
        "the key `server.hostNames` of the configuration file means nothing: did you mean `hostname`?",
        "MountedFile, mapRoles[0], line 14: this matches nobody, because STS names the sessions of a role without its path: write `arn:aws:iam::111122223333:role/Viewer`, or let paths be dropped",
        "DynamicFile: `dynamic.json` is not there yet, so nothing is mapped by it until it is"
    ],
    "checked": [
        "settings: cluster demo, partition aws, backends MountedFile EKSConfigMap DynamicFile",
        "MountedFile: 2 mappings",
        "certificate: will be made in `state`",
        "the kubeconfig for the API server: `webhook.yaml`",
        "the audit log: `audit`",
        "dynamicBackendModePath: `modes.json` says DynamicFile MountedFile"
    ],
    "unchecked": [
        "EKSConfigMap: its mappings are in the cluster",
        "whether the API server https://192.0.2.1:6443/ answers",
        "whether 127.0.0.1:0 is free to listen on, and STS answers"
    ]
}
"#
    );
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
}

#[test]
fn settings_that_contradict_each_other_are_all_it_tells() {
    let scene = Scene::with_config("  backendMode: []\n  stsQps: 0\n");
    let ran = scene.run("server -c config.yaml --check");
    assert_eq!(
        ran.stdout,
        "\
problem      expected at least one backend as `backendMode`, but found none
problem      expected at least 1 as `stsQps`, but found 0
the server would not start
"
    );
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), ""));
}

#[test]
fn files_that_are_not_there_are_problems() {
    let scene = Scene::with_config("  auditLog: missing/audit\n  clientCA: ca.pem\n");
    fs::remove_dir(scene.path("state")).unwrap();
    let ran = scene
        .run("server -c config.yaml --check -o json --generate-kubeconfig missing/webhook.yaml");
    assert_eq!(
        ran.stdout,
        r#"{
    "valid": false,
    "problems": [
        "could not read the CAs of clients\n  because: No such file or directory (os error 2)",
        "expected the folder `state` for the certificate and its key, but found none: make it, or name another one with `--state-dir` or `server.stateDir`",
        "expected the folder `missing` for the kubeconfig for the API server, but found none: make it, or name another file",
        "expected the folder `missing` for the audit log, but found none: make it, or name another file"
    ],
    "warnings": [],
    "checked": [
        "settings: cluster demo, partition aws, backends MountedFile",
        "MountedFile: 0 mappings"
    ],
    "unchecked": [
        "whether 127.0.0.1:0 is free to listen on, and STS answers"
    ]
}
"#
    );
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), ""));
}

#[test]
fn without_a_configuration_file_there_are_no_mappings() {
    let scene = Scene::with_config("");
    let ran = scene.run("server -i demo --check");
    let line = "ok           MountedFile: no mappings without a configuration file\n";
    assert!(ran.stdout.contains(line), "{}", ran.stdout);
}

#[test]
fn it_makes_nothing_and_asks_nobody() {
    let scene = mixed();
    let names = || {
        let entries = fs::read_dir(scene.folder()).unwrap();
        let mut names: Vec<_> = entries.map(|it| it.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = names();
    assert_eq!(scene.run("server -c config.yaml --check").code, Some(0));
    assert_eq!(names(), before);
    assert!(fs::read_dir(scene.path("state")).unwrap().next().is_none());
}

#[test]
fn a_certificate_that_is_there_is_told_with_its_end() {
    let scene = Scene::with_config("");
    scene.start("").stop();
    let ran = scene.run("server -c config.yaml --check");
    assert!(
        ran.stdout
            .contains("ok           certificate: `state/cert.pem`, until 20"),
        "{}",
        ran.stdout
    );
    scene.write("state/key.pem", "");
    let ran = scene.run("server -c config.yaml --check");
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stdout
            .contains("problem      could not use the certificate of the server\n  because: "),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_file_that_cannot_be_used_is_a_problem_and_not_an_error() {
    let scene = Scene::new();
    scene.write("config.yaml", "- a list");
    let ran = scene.run("server -c config.yaml --check");
    assert_eq!(
        ran.stdout,
        "\
problem      could not use the configuration file `config.yaml`
  because: expected keys and values, such as `clusterID: prod`, but found something else
the server would not start
"
    );
    assert_eq!(ran.code, Some(1));
    let dynamic = "  backendMode: DynamicFile\n  dynamicfilepath: dynamic.json\n";
    let scene = Scene::with_config(dynamic);
    scene.write("dynamic.json", "{");
    let ran = scene.run("server -c config.yaml --check");
    assert!(
        ran.stdout
            .contains("problem      could not use the dynamic file `dynamic.json`"),
        "{}",
        ran.stdout
    );
    assert_eq!(ran.code, Some(1));
}

#[test]
fn an_entry_without_a_user_name_is_left_out_of_any_file() {
    let scene = Scene::with_config(
        "  backendMode: [MountedFile, DynamicFile]\n  dynamicfilepath: dynamic.json\n  mapUsers:\n    \
         - userarn: arn:aws:iam::111122223333:user/a\n    - userarn: arn:aws:iam::111122223333:user/b\n      \
         username: b\n",
    );
    scene.write(
        "dynamic.json",
        r#"{"mapUsers": [{"userarn": "arn:aws:iam::111122223333:user/a"},
            {"userarn": "arn:aws:iam::111122223333:user/b", "username": "b"}]}"#,
    );
    let checked = scene.run("server -c config.yaml --check").stdout;
    for words in [
        "ok           MountedFile: 1 mapping\n",
        "ok           DynamicFile: 1 mapping\n",
        "warning      MountedFile, mapUsers[0], line 10: expected a user name, but found none; the entry is dropped\n",
        "warning      DynamicFile, mapUsers[0], line 1: expected a user name, but found none; the entry is dropped\n",
        "the server would start\n",
    ] {
        assert!(checked.contains(words), "{words} in {checked}");
    }
    let server = scene.start("");
    server.wait_until_ready();
    let log = server.stop();
    for words in [
        "mapUsers[0], line 10: expected a user name, but found none",
        "mapUsers[0], line 1: expected a user name, but found none",
    ] {
        assert!(log.contains(words), "{words} in {log}");
    }
}

#[test]
fn what_the_server_warns_of_the_check_warns_of() {
    let text = format!(
        "{CONFIG}  mapRoles:\n    - rolearn: arn:aws:iam::111122223333:role/a/B\n      username: b\n  colour: red\n  leaderElect: true\n"
    );
    let scene = Scene::new();
    scene.write("config.yaml", &text);
    let checked = scene.run("server -c config.yaml --check").stdout;
    let server = scene.start("");
    server.wait_until_ready();
    let log = server.stop();
    for words in [
        "`server.colour`",
        "`leaderElect` means nothing without `crdStatus`",
        "mapRoles[0], line 8: this matches nobody",
    ] {
        assert!(checked.contains(words), "{words} in {checked}");
        assert!(log.contains(words), "{words} in {log}");
    }
}

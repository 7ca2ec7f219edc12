//! `aws-iam-authenticator init`.

use std::fs;

use crate::scene::{Ran, Scene, assert_says};

use super::NAME;

const VERSION_LINE: &str = concat!(
    "Authenticator Version: \"",
    env!("CARGO_PKG_VERSION"),
    "\", \"\"\n"
);

/// Runs in the home.
#[track_caller]
fn run(scene: &Scene, words: &str) -> Ran {
    let mut command = scene.command_of(scene.path(NAME));
    command
        .args(words.split_whitespace())
        .current_dir(scene.home().path());
    scene.scanned(command.output().unwrap())
}

#[test]
fn the_files_are_in_the_current_folder_and_the_log_says_where_to_copy_them() {
    let scene = Scene::empty().called(NAME);
    let ran = run(&scene, "init -i prod");
    assert_says(
        &ran.stderr,
        &[
            "copy key.pem to /var/aws-iam-authenticator/key.pem",
            "copy aws-iam-authenticator.kubeconfig to \
             /etc/kubernetes/aws-iam-authenticator/kubeconfig.yaml",
        ],
    );
    assert_eq!(ran.succeeded(), VERSION_LINE);
    for name in ["cert.pem", "key.pem", "aws-iam-authenticator.kubeconfig"] {
        assert!(scene.path(name).is_file(), "{name}");
    }
}

#[test]
fn global_flags_may_stand_before_or_after_and_further_arguments_are_ignored() {
    for words in [
        "-i prod init",
        "init --cluster-id prod further arguments",
        "--feature-gates AllBeta=true init -i prod -l json --hostname h --address 10.0.0.7",
    ] {
        let scene = Scene::empty().called(NAME);
        assert_eq!(run(&scene, words).succeeded(), VERSION_LINE, "{words}");
        assert!(scene.path("key.pem").is_file(), "{words}");
    }
}

#[test]
fn the_address_is_that_of_the_flag() {
    let scene = Scene::empty().called(NAME);
    run(
        &scene,
        "init -i prod --address 10.0.0.7 --hostname 10.0.0.9",
    )
    .succeeded();
    let kubeconfig = fs::read_to_string(scene.path("aws-iam-authenticator.kubeconfig")).unwrap();
    assert_says(&kubeconfig, &["https://10.0.0.9:21362/authenticate"]);
}

#[test]
fn with_the_feature_gate_the_files_are_where_the_configuration_file_says() {
    let scene = Scene::empty().called(NAME);
    let config = "clusterID: prod\nserver:\n  stateDir: .\n  generateKubeconfig: here.yaml\n";
    scene.home().write("config.yaml", config);
    let words = "init -c config.yaml --feature-gates=ConfiguredInitDirectories=true";
    run(&scene, words).succeeded();
    assert!(scene.path("here.yaml").is_file());
    assert!(!scene.path("aws-iam-authenticator.kubeconfig").exists());
}

#[test]
fn errors_start_as_the_incumbents_and_are_exit_code_one() {
    let scene = Scene::empty().called(NAME);
    scene.home().write(
        "partition.yaml",
        "clusterID: prod\nserver: {partition: moon}\n",
    );
    scene.home().write(
        "place.yaml",
        "clusterID: prod\nserver: {stateDir: nowhere}\n",
    );
    for (words, start, expected) in [
        ("init", "could not get config: ", "--cluster-id"),
        ("init -c partition.yaml", "could not get config: ", "moon"),
        (
            "init -c nowhere.yaml",
            "could not get config: ",
            "nowhere.yaml",
        ),
        (
            "init -i prod --address here",
            "could not initialize: ",
            "`here`",
        ),
        (
            "init -c place.yaml --feature-gates ConfiguredInitDirectories=true",
            "could not initialize: ",
            "because: No such file",
        ),
    ] {
        let ran = run(&scene, words);
        assert_eq!(ran.code, Some(1), "{words}");
        assert_says(&ran.stderr, &[start, expected]);
        assert!(ran.stderr.starts_with(start), "{}", ran.stderr);
    }
    run(&scene, "init -i prod --feature-gates Other=true").failed();
    run(&scene, "init -i prod --no-such-flag").failed();
}

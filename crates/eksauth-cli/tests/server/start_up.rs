//! What keeps a server from starting, as it is told.

use crate::scene::{CONFIG, Scene};

/// What is below `server:`, and the whole error.
#[track_caller]
fn refused(lines: &str, expected: &str) {
    let scene = Scene::with_config(lines);
    assert_eq!(
        scene.run("server -c config.yaml -v error").failed(),
        format!("error: {expected}\n"),
        "{lines}"
    );
    assert!(!scene.path("webhook.yaml").exists(), "{lines}");
}

#[test]
fn a_mapping_that_cannot_be_used_is_told_with_its_place() {
    for (lines, cause) in [
        (
            "  mapRoles: [{username: a}]\n",
            "mapRoles[0], line 7: expected either `rolearn` or `sso`, but found neither",
        ),
        (
            "  mapUsers: [{username: a}]\n",
            "mapUsers[0], line 7: expected a `userarn`, but found none",
        ),
        (
            "  mapRoles: [{rolearn: nobody, username: a}]\n",
            "mapRoles[0], line 7: expected an ARN (`arn:partition:service:region:account:resource`), but found \
             `nobody`",
        ),
    ] {
        refused(
            lines,
            &format!("could not use the mappings of the configuration file\n  because: {cause}"),
        );
    }
    // An entry without a user name is no such thing.
    refused(
        "  mapUsers: [{userarn: 'arn:aws:iam::111122223333:user/a'}, {userarn: nobody, username: a}]\n",
        "could not use the mappings of the configuration file\n  because: mapUsers[1], line 7: expected an ARN \
         (`arn:partition:service:region:account:resource`), but found `nobody`",
    );
    refused(
        "  reservedPrefixConfig: 1\n",
        "expected a list as `server.reservedPrefixConfig` in the configuration file, but found `1`",
    );
}

#[test]
fn a_cluster_is_needed() {
    let scene = Scene::new();
    scene.write("config.yaml", &CONFIG.replace("clusterID: demo", ""));
    assert_eq!(
        scene.run("server -c config.yaml").failed(),
        "error: expected the name of the cluster, but found none: give it with `--cluster-id NAME` (`-i`), in \
         KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID, or as `clusterID` of the configuration file\n"
    );
}

#[test]
fn a_partition_is_one_of_eight() {
    refused(
        "  partition: mars\n",
        "could not use `server.partition` of the configuration file\n  because: expected one of the partitions \
         `aws`, `aws-cn`, `aws-us-gov`, `aws-iso`, `aws-iso-b`, `aws-iso-e`, `aws-iso-f`, `aws-eusc`, but found `mars`",
    );
}

#[test]
fn the_dynamic_file_and_its_backend_belong_together() {
    refused(
        "  backendMode: [MountedFile, DynamicFile]\n",
        "expected the file of the backend `DynamicFile` as `server.dynamicfilepath` of the configuration file, \
         but found none",
    );
    refused(
        "  dynamicfilepath: dynamic.json\n",
        "expected `DynamicFile` in `backendMode`, since there is a `server.dynamicfilepath`, but found `MountedFile`",
    );
}

#[test]
fn backends_are_known_once_each_and_at_least_one() {
    let unknown = "could not use `backendMode`\n  because: expected one of the backends `MountedFile`, `EKSConfigMap`, \
                   `CRD` and `DynamicFile` (the case counts), but found ";
    refused(
        "  backendMode: [mountedfile]\n",
        &format!("{unknown}`mountedfile`"),
    );
    // Commas are for the flag.
    refused(
        "  backendMode: MountedFile,CRD\n",
        &format!("{unknown}`MountedFile,CRD`"),
    );
    refused(
        "  backendMode: CRD MountedFile CRD\n",
        "expected each backend once in `backendMode`, but found `CRD` again",
    );
    refused(
        "  backendMode: []\n",
        "expected at least one backend as `backendMode`, but found none",
    );
}

#[test]
fn old_names_of_backends_are_told_and_used() {
    let scene = Scene::with_config(
        "  backendMode: [File, MountedFile]\n  reservedPrefixConfig: [{backendmode: Nobody}]\n",
    );
    let log = scene.start("").stop();
    for words in [
        "level=warning msg=\"the backend `File` is called `MountedFile` now",
        "level=warning msg=\"the backend `MountedFile` is there twice, and asked once",
        "level=warning msg=\"an entry of `reservedPrefixConfig` reserves nothing: expected one of the backends",
    ] {
        assert!(log.contains(words), "{words} in {log}");
    }
}

#[test]
fn the_role_that_describes_instances_is_an_arn_and_so_is_its_source() {
    let scene = Scene::with_config("  ec2DescribeInstancesRoleARN: nobody\n");
    let error = scene.run("server -c config.yaml -v error").failed();
    let words =
        "could not use `server.ec2DescribeInstancesRoleARN` of the configuration file\n  because: ";
    assert!(error.contains(words), "{error}");
    // Nobody looks at the source of no role.
    let source = "  sourceARN: nobody\n";
    Scene::with_config(source).start("").stop();
    let role = "  ec2DescribeInstancesRoleARN: arn:aws:iam::111122223333:role/R\n";
    let scene = Scene::with_config(&format!("{role}{source}"));
    let error = scene.run("server -c config.yaml -v error").failed();
    let words = "could not use `server.sourceARN` of the configuration file\n  because: ";
    assert!(error.contains(words), "{error}");
}

#[test]
fn several_problems_are_told_at_once() {
    refused(
        "  partition: mars\n  backendMode: []\n  stsQps: 0\n",
        "found 3 problems in the settings:\n  - could not use `server.partition` of the configuration file\n    \
         because: expected one of the partitions `aws`, `aws-cn`, `aws-us-gov`, `aws-iso`, `aws-iso-b`, \
         `aws-iso-e`, `aws-iso-f`, `aws-eusc`, but found `mars`\n  - expected at least one backend as \
         `backendMode`, but found none\n  - expected at least 1 as `stsQps`, but found 0",
    );
}

#[test]
fn wrong_flags_are_wrong_usage() {
    let scene = Scene::with_config("");
    for (flags, words) in [
        ("--port 70000", "70000"),
        ("--feature-gates Foo=true", "`SSORoleMatch`"),
        ("--drain-timeout soon", "a duration such as `20s`"),
        ("-o json", "--check"),
        ("--unknown", "--unknown"),
    ] {
        let ran = scene.run(&format!("server -c config.yaml {flags}"));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
        assert!(ran.stderr.contains(words), "{words} in {}", ran.stderr);
    }
}

#[test]
fn flags_that_are_true_or_false_are_spelt_as_in_go() {
    let scene = Scene::with_config("");
    for flag in [
        "--kubeconfig-pregenerated",
        "--crd-status",
        "--leader-elect",
        "--denials-as-200",
        "--drop-role-paths",
        "--wildcard-roles",
    ] {
        let all = ["", "=1", "=T", "=TRUE", "=0", "=f", "=False"].map(|it| format!("{flag}{it}"));
        let checked = scene.run(&format!("server -c config.yaml --check {}", all.join(" ")));
        assert_eq!(checked.code, Some(0), "{checked:#?}");
        let refused = scene.run(&format!("server -c config.yaml --check {flag}=yes"));
        assert_eq!(refused.code, Some(2), "{refused:#?}");
        let expected = "expected `true` or `false`, but found `yes`";
        assert!(refused.stderr.contains(expected), "{refused:#?}");
    }
}

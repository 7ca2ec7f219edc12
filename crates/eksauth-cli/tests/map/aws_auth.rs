//! The ConfigMap `aws-auth` in a file.

use crate::scene::Scene;

const MANIFEST: &str = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: aws-auth
  namespace: kube-system
data:
  mapRoles: |
    - rolearn: arn:aws:iam::111122223333:role/KubernetesNode
      username: system:node:{{EC2PrivateDNSName}}
      groups: [system:bootstrappers, system:nodes]
    - rolearn: arn:aws:iam::111122223333:role/Deploy
      username: deploy
  mapUsers: '- {userarn: \"arn:aws:iam::111122223333:user/developer\", username: developer}'
  mapAccounts: '[012345678901]'
";

#[test]
fn a_manifest_is_asked_without_a_configuration() {
    let scene = Scene::with("aws-auth.yaml", MANIFEST);
    let developer = "--arn arn:aws:iam::111122223333:user/developer";
    let ran = scene.map(&format!("--configmap aws-auth.yaml {developer}"));
    assert_eq!(
        ran.mapped(),
        "\
Username     developer
Backend      EKSConfigMap
Rule         mapUsers[0], line 1, by its ARN
"
    );
    let piped = scene.map_with_stdin(&format!("--configmap - -o json {developer}"), MANIFEST);
    assert_eq!(piped.username(), "developer");
    let account =
        scene.map("--configmap aws-auth.yaml -o json --arn arn:aws:iam::012345678901:user/a");
    assert_eq!(account.username(), "arn:aws:iam::012345678901:user/a");
}

#[test]
fn a_node_has_the_name_that_is_handed_in() {
    let scene = Scene::with("aws-auth.yaml", MANIFEST);
    let node =
        "--configmap aws-auth.yaml -o json --arn arn:aws:iam::111122223333:role/KubernetesNode";
    let session = format!("{node} --session-name i-0123456789abcdef0");
    let named = format!("{session} --private-dns-name ip-10-0-0-1.eu-west-1.compute.internal");
    assert_eq!(
        scene.map(&named).username(),
        "system:node:ip-10-0-0-1.eu-west-1.compute.internal"
    );
    let (stdout, stderr) = scene.map(&session).unmapped();
    assert!(
        stdout.contains("\"rule\": \"mapRoles[0], line 1\""),
        "{stdout}"
    );
    assert_eq!(stderr, "hint: name it with `--private-dns-name NAME`\n");
    let (_, stderr) = scene.map(node).unmapped();
    assert_eq!(stderr, "hint: name the session with `--session-name ID`\n");
}

#[test]
fn a_manifest_that_is_not_asked_is_told() {
    let scene = Scene::with("aws-auth.yaml", MANIFEST).and("config.yaml", "clusterID: demo");
    let asked =
        "-c config.yaml --configmap aws-auth.yaml --arn arn:aws:iam::111122223333:user/developer";
    let (_, stderr) = scene.map(asked).unmapped();
    assert_eq!(
        stderr,
        "warning: the file of `--configmap` was not read: EKSConfigMap is not among the backends that are \
         asked, MountedFile; name them with `--backend-mode`\n"
    );
    let both = format!("{asked} -o json --backend-mode MountedFile,EKSConfigMap");
    assert_eq!(scene.map(&both).username(), "developer");
}

#[test]
fn what_is_in_the_cluster_is_not_asked_and_told_so() {
    let config = "server: {backendMode: [EKSConfigMap, CRD, MountedFile], mapUsers: \
                  [{userarn: 'arn:aws:iam::111122223333:user/a', username: a}]}";
    let scene = Scene::with("config.yaml", config);
    let ran = scene.map("-c config.yaml --arn arn:aws:iam::111122223333:user/a");
    let notes = "note: EKSConfigMap was not asked: hand its ConfigMap in with `--configmap FILE`\n\
                 note: CRD was not asked: its objects are in the cluster\n";
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (Some(0), notes),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.starts_with("Username     a\n"), "{}", ran.stdout);
}

#[test]
fn what_is_no_manifest_is_told() {
    let scene = Scene::with("aws-auth.yaml", "kind: Secret");
    let error = scene
        .map("--configmap aws-auth.yaml --arn arn:aws:iam::111122223333:user/a")
        .failed();
    assert!(
        error.starts_with("error: could not use the ConfigMap `aws-auth.yaml`\n  because: "),
        "{error}"
    );
}

//! A kubeconfig that `aws eks update-kubeconfig` wrote works when only its `command:` changes.

use data_encoding::BASE64;
use eksauth_testing::{ApiServer, Kubectl, Oracles};

use crate::kubectl::bearer_tokens;
use crate::scene::{
    CREDENTIALS_FILE, EKSAUTH, PROFILE_ACCESS_KEY_ID, Scene, assert_signed_for, moto,
};

const CLUSTER: &str = "prod";

/// Written by the AWS CLI for the cluster, then led to this binary and to the API server.
fn write_kubeconfig(scene: &Scene, oracles: &Oracles, server: &ApiServer, flags: &[&str]) {
    let aws = |arguments: &[&str]| {
        let output = scene
            .command_of(oracles.aws())
            .args(arguments)
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() || stderr.contains("ResourceInUse"),
            "{arguments:?}: {stderr}"
        );
    };
    let vpc = "subnetIds=subnet-1,subnet-2";
    let role = "arn:aws:iam::123456789012:role/eks";
    let create = [
        "eks",
        "create-cluster",
        "--name",
        CLUSTER,
        "--role-arn",
        role,
    ];
    aws(&[&create[..], &["--resources-vpc-config", vpc]].concat());
    aws(&[&["eks", "update-kubeconfig", "--name", CLUSTER], flags].concat());

    let written = std::fs::read_to_string(scene.path(".kube/config")).unwrap();
    let ca = BASE64.encode(server.ca_pem().as_bytes());
    let replaced = |line: &str| {
        let (indent, rest) = line.split_at(line.len() - line.trim_start().len());
        let key = rest.split(':').next().unwrap_or_default();
        match key {
            "command" => format!("{indent}command: {EKSAUTH}"),
            "server" => format!("{indent}server: {}", server.url()),
            "certificate-authority-data" => format!("{indent}{key}: {ca}"),
            _ => line.to_owned(),
        }
    };
    let lines: Vec<_> = written.lines().map(replaced).collect();
    let changed = lines.join("\n") + "\n";
    assert!(written.contains("command: aws\n"), "{written}");
    scene.home().write_kubeconfig(&changed);
}

#[test]
fn kubectl_signs_in_with_the_kubeconfig_of_the_aws_cli() {
    const TEST: &str = "kubectl_signs_in_with_the_kubeconfig_of_the_aws_cli";
    let (Some(kubectl), Some(moto)) = (Kubectl::or_skip(TEST), moto(TEST)) else {
        return;
    };
    let oracles = Oracles::or_skip(TEST).unwrap();
    let server = ApiServer::start();
    for (flags, region) in [
        (&["--region", "eu-west-1"][..], "eu-west-1"),
        (
            &["--region", "us-gov-west-1", "--alias", "mine"],
            "us-gov-west-1",
        ),
        (&["--profile", "work"], "eu-west-3"),
    ] {
        let scene = Scene::empty()
            .with_credentials_file(CREDENTIALS_FILE)
            .with_config("[profile work]\nregion = eu-west-3\n")
            .set("AWS_ENDPOINT_URL_EKS", moto.url())
            .set("AWS_DEFAULT_REGION", region);
        write_kubeconfig(&scene, oracles, &server, flags);
        let before = bearer_tokens(&server).len();
        let output = scene
            .command_of(kubectl.path())
            .args(["get", "--raw", "/healthz"])
            .output()
            .unwrap();
        let ran = scene.scanned(output);
        assert_eq!(ran.stdout, "ok", "{}", ran.stderr);
        let tokens = bearer_tokens(&server);
        assert!(tokens.len() > before, "{flags:?}");
        for token in &tokens[before..] {
            assert_eq!(token.region(), region);
            assert_eq!(token.host(), format!("sts.{region}.amazonaws.com"));
            assert_eq!(token.access_key_id(), PROFILE_ACCESS_KEY_ID);
            assert_signed_for(oracles, &[(token, CLUSTER)]);
        }
    }
}

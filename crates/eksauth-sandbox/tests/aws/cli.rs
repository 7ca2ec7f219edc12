//! The AWS CLI, unmodified, with nothing but the environment of the sandbox.

use crate::scene::{DEVELOPER, ROLE, Scene};

#[test]
fn the_aws_cli_is_at_home() {
    let Some(scene) = Scene::or_skip("the_aws_cli_is_at_home") else {
        return;
    };
    let identity = scene.aws_json("sts get-caller-identity --output json");
    assert_eq!(identity["Arn"], DEVELOPER);

    let profile = scene.aws_json("sts get-caller-identity --output json --profile Developer");
    let arn = profile["Arn"].as_str().unwrap();
    assert!(
        arn.starts_with("arn:aws:sts::111122223333:assumed-role/Developer/"),
        "{arn}"
    );

    let assumed = scene.aws_json(&format!(
        "sts assume-role --role-arn {ROLE} --role-session-name cli --output json"
    ));
    assert!(assumed["Credentials"]["SessionToken"].is_string());

    let described = scene.aws_json("eks describe-cluster --name demo --output json");
    let server = scene.sandbox().cluster("demo").unwrap().server();
    assert_eq!(described["cluster"]["endpoint"], server);

    let refused = scene.aws("eks describe-cluster --name nowhere");
    let stderr = String::from_utf8_lossy(&refused.stderr);
    assert!(stderr.contains("ResourceNotFoundException"), "{stderr}");
}

#[test]
fn the_kubeconfig_that_the_aws_cli_writes_leads_into_the_cluster() {
    let name = "the_kubeconfig_that_the_aws_cli_writes_leads_into_the_cluster";
    let (Some(scene), Some(kubectl)) = (
        Scene::or_skip(name),
        eksauth_testing::Kubectl::or_skip(name),
    ) else {
        return;
    };
    let kubeconfig = scene.home().path().join("kubeconfig");
    let updated = scene.aws(&format!(
        "eks update-kubeconfig --name demo --kubeconfig {}",
        kubeconfig.display()
    ));
    assert!(updated.status.success(), "{updated:?}");

    // Its users run `aws`, which is found on the path.
    let aws = scene.oracles.aws();
    let path = [aws.parent().unwrap().to_owned()];
    let mut command = kubectl.command(scene.home());
    let output = command
        .envs(scene.environment())
        .env("PATH", std::env::join_paths(path).unwrap())
        .env("KUBECONFIG", &kubeconfig)
        .args(["auth", "whoami", "-o", "json"])
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    let review: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(review["status"]["userInfo"]["username"], "developer");
    assert_eq!(
        review["status"]["userInfo"]["extra"]["arn"],
        serde_json::json!([DEVELOPER])
    );
}

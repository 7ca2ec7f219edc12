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

#[test]
fn what_the_aws_cli_keeps_of_one_sandbox_is_not_used_in_another() {
    let name = "what_the_aws_cli_keeps_of_one_sandbox_is_not_used_in_another";
    let (Some(one), Some(other)) = (Scene::or_skip(name), Scene::or_skip(name)) else {
        return;
    };
    let other = other.in_the_home_of(&one);
    for scene in [&one, &other, &one] {
        scene.aws_json("sts get-caller-identity --output json --profile Developer");
    }
}

#[test]
fn names_that_two_accounts_share_are_told_apart() {
    let world = "
accounts: [{id: '111122223333'}, {id: '444455556666'}]
users:
- {name: default}
- {name: Admin}
- {name: Admin, account: '444455556666'}
roles:
- {name: Admin, trust: {principals: ['111122223333']}}
- {name: Admin, account: '444455556666', trust: {principals: ['111122223333']}}
clusters:
- {name: a, access: {mapAccounts: ['111122223333', '444455556666']}}
- {name: b, access: {mapAccounts: ['111122223333', '444455556666']}}
";
    let world = eksauth_sandbox::World::parse(world).unwrap();
    let name = "names_that_two_accounts_share_are_told_apart";
    let (Some(scene), Some(kubectl)) = (
        Scene::with(name, |builder| builder.world(world)),
        eksauth_testing::Kubectl::or_skip(name),
    ) else {
        return;
    };
    scene.aws_json("sts get-caller-identity --output json");
    let output = kubectl
        .command(scene.home())
        .envs(scene.environment())
        .args(["config", "get-contexts", "-o", "name"])
        .output()
        .unwrap();
    let mut names: Vec<_> = std::str::from_utf8(&output.stdout)
        .unwrap()
        .lines()
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "Admin",
            "Admin@444455556666",
            "Admin@b",
            "Admin@b@444455556666",
            "default",
            "default@b"
        ]
    );
}

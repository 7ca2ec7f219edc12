//! The lists of the configuration file.

use crate::scene::Scene;

const CONFIG: &str = "\
clusterID: demo
server:
  mapRoles:
    - rolearn: arn:aws:iam::111122223333:role/Admin
      username: admin:{{SessionName}}
      groups: ['system:masters', 'account-{{AccountID}}']
  mapUsers:
    - userarn: arn:aws:iam::111122223333:user/developer
      username: developer:{{AccessKeyID}}
  mapAccounts: [444455556666]
";

#[test]
fn who_it_is_and_by_which_rule_is_told() {
    let scene = Scene::with("config.yaml", CONFIG);
    let ran = scene.map("-c config.yaml --arn arn:aws:sts::111122223333:assumed-role/Admin/dev");
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    assert_eq!(
        ran.stdout,
        "\
Username     admin:dev
Groups       system:masters, account-111122223333
Backend      MountedFile
Rule         mapRoles[0], line 4, by its ARN
"
    );
}

#[test]
fn programs_get_the_same_as_json() {
    let scene = Scene::with("config.yaml", CONFIG);
    let ran =
        scene.map("-c config.yaml -o json --arn arn:aws:sts::111122223333:assumed-role/Admin/dev");
    assert_eq!(
        ran.mapped(),
        r#"{
    "mapped": true,
    "username": "admin:dev",
    "groups": [
        "system:masters",
        "account-111122223333"
    ],
    "backend": "MountedFile",
    "rule": "mapRoles[0], line 4",
    "reason": null
}
"#
    );
    let ran = scene.map("-c config.yaml -o json --arn arn:aws:iam::111122223333:user/nobody");
    let (stdout, stderr) = ran.unmapped();
    assert_eq!(
        stdout,
        r#"{
    "mapped": false,
    "username": null,
    "groups": [],
    "backend": null,
    "rule": null,
    "reason": "the identity is not mapped to a Kubernetes user"
}
"#
    );
    assert_eq!(stderr, "");
}

#[test]
fn what_is_known_of_an_identity_is_told_by_flags() {
    let scene = Scene::with("config.yaml", CONFIG);
    let role = "-c config.yaml -o json --arn arn:aws:iam::111122223333:role/Admin";
    let user = "-c config.yaml -o json --arn arn:aws:iam::111122223333:user/developer";
    for (arguments, username) in [
        (format!("{role} --session-name a@b"), "admin:a-b"),
        (format!("{role} --user-id AROAX:from-id"), "admin:from-id"),
        (
            format!("{role} --user-id AROAX:from-id --session-name said"),
            "admin:said",
        ),
        (format!("{user} --access-key-id AKIAX"), "developer:AKIAX"),
        (
            "-c config.yaml -o json --arn arn:aws:iam::444455556666:user/a/B".to_owned(),
            "arn:aws:iam::444455556666:user/a/B",
        ),
    ] {
        assert_eq!(scene.map(&arguments).username(), username, "{arguments}");
    }
}

#[test]
fn json_and_toml_are_read_too() {
    let arn = "arn:aws:iam::111122223333:role/R";
    let json =
        format!(r#"{{"server": {{"mapRoles": [{{"rolearn": "{arn}", "username": "r"}}]}}}}"#);
    let toml = format!("[[server.mapRoles]]\nrolearn = \"{arn}\"\nusername = \"r\"\n");
    for (name, text, rule) in [
        ("c.json", json, "mapRoles[0], line 1"),
        ("c.toml", toml, "mapRoles[0]"),
    ] {
        let ran = Scene::with(name, &text).map(&format!("-c {name} --arn {arn}"));
        assert!(
            ran.mapped()
                .contains(&format!("Rule         {rule}, by its ARN\n")),
            "{name}"
        );
    }
}

#[test]
fn what_cannot_be_asked_is_told() {
    let scene = Scene::with("config.yaml", "server: {mapRoles: [{username: a}]}");
    let arn = "--arn arn:aws:iam::111122223333:role/R";
    let error = scene.map(&format!("-c config.yaml {arn}")).failed();
    assert!(error.contains("because: mapRoles[0], line 1"), "{error}");
    let error = scene.map("-c config.yaml --arn nobody").failed();
    assert!(
        error.starts_with("error: could not use the ARN of `--arn`\n  because: "),
        "{error}"
    );
    let ran = scene.map(arn);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert!(
        ran.stderr
            .contains("expected mappings with `--config FILE`"),
        "{}",
        ran.stderr
    );
    assert_eq!(scene.map("-c config.yaml").code, Some(2));
}

//! `eksauth add`.

mod manifest;
mod outcome;
mod where_to;

use eksauth_testing::Oracles;
use serde_json::{Value, json};

use crate::aws_auth_api::AwsAuthApi;
use crate::scene::{EKSAUTH, Ran, Scene, assert_says};

/// A section with a comment.
const ROLES: &str = "\
# Who audits.
- rolearn: arn:aws:iam::123456789012:role/Audit
  username: audit
  groups:
  - auditors
";

const DEPLOY: &str = "arn:aws:iam::123456789012:role/Deploy";

/// What is added to it below.
const ENTRY: &str = "\
- rolearn: arn:aws:iam::123456789012:role/Deploy
  username: deploy:{{SessionName}}
  groups:
  - deployers
  - readers
";

/// The flags that add it.
const ROLE: &str = "add role --rolearn arn:aws:iam::123456789012:role/Deploy \
                    --username deploy:{{SessionName}} --groups deployers,readers";

const USER: &str = "add user --userarn arn:aws:iam::123456789012:user/dev --username dev";

#[track_caller]
fn at_once(scene: &Scene, words: &str) -> Ran {
    scene.run(&format!("{words} --prompt=false"))
}

#[test]
fn a_role_is_added_behind_the_others_and_everything_else_stays() {
    let api = AwsAuthApi::with(&[("mapRoles", ROLES), ("note", "ours: # kept\n")]);
    let mut expected = api.config_map().unwrap();
    expected["data"]["mapRoles"] = [ROLES, ENTRY].concat().into();
    let ran = at_once(&api.scene(), ROLE);
    assert_eq!(ran.stderr, "");
    assert_eq!(
        ran.succeeded(),
        format!("added {DEPLOY} to mapRoles of kube-system/aws-auth\n")
    );
    assert_eq!(api.config_map().unwrap(), expected);
}

#[test]
fn a_user_is_added_to_a_list_that_was_not_there() {
    let api = AwsAuthApi::with(&[("mapRoles", ROLES)]);
    at_once(&api.scene(), USER).succeeded();
    let users = "- userarn: arn:aws:iam::123456789012:user/dev\n  username: dev\n";
    assert_eq!(api.section("mapUsers").as_deref(), Some(users));
    assert_eq!(api.section("mapRoles").as_deref(), Some(ROLES));
}

#[test]
fn groups_are_named_in_one_flag_or_in_several() {
    let api = AwsAuthApi::with(&[]);
    at_once(&api.scene(), &format!("{USER} --groups a,b --groups c")).succeeded();
    let users = api.section("mapUsers").unwrap();
    assert!(users.ends_with("- a\n    - b\n    - c\n"), "{users}");
}

#[test]
fn a_permission_set_is_added_with_its_account_and_its_partition() {
    for (flag, lines) in [
        (
            "permissionSetName=Ops,accountID=012345678901",
            "- sso:\n    permissionSetName: Ops\n    accountID: \"012345678901\"\n  username: ops\n",
        ),
        (
            "accountID=123456789012,partition=aws-us-gov,permissionSetName=Ops",
            "- sso:\n    permissionSetName: Ops\n    accountID: \"123456789012\"\n    \
             partition: aws-us-gov\n  username: ops\n",
        ),
    ] {
        let api = AwsAuthApi::with(&[]);
        let ran = at_once(
            &api.scene(),
            &format!("add role --sso {flag} --username ops"),
        );
        assert_says(&ran.succeeded(), &["permission set Ops of account"]);
        assert_eq!(api.section("mapRoles").as_deref(), Some(lines));
    }
}

#[test]
fn what_will_change_is_shown_before_the_question() {
    let api = AwsAuthApi::with(&[("mapRoles", ROLES)]);
    let ran = api.scene().pipe("y\n", ROLE);
    let diff = "\
kube-system/aws-auth, mapRoles:
    username: audit
    groups:
    - auditors
+ - rolearn: arn:aws:iam::123456789012:role/Deploy
+   username: deploy:{{SessionName}}
+   groups:
+   - deployers
+   - readers
Change kube-system/aws-auth at ";
    assert!(ran.stderr.starts_with(diff), "{}", ran.stderr);
    assert_says(&ran.stderr, &[&api.url(), "? [y/N] "]);
    ran.succeeded();
    assert_eq!(api.section("mapRoles").unwrap(), [ROLES, ENTRY].concat());
}

#[test]
fn y_and_yes_are_a_yes_in_any_case() {
    for answer in ["y\n", "Y", " yes \n", "YES\r\nmore\n"] {
        let api = AwsAuthApi::with(&[]);
        api.scene().pipe(answer, USER).succeeded();
        assert_eq!(api.writes(), 1, "{answer:?}");
    }
}

#[test]
fn without_a_yes_nothing_is_changed() {
    for answer in ["n\n", "\n", "yess\n", "ok\n"] {
        let api = AwsAuthApi::with(&[]);
        let stderr = api.scene().pipe(answer, USER).failed();
        assert_says(&stderr, &["cancelled, nothing was changed"]);
        assert_eq!(api.writes(), 0, "{answer:?}");
    }
}

#[test]
fn the_end_of_stdin_is_no_answer() {
    let api = AwsAuthApi::with(&[]);
    let stderr = api.scene().pipe("", USER).failed();
    assert_says(&stderr, &["found its end", "--prompt=false"]);
    assert_eq!(api.writes(), 0);
}

#[test]
fn a_person_answers_in_the_terminal() {
    let Some(oracles) = Oracles::or_skip("a_person_answers_in_the_terminal") else {
        return;
    };
    for (answer, code, writes) in [("y\n", 0, 1), ("n\n", 1, 0)] {
        let api = AwsAuthApi::with(&[("mapRoles", ROLES)]);
        let argv: Vec<_> = [EKSAUTH]
            .into_iter()
            .chain(ROLE.split_whitespace())
            .collect();
        let scene = api.scene();
        let case = json!({
            "argv": argv,
            "env": scene.variables(),
            "question": "[y/N]",
            "answer": answer,
        });
        let ran: Value = oracles.run("terminal.py", &case);
        assert_eq!(ran["exit_code"], code, "{ran}");
        assert_says(ran["terminal"].as_str().unwrap(), &["+ - rolearn", DEPLOY]);
        assert_eq!(api.writes(), writes);
    }
}

#[test]
fn a_prompt_may_be_asked_for_in_each_spelling() {
    for (flag, asks) in [
        ("", true),
        ("--prompt", true),
        ("--prompt=true", true),
        ("--prompt=T", true),
        ("--prompt=false", false),
        ("--prompt=0", false),
    ] {
        let api = AwsAuthApi::with(&[]);
        let ran = api.scene().pipe("y\n", &format!("{USER} {flag}"));
        assert_eq!(ran.stderr.contains("[y/N]"), asks, "{flag}: {}", ran.stderr);
        ran.succeeded();
    }
    let stderr = AwsAuthApi::with(&[])
        .scene()
        .run(&format!("{USER} --prompt=maybe"));
    assert_says(&stderr.refused(), &["`maybe`"]);
}

#[test]
fn what_somebody_else_adds_at_the_same_time_stays() {
    let theirs = [
        ROLES,
        "- rolearn: arn:aws:iam::123456789012:role/Theirs\n  username: t\n",
    ];
    let api = AwsAuthApi::with(&[("mapRoles", ROLES)])
        .written_meanwhile(vec![("mapRoles", theirs.concat())]);
    at_once(&api.scene(), ROLE).succeeded();
    assert_eq!(
        api.section("mapRoles").unwrap(),
        [&theirs.concat(), ENTRY].concat()
    );
}

#[test]
fn who_loses_every_race_is_told_so() {
    let text = |index: usize| ("note", index.to_string());
    let api = AwsAuthApi::with(&[]).written_meanwhile((0..100).map(text).collect());
    let stderr = at_once(&api.scene(), USER).failed();
    assert_says(&stderr, &["others change it at the same time", "try again"]);
    assert_eq!(api.section("mapUsers"), None);
}

#[test]
fn what_may_be_meant_otherwise_is_added_with_a_warning() {
    let masters = "--groups system:masters";
    for (words, warning) in [
        (
            format!("{USER} {masters}"),
            Some("`system:masters` may do everything"),
        ),
        (
            "add user --userarn arn:aws:iam::123456789012:root --username r".to_owned(),
            Some("root user of the account"),
        ),
        (
            "add role --rolearn arn:aws:iam::123456789012:role/dev-* --username r".to_owned(),
            Some("`wildcardRoles`"),
        ),
        (
            "add user --userarn arn:aws:iam::123456789012:role/Deploy --username r".to_owned(),
            Some("`add role`"),
        ),
        (
            "add role --rolearn arn:aws:iam::123456789012:user/dev --username r".to_owned(),
            Some("`add user`"),
        ),
        (USER.to_owned(), None),
    ] {
        let api = AwsAuthApi::with(&[]);
        let ran = at_once(&api.scene(), &words);
        match warning {
            Some(warning) => assert_says(&ran.stderr, &["warning: ", warning]),
            None => assert_eq!(ran.stderr, ""),
        }
        ran.succeeded();
        assert_eq!(api.writes(), 1, "{words}");
    }
}

#[test]
fn what_would_match_nobody_is_refused_before_anything_is_asked() {
    for (words, expected) in [
        (
            "add role --rolearn arn:aws:iam::123456789012:role/team/Deploy --username d",
            "write `--rolearn arn:aws:iam::123456789012:role/Deploy`",
        ),
        (
            "add role --rolearn arn:aws:sts::123456789012:assumed-role/Deploy/me --username d",
            "instead of that of its session",
        ),
        ("add role --rolearn Deploy --username d", "`mapRoles`"),
        (
            "add role --rolearn arn:aws:iam::123456789012:role/D --username d:{{sessionName}}",
            "`{{sessionName}}`",
        ),
        (
            "add role --sso permissionSetName=Ops,accountID=1 --username d",
            "twelve digits",
        ),
        (
            "add role --sso permissionSetName=Ops,accountID=123456789012,partition=moon --username d",
            "moon",
        ),
        (
            "add user --userarn arn:aws:iam::*:user/dev --username d",
            "`mapUsers`",
        ),
        (
            "add user --userarn arn:aws:iam::123456789012:user/dev --username d --groups a,,b",
            "visible characters",
        ),
    ] {
        let api = AwsAuthApi::with(&[]);
        let stderr = at_once(&api.scene(), words).failed();
        assert_says(&stderr, &["error: ", "because: ", expected]);
        assert!(!api.was_asked(), "{words}");
    }
}

#[test]
fn who_is_mapped_already_is_not_mapped_twice() {
    for prompt in ["--prompt=false", "--prompt"] {
        let api = AwsAuthApi::with(&[("mapRoles", ROLES)]);
        let words = "add role --rolearn arn:aws:iam::123456789012:role/AUDIT --username a";
        let stderr = api
            .scene()
            .pipe("y\n", &format!("{words} {prompt}"))
            .failed();
        assert_says(
            &stderr,
            &["`mapRoles`", "without a mapping", "mapRoles[0], line 2"],
        );
        assert_eq!(api.writes(), 0);
    }
}

#[test]
fn a_list_that_is_no_yaml_is_not_written_over() {
    let api = AwsAuthApi::with(&[("mapRoles", "- rolearn: [\n")]);
    let stderr = at_once(&api.scene(), ROLE).failed();
    assert_says(&stderr, &["`mapRoles`", "repair it first"]);
    assert_eq!(api.writes(), 0);
}

#[test]
fn a_wrong_command_line_is_exit_code_two() {
    let scene = Scene::empty();
    for (words, expected) in [
        ("add", "Usage"),
        ("add group", "group"),
        ("add user --username dev", "--userarn"),
        (
            "add user --userarn arn:aws:iam::123456789012:user/dev",
            "--username",
        ),
        ("add role --username dev", "--rolearn"),
        (
            "add role --username dev --rolearn a --sso permissionSetName=O,accountID=1",
            "--sso",
        ),
        (
            "add role --username dev --sso Ops",
            "permissionSetName=NAME",
        ),
        ("add user further --userarn a --username b", "further"),
        (
            "--output json add user --userarn a --username b",
            "--output",
        ),
    ] {
        assert_says(&scene.run(words).refused(), &[expected]);
    }
}

#[test]
fn the_help_names_defaults_and_gives_examples() {
    let scene = Scene::empty();
    let help = scene.run("add --help").succeeded();
    assert_says(&help, &["Examples:", "--prompt=false", "[default: true]"]);
    for words in ["add user --help", "add role --help"] {
        let usual = "[default: KUBECONFIG, ~/.kube/config, the pod's service account]";
        let help = scene.run(words).succeeded().replace('\n', " ");
        let help: Vec<_> = help.split_whitespace().collect();
        assert_says(&help.join(" "), &[usual, "--username"]);
    }
}

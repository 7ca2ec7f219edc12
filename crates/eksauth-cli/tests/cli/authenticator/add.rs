//! `aws-iam-authenticator add`.

use crate::aws_auth_api::AwsAuthApi;
use crate::scene::{Scene, assert_says};

use super::NAME;

const ROLE: &str = "add role --rolearn arn:aws:iam::123456789012:role/Deploy --username deploy \
                    --groups deployers";

const USER: &str =
    "add user --userarn arn:aws:iam::123456789012:user/dev --username dev --groups developers";

fn scene(api: &AwsAuthApi) -> Scene {
    api.scene().called(NAME)
}

#[test]
fn the_updated_config_map_is_printed_as_yaml_below_a_title() {
    for words in [ROLE, USER] {
        let api = AwsAuthApi::with(&[("mapAccounts", "- \"123456789012\"\n")]);
        let stdout = scene(&api)
            .run(&format!("{words} --prompt=false"))
            .succeeded();
        let yaml = stdout.strip_prefix("updated configmap:\n\n").unwrap();
        assert_says(yaml, &["kind: ConfigMap", "mapAccounts: |", "map"]);
        assert_eq!(api.writes(), 1);
    }
}

#[test]
fn comments_and_other_keys_stay() {
    let api = AwsAuthApi::with(&[("mapRoles", "# ours\n[]\n"), ("note", "kept")]);
    scene(&api)
        .run(&format!("{ROLE} --prompt=false"))
        .succeeded();
    assert_says(
        &api.section("mapRoles").unwrap(),
        &["# ours\n", "role/Deploy"],
    );
    assert_eq!(api.section("note").as_deref(), Some("kept"));
}

#[test]
fn a_yes_is_read_from_stdin() {
    let api = AwsAuthApi::with(&[]);
    let ran = scene(&api).pipe("Yes\n", ROLE);
    assert_says(&ran.stderr, &["+ - rolearn", "[y/N]"]);
    ran.succeeded();
    assert_eq!(api.writes(), 1);
}

#[test]
fn a_no_is_exit_code_zero_and_the_end_of_stdin_is_one() {
    let api = AwsAuthApi::with(&[]);
    let no = scene(&api).pipe("no\n", ROLE);
    assert_says(&no.stderr, &["cancelled"]);
    assert_eq!(no.succeeded(), "");
    scene(&api).pipe("", ROLE).failed();
    assert_eq!(api.writes(), 0);
}

#[test]
fn flags_of_add_may_stand_before_the_kind_of_principal() {
    let api = AwsAuthApi::with(&[]);
    let home = Scene::empty().called(NAME);
    let kubeconfig = home.home().write("k", &api.kubeconfig("here"));
    let words = USER.replace(
        "add user",
        &format!(
            "add --kubeconfig {} --kubeconfig-context here --master-url {} --prompt=false user",
            kubeconfig.display(),
            api.url()
        ),
    );
    home.run(&words).succeeded();
    let words = ROLE.replace("add role", "-v info -i prod add role further");
    let words = format!(
        "{words} --kubeconfig {} --prompt=false",
        kubeconfig.display()
    );
    home.run(&words).succeeded();
    assert_eq!(api.writes(), 2);
}

#[test]
fn a_permission_set_is_added() {
    let api = AwsAuthApi::with(&[]);
    let words = "add role --sso permissionSetName=Ops,accountID=123456789012 --username ops \
                 --groups ops --prompt=false";
    scene(&api).run(words).succeeded();
    assert_says(
        &api.section("mapRoles").unwrap(),
        &["permissionSetName: Ops"],
    );
}

#[test]
fn without_a_kubeconfig_flag_the_usual_one_is_used() {
    let api = AwsAuthApi::with(&[]);
    scene(&api)
        .run(&format!("{USER} --prompt=false"))
        .succeeded();
    assert_eq!(api.writes(), 1);
}

#[test]
fn every_error_is_exit_code_one() {
    let api = AwsAuthApi::with(&[(
        "mapUsers",
        "- userarn: arn:aws:iam::123456789012:user/dev\n  username: d\n",
    )]);
    let missing = AwsAuthApi::without();
    for (api, words, expected) in [
        (&api, "add", "Usage"),
        (&api, "add user --username dev --groups g", "--userarn"),
        (&api, "add role --username dev --groups g", "--rolearn"),
        (&api, "add user --userarn a --groups g", "--username"),
        (
            &api,
            "add user --userarn a --username b --groups g --no-such-flag",
            "--no-such-flag",
        ),
        (
            &api,
            "add user --userarn a --username b --groups g",
            "`mapUsers`",
        ),
        (&api, USER, "without a mapping"),
        (&missing, USER, "kubectl create configmap"),
    ] {
        let words = format!("{words} --prompt=false");
        let words = if words == "add --prompt=false" {
            "add"
        } else {
            &words
        };
        assert_says(&scene(api).run(words).failed(), &[expected]);
    }
    assert_eq!(api.writes(), 0);
}

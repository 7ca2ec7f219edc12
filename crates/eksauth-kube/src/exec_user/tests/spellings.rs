//! Every spelling that the commands themselves take.

use std::time::Duration;

use eksauth::token::{ClusterId, Region};
use eksauth::{AssumeRole, SessionName};

use super::{ROLE, exec, recognised, with_variables};
use crate::exec_user::{ExecUser, Program};

fn role() -> AssumeRole {
    AssumeRole::new(ROLE).unwrap()
}

#[test]
fn a_command_is_known_by_the_last_part_of_its_path() {
    for (command, program) in [
        ("aws eks get-token", Program::AwsCli),
        ("/usr/local/bin/aws eks get-token", Program::AwsCli),
        (r"C:\AWSCLIV2\aws.exe eks get-token", Program::AwsCli),
        (r"C:\AWSCLIV2\AWS.EXE eks get-token", Program::AwsCli),
        ("aws.cmd eks get-token", Program::AwsCli),
        ("aws-iam-authenticator token", Program::AwsIamAuthenticator),
        (
            "../aws-iam-authenticator.exe token",
            Program::AwsIamAuthenticator,
        ),
        ("eksauth token", Program::Eksauth),
        ("~/bin/eksauth eks get-token", Program::Eksauth),
    ] {
        assert_eq!(recognised(command).program(), program, "{command}");
    }
}

#[test]
fn a_cluster_is_named_in_each_spelling() {
    for line in [
        "aws eks get-token --cluster-name prod",
        "aws eks get-token --cluster-name=prod",
        "aws eks get-token --cluster-id prod",
        "aws eks get-token --cluster-name staging --cluster-name prod",
        "aws-iam-authenticator token -i prod",
        "aws-iam-authenticator token -iprod",
        "aws-iam-authenticator token -i=prod",
        "aws-iam-authenticator -i prod token",
        "aws-iam-authenticator --cluster-id=prod token",
        "aws-iam-authenticator -i staging token --cluster-id prod",
        "aws-iam-authenticator token -i prod and what it ignores",
        "eksauth token -i prod",
        "eksauth token --cluster-name prod",
        "eksauth token --cluster-id=prod",
        "eksauth -i prod token",
        "eksauth -i prod eks get-token",
        "eksauth eks get-token --cluster-name prod",
        "eksauth eks get-token --cluster-id prod",
    ] {
        let cluster = recognised(line)
            .cluster()
            .map(ClusterId::as_str)
            .map(str::to_owned);
        assert_eq!(cluster.as_deref(), Some("prod"), "{line}");
    }
}

#[test]
fn region_and_profile_are_taken_before_and_after_the_command() {
    for line in [
        "aws --region eu-west-1 --profile dev eks get-token --cluster-name prod",
        "aws --region=eu-west-1 eks --profile=dev get-token --cluster-name prod",
        "aws eks get-token --cluster-name prod --profile dev --region eu-west-1",
        "aws --region us-east-1 eks get-token --region eu-west-1 --profile ci --profile dev",
        "eksauth --region eu-west-1 token -i prod --profile dev",
        "eksauth --profile dev eks get-token --region eu-west-1",
    ] {
        let user = recognised(line);
        assert_eq!(
            user.region().map(Region::as_str),
            Some("eu-west-1"),
            "{line}"
        );
        assert_eq!(user.profile(), Some("dev"), "{line}");
    }
    let user = recognised("aws-iam-authenticator token -i prod --region eu-west-1");
    assert_eq!(user.region().map(Region::as_str), Some("eu-west-1"));
}

#[test]
fn what_no_flag_says_is_left_open() {
    for line in [
        "aws eks get-token",
        "aws-iam-authenticator token",
        "eksauth token",
    ] {
        let user = recognised(line);
        assert_eq!(user.cluster(), None, "{line}");
        assert_eq!(user.region(), None, "{line}");
        assert_eq!(user.profile(), None, "{line}");
        assert_eq!(user.role(), None, "{line}");
        assert_eq!(user.variables(), [], "{line}");
    }
}

#[test]
fn the_session_of_a_role_is_named_as_the_aws_cli_names_it_where_its_words_are_used() {
    let role = role().with_session_name(SessionName::named("EKSGetTokenAuth").unwrap());
    for line in [
        "aws eks get-token --role-arn ARN",
        "aws eks get-token --role=ARN",
        "eksauth eks get-token --role ARN",
    ] {
        let line = line.replace("ARN", ROLE);
        assert_eq!(recognised(&line).role(), Some(&role), "{line}");
    }
}

#[test]
fn a_role_is_described_in_each_spelling() {
    let named = || role().with_session_name(SessionName::named("robot").unwrap());
    for (flags, role) in [
        ("-r ARN", role()),
        ("-rARN", role()),
        ("--role=ARN", role()),
        ("--role-arn ARN", role()),
        (
            "--role ARN -e our-agreement",
            role().with_external_id("our-agreement").unwrap(),
        ),
        (
            "--role ARN --external-id=our-agreement",
            role().with_external_id("our-agreement").unwrap(),
        ),
        ("--role ARN -e=", role()),
        ("--role ARN -s robot", named()),
        ("--role ARN --session-name=robot", named()),
        (
            "--role ARN --session-name=robot --forward-session-name=false",
            named(),
        ),
        ("--role ARN --session-name=", role()),
        (
            "--role ARN --forward-session-name",
            role().with_session_name(SessionName::forwarded()),
        ),
        (
            "--role ARN --forward-session-name=true",
            role().with_session_name(SessionName::forwarded()),
        ),
        (
            "--role ARN --forward-session-name --forward-session-name=false",
            role(),
        ),
        (
            "--role ARN --duration 900",
            role().with_duration(Duration::from_secs(900)).unwrap(),
        ),
        (
            "--role ARN --mfa-serial GAHT12345678",
            role().with_mfa_serial("GAHT12345678"),
        ),
    ] {
        for command in ["aws-iam-authenticator token", "eksauth token"] {
            let line = format!("{command} {flags}").replace("ARN", ROLE);
            assert_eq!(recognised(&line).role(), Some(&role), "{line}");
        }
    }
}

#[test]
fn without_a_role_its_other_flags_have_no_effect() {
    for flags in [
        "--external-id our-agreement",
        "--forward-session-name",
        "-s robot -r=",
    ] {
        let user = recognised(&format!("aws-iam-authenticator token {flags}"));
        assert_eq!(user.role(), None, "{flags}");
    }
}

#[test]
fn flags_that_make_no_difference_to_a_token_are_passed_over() {
    for (line, plain) in [
        (
            "aws --debug --no-cli-pager --no-cli-auto-prompt --no-paginate --color off \
             --cli-read-timeout=5 --cli-connect-timeout 5 eks get-token --output json",
            "aws eks get-token",
        ),
        (
            "aws-iam-authenticator -l json -v=debug --feature-gates SSORoleMatch=true token \
             --cache --token-only=false",
            "aws-iam-authenticator token",
        ),
        (
            "aws-iam-authenticator token --cache=false --log-format text --log-verbosity info",
            "aws-iam-authenticator token",
        ),
        (
            "eksauth --no-cli-pager -v debug -ljson token --cache -o json --token-only=false",
            "eksauth token",
        ),
    ] {
        assert_eq!(recognised(line), recognised(plain), "{line}");
    }
}

#[test]
fn credentials_are_kept_unless_a_flag_says_no() {
    for (line, uses_cache) in [
        ("aws eks get-token", true),
        ("aws-iam-authenticator token", true),
        ("aws-iam-authenticator token --cache=false", true),
        ("eksauth token", true),
        ("eksauth token --no-cache", false),
        ("eksauth eks get-token --no-cache", false),
    ] {
        assert_eq!(recognised(line).uses_cache(), uses_cache, "{line}");
    }
}

#[test]
fn variables_are_those_entries_that_have_a_name_and_a_value() {
    let mut exec = with_variables(
        exec("aws eks get-token"),
        &[
            ("AWS_PROFILE", "dev"),
            ("AWS_REGION", ""),
            ("AWS_PROFILE", "ci"),
        ],
    );
    exec.env.as_mut().unwrap()[1].remove("value");
    let user = ExecUser::recognise(&exec).unwrap();
    let expected = [("AWS_PROFILE", "dev"), ("AWS_PROFILE", "ci")];
    assert_eq!(
        user.variables(),
        expected.map(|(k, v)| (k.to_owned(), v.to_owned()))
    );
}

#[test]
fn how_the_command_would_be_run_makes_no_difference() {
    let plain = exec("aws eks get-token --cluster-name prod");
    let mut other = plain.clone();
    other.api_version = Some("client.authentication.k8s.io/v1".to_owned());
    other.install_hint = Some("install it".to_owned());
    other.interactive_mode = Some(kube::config::ExecInteractiveMode::Never);
    assert_eq!(
        ExecUser::recognise(&other).unwrap(),
        ExecUser::recognise(&plain).unwrap()
    );
}

#[test]
fn users_that_see_the_cluster_are_not_the_same_as_those_that_do_not() {
    let plain = exec("eksauth token -i prod");
    let mut seeing = plain.clone();
    seeing.provide_cluster_info = true;
    assert_ne!(
        ExecUser::recognise(&seeing).unwrap(),
        ExecUser::recognise(&plain).unwrap()
    );
}

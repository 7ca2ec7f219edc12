//! What is not taken over, and the reason that is given.

use std::error::Error as _;

use kube::config::ExecConfig;

use super::{ROLE, exec, left};
use crate::exec_user::{ExecUser, NotTaken};

#[test]
fn a_user_without_a_command_is_left() {
    for command in [None, Some(String::new())] {
        let exec = ExecConfig {
            command,
            ..ExecConfig::default()
        };
        assert!(matches!(
            ExecUser::recognise(&exec),
            Err(NotTaken::NoCommand)
        ));
    }
}

#[test]
fn other_programs_and_wrappers_are_left() {
    for line in [
        "gke-gcloud-auth-plugin",
        "sh -c aws",
        "env aws eks get-token --cluster-name prod",
        "aws-vault exec dev -- aws eks get-token --cluster-name prod",
        "awsx eks get-token",
        "/opt/aws/v2 eks get-token",
        "AWS eks get-token",
    ] {
        let reason = left(line);
        assert!(
            matches!(reason, NotTaken::OtherCommand { .. }),
            "{line}: {reason}"
        );
    }
}

#[test]
fn other_subcommands_are_left() {
    for (line, found) in [
        ("aws sts get-caller-identity", "sts"),
        ("aws eks describe-cluster --name prod", "describe-cluster"),
        ("aws eks get-token help", "help"),
        ("aws token -i prod", "token"),
        ("aws-iam-authenticator verify -i prod", "verify"),
        ("aws-iam-authenticator eks get-token", "eks"),
        ("eksauth whoami", "whoami"),
        ("eksauth token prod", "prod"),
        ("eksauth eks token", "token"),
    ] {
        match left(line) {
            NotTaken::OtherSubcommand { found: it } => assert_eq!(it, found, "{line}"),
            reason => panic!("{line}: {reason}"),
        }
    }
    for line in [
        "aws",
        "aws --region eu-west-1",
        "aws eks",
        "aws-iam-authenticator -i prod",
    ] {
        let reason = left(line);
        assert!(matches!(reason, NotTaken::NoSubcommand), "{line}: {reason}");
    }
}

#[test]
fn flags_that_are_not_known_at_their_place_are_left() {
    for (line, found) in [
        ("aws eks get-token --cluster prod", "--cluster"),
        ("aws eks get-token -i prod", "-i"),
        ("aws eks get-token --no-cache", "--no-cache"),
        ("aws --cluster-name prod eks get-token", "--cluster-name"),
        ("aws eks get-token --help", "--help"),
        (
            "aws eks get-token --external-id our-agreement",
            "--external-id",
        ),
        ("aws eks get-token -- --cluster-name prod", "--"),
        (
            "aws-iam-authenticator token -i prod --profile dev",
            "--profile",
        ),
        ("aws-iam-authenticator token -h", "-h"),
        ("aws-iam-authenticator --region eu-west-1 token", "--region"),
        ("aws-iam-authenticator token --no-cache", "--no-cache"),
        ("aws-iam-authenticator token -o json", "-o"),
        ("eksauth eks get-token -e our-agreement", "-e"),
        ("eksauth token --unknown=value", "--unknown"),
    ] {
        match left(line) {
            NotTaken::UnknownFlag { found: it } => assert_eq!(it, found, "{line}"),
            reason => panic!("{line}: {reason}"),
        }
    }
}

#[test]
fn flags_that_ask_for_what_is_not_done_in_process_are_left() {
    for (line, found) in [
        (
            "aws --endpoint-url https://localhost eks get-token",
            "--endpoint-url",
        ),
        ("aws eks get-token --ca-bundle=ca.pem", "--ca-bundle"),
        ("aws eks get-token --no-verify-ssl", "--no-verify-ssl"),
        ("aws --no-sign-request eks get-token", "--no-sign-request"),
        ("aws eks get-token --query status.token", "--query"),
        ("aws eks get-token --output text", "--output"),
        ("aws --output yaml eks get-token", "--output"),
        ("aws-iam-authenticator -c config.yaml token", "-c"),
        (
            "aws-iam-authenticator token --config=config.yaml",
            "--config",
        ),
        ("aws-iam-authenticator token --token-only", "--token-only"),
        ("eksauth token -c config.yaml", "-c"),
        ("eksauth token --token-only=true", "--token-only"),
        ("eksauth token -otext", "--output"),
        ("eksauth eks get-token --query status.token", "--query"),
    ] {
        match left(line) {
            NotTaken::UnsupportedFlag { flag } => assert_eq!(flag, found, "{line}"),
            reason => panic!("{line}: {reason}"),
        }
    }
}

#[test]
fn values_that_are_missing_or_that_no_switch_has_are_left() {
    for line in [
        "aws eks get-token --cluster-name",
        "aws eks get-token --cluster-name --region eu-west-1",
        "aws-iam-authenticator token -i",
        "eksauth token -r -i prod",
    ] {
        let reason = left(line);
        assert!(
            matches!(reason, NotTaken::MissingValue { .. }),
            "{line}: {reason}"
        );
    }
    for line in [
        "aws-iam-authenticator token --cache=perhaps",
        "aws --debug=1 eks get-token",
        "eksauth token --token-only=",
    ] {
        let reason = left(line);
        assert!(
            matches!(reason, NotTaken::NoSwitch { .. }),
            "{line}: {reason}"
        );
    }
}

#[test]
fn flags_that_exclude_each_other_are_left() {
    for line in [
        "aws eks get-token --cluster-name prod --cluster-id 0123",
        "eksauth eks get-token --cluster-id 0123 --cluster-name prod",
        "aws-iam-authenticator token -s robot --forward-session-name",
    ] {
        let reason = left(line);
        assert!(
            matches!(reason, NotTaken::Conflict { .. }),
            "{line}: {reason}"
        );
    }
}

#[test]
fn values_that_cannot_be_meant_are_left_with_what_is_wrong_with_them() {
    for (line, part, problem) in [
        (
            "aws eks get-token --cluster-name=",
            "cluster name",
            "an empty one",
        ),
        (
            "aws eks get-token --cluster-name pröd",
            "cluster name",
            "printable ASCII",
        ),
        ("aws --region EU-West-1 eks get-token", "region", "region"),
        (
            "aws eks get-token --role-arn Deploy",
            "role",
            "ARN of an IAM role",
        ),
        ("eksauth token -r ARN -s a/b", "role", "session name"),
        ("eksauth token -r ARN -e a%b", "role", "external id"),
        ("eksauth token -r ARN --duration 1", "duration", "900"),
        (
            "eksauth token -r ARN --duration 15m",
            "duration",
            "invalid digit",
        ),
    ] {
        let reason = left(&line.replace("ARN", ROLE));
        assert!(
            matches!(reason, NotTaken::Malformed { .. }),
            "{line}: {reason}"
        );
        assert!(reason.to_string().contains(part), "{line}: {reason}");
        let source = reason.source().unwrap().to_string();
        assert!(source.contains(problem), "{line}: {source}");
    }
}

#[test]
fn a_user_that_keeps_variables_from_the_command_is_left() {
    let mut exec = exec("aws eks get-token");
    exec.drop_env = Some(vec![]);
    assert!(ExecUser::recognise(&exec).is_ok());
    exec.drop_env = Some(vec!["AWS_PROFILE".to_owned()]);
    let reason = ExecUser::recognise(&exec).unwrap_err();
    assert!(matches!(reason, NotTaken::DroppedVariables), "{reason}");
}

//! Neither a reason nor `Debug` repeats what may be secret.

use std::error::Error;

use eksauth::Context;
use eksauth_testing::{ManualTime, SecretScan};

use super::{ROLE, exec, left, with_variables};
use crate::exec_user::ExecUser;

const EXTERNAL_ID: &str = "external-id-of-our-agreement";
const KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn scan() -> SecretScan {
    SecretScan::new()
        .secret("external id", EXTERNAL_ID)
        .secret("secret access key", KEY)
}

#[test]
fn debug_leaves_out_the_external_id_and_the_values_of_variables() {
    let line = format!("aws-iam-authenticator token -i prod -r {ROLE} -e {EXTERNAL_ID}");
    let exec = with_variables(exec(&line), &[("AWS_SECRET_ACCESS_KEY", KEY)]);
    let user = ExecUser::recognise(&exec).unwrap();
    let shown = format!("{user:?}");
    scan().assert_clean("the user", &shown);
    assert!(
        shown.contains("prod") && shown.contains("AWS_SECRET_ACCESS_KEY"),
        "{shown}"
    );

    let context = Context::new([("AWS_SESSION_TOKEN", KEY)], ManualTime::at_unix(0));
    let settings = user.complete(&context, None, "https://localhost").unwrap();
    scan().assert_clean("the settings", format!("{settings:?}"));
}

#[test]
fn no_reason_repeats_an_external_id() {
    for flags in [
        "-e SECRET --frobnicate",
        "-e SECRET --frobnicate=SECRET",
        "-e -SECRET",
        "-xSECRET",
        "--external-id% SECRET",
        "--external-id=SECRET% -r ARN",
        "--external-id=SECRET -r Deploy",
        "--cache=SECRET",
        "-e=SECRET -- SECRET",
    ] {
        for command in [
            "aws-iam-authenticator token",
            "eksauth token",
            "aws eks get-token",
        ] {
            let line = format!("{command} {flags}").replace("ARN", ROLE);
            let reason = left(&line.replace("SECRET", EXTERNAL_ID));
            scan().assert_clean(&line, told(&reason));
        }
    }
}

#[test]
fn what_is_foreign_is_escaped_and_cut() {
    let foreign = format!("\u{1b}[31m{}", "x".repeat(1000));
    for line in [
        foreign.clone(),
        format!("aws {foreign}"),
        format!("eksauth token --{foreign}"),
    ] {
        let reason = left(&line).to_string();
        assert!(reason.len() < 256 && !reason.contains('\u{1b}'), "{reason}");
        assert!(reason.contains(r"\u{1b}[31mxxx"), "{reason}");
    }
}

fn told(error: &dyn Error) -> String {
    let mut told = format!("{error:?}");
    let mut next = Some(error);
    while let Some(error) = next {
        told = format!("{told}\n{error}");
        next = error.source();
    }
    told
}

//! What a person reads.

use super::*;

fn sts_error(operation: RoleOperation, code: Option<&str>) -> String {
    let error = CredentialError::Sts {
        operation,
        role: ROLE.to_owned(),
        code: code.map(str::to_owned),
        source: Failure::of(&MfaError::NoTerminal),
    };
    error.to_string()
}

#[test]
fn each_refusal_of_sts_has_its_code_and_its_advice() {
    for (code, advice) in [
        ("AccessDenied", "trust policy names you"),
        ("ExpiredToken", "the base credentials have expired"),
        ("InvalidClientTokenId", "does not know the access key"),
        ("RegionDisabledException", "not enabled for STS"),
        ("Throttling", ""),
    ] {
        let told = sts_error(RoleOperation::AssumeRole, Some(code));
        let beginning = format!("could not assume the role `{ROLE}` ({code})");
        assert!(told.starts_with(&beginning), "{told}");
        assert!(told.contains(advice), "{told}");
    }
    let told = sts_error(RoleOperation::AssumeRole, Some("ExpiredTokenException"));
    assert!(told.contains("(ExpiredToken)"), "{told}");
}

#[test]
fn no_answer_of_sts_leads_to_network_and_region() {
    let told = sts_error(RoleOperation::GetCallerIdentity, None);
    assert_eq!(
        told,
        format!(
            "could not find the session name to forward to the role `{ROLE}`: STS gave no usable answer, \
             check network, proxy and region"
        )
    );
}

fn none_found(variables: &[(&str, &str)], config: &str, profile: Option<&str>) -> String {
    let settings = settings(variables, config, profile);
    CredentialError::none_found(&settings, settings.profile().name()).to_string()
}

#[test]
fn where_nothing_was_found_every_source_has_its_line() {
    let told = none_found(&[], "", None);
    let starts: Vec<&str> = told
        .lines()
        .map(|line| line.split([':', '`']).next().unwrap())
        .collect();
    assert_eq!(
        starts,
        [
            "expected AWS credentials, but found none. Tried",
            "  - environment",
            "  - profile ",
            "  - web identity",
            "  - container",
            "  - instance metadata",
            "What to do",
        ]
    );
}

#[test]
fn each_line_says_what_is_missing() {
    let neither = none_found(&[], "", None);
    assert!(neither.contains("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set"));
    assert!(neither.contains("profile `default`: is not in `/home/dev/.aws/config`"));
    assert!(neither.contains("no role, or no answer"));
    let id_alone = none_found(&KEY[..1], "[default]\n", None);
    assert!(id_alone.contains("environment: AWS_SECRET_ACCESS_KEY is not set"));
    assert!(id_alone.contains("profile `default`: has no credentials in"));
    let secret_alone = none_found(&KEY[1..], "", None);
    assert!(secret_alone.contains("environment: AWS_ACCESS_KEY_ID is not set"));
    let named = none_found(&[], "[profile bare]\n", Some("bare"));
    assert!(named.contains("environment: not asked, since a profile was named"));
    let disabled = none_found(&[("AWS_EC2_METADATA_DISABLED", "TRUE")], "", None);
    assert!(disabled.contains("disabled by AWS_EC2_METADATA_DISABLED"));
}

#[test]
fn a_failure_tells_each_cause_once() {
    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] Middle);
    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Middle(#[source] MfaError);
    let failure = Failure::of(&Outer(Middle(MfaError::Malformed { length: 3 })));
    let told = failure.to_string();
    assert!(told.starts_with("outer: expected an MFA code"), "{told}");
    assert_eq!(format!("{failure:?}"), format!("Failure({told})"));
}

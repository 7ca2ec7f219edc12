use super::*;

fn canonical(text: &str) -> Result<String, ArnError> {
    Arn::parse(text)?.canonical().map(Cow::into_owned)
}

#[test]
fn assumed_roles_become_their_role() {
    for (session, role) in [
        ("arn:aws:sts::1:assumed-role/R/s", "arn:aws:iam::1:role/R"),
        (
            "arn:aws:sts::1:assumed-role/a/b/R/s",
            "arn:aws:iam::1:role/a/b/R",
        ),
        (
            "arn:aws-cn:sts::1:assumed-role/R/i-0abc",
            "arn:aws-cn:iam::1:role/R",
        ),
        (
            "arn:aws-us-gov:sts::1:assumed-role/MiXed/S",
            "arn:aws-us-gov:iam::1:role/MiXed",
        ),
        (
            "arn:aws:sts:us-east-1:1:assumed-role/R/s",
            "arn:aws:iam::1:role/R",
        ),
        ("arn:aws:sts::1:assumed-role/R/a:b", "arn:aws:iam::1:role/R"),
    ] {
        assert_eq!(canonical(session).as_deref(), Ok(role), "{session}");
    }
}

#[test]
fn principals_stay_as_they_are() {
    for arn in [
        "arn:aws:iam::1:user/a/b/Dev",
        "arn:aws:iam::1:role/a/R",
        "arn:aws:iam::1:root",
        "arn:aws:sts::1:federated-user/N",
        "arn:aws-iso-f:iam::x:user/Dev",
    ] {
        assert_eq!(canonical(arn).as_deref(), Ok(arn));
    }
}

#[test]
fn what_cannot_call_is_refused() {
    for arn in [
        "arn:aws:iam::1:group/g",
        "arn:aws:sts::1:assumed-role/R",
        "arn:aws:sts::1:assumed-role",
        "arn:aws:sts::1:user/x",
        "arn:aws:s3:::bucket",
        "arn:aws:iam::1:",
        "arn:aws:iam::1:roles/R",
    ] {
        assert!(
            matches!(canonical(arn), Err(ArnError::NotAPrincipal { .. })),
            "{arn}"
        );
    }
}

#[test]
fn malformed_arns_and_unknown_partitions_are_told_apart() {
    for arn in [
        "",
        "arn",
        "arn:aws:iam::1",
        "123456789012",
        "ARN:aws:iam::1:root",
        " arn:aws:iam::1:root",
    ] {
        assert!(
            matches!(canonical(arn), Err(ArnError::Malformed { .. })),
            "{arn}"
        );
    }
    for arn in [
        "arn:AWS:iam::1:root",
        "arn::iam::1:root",
        "arn:aws-us-govt:iam::1:root",
    ] {
        assert!(
            matches!(canonical(arn), Err(ArnError::Partition { .. })),
            "{arn}"
        );
    }
}

#[test]
fn only_roles_lose_their_path() {
    for (arn, without) in [
        ("arn:aws:iam::1:role/a/b/X", "arn:aws:iam::1:role/X"),
        ("arn:aws:iam::1:role/X", "arn:aws:iam::1:role/X"),
        ("arn:aws:iam::1:role", "arn:aws:iam::1:role"),
        ("arn:aws:iam::1:user/a/X", "arn:aws:iam::1:user/a/X"),
    ] {
        assert_eq!(Arn::parse(arn).unwrap().without_path(), without);
    }
}

#[test]
fn foreign_text_is_escaped_and_cut_in_errors() {
    let error = Arn::parse(&format!("\u{1b}[31m{}", "x".repeat(10_000)))
        .unwrap_err()
        .to_string();
    assert!(!error.contains('\u{1b}') && error.len() < 400, "{error}");
}

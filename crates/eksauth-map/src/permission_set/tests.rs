use super::*;

const ACCOUNT: &str = "123456789012";

#[test]
fn a_permission_set_has_a_name_an_account_and_a_partition() {
    assert_eq!(
        stem("Ops", ACCOUNT, "").as_deref(),
        Ok("arn:aws:iam::123456789012:role/awsreservedsso_ops_")
    );
    for partition in Partition::ALL {
        let stem = stem("Ops", ACCOUNT, partition.id()).unwrap();
        assert!(
            stem.starts_with(&format!("arn:{partition}:iam::")),
            "{stem}"
        );
    }
    for name in ["a", "A_b+c=d,e.f@g-h", &"x".repeat(32)] {
        assert!(stem(name, ACCOUNT, "aws").is_ok(), "{name}");
    }
}

#[test]
fn what_no_permission_set_can_be_is_named() {
    for name in ["", "a b", "a/b", "a*", "a:b", "ä", &"x".repeat(33)] {
        let error = stem(name, ACCOUNT, "").unwrap_err();
        assert!(matches!(error, ProblemKind::SsoName { .. }), "{name}");
    }
    for account in [
        "",
        "12345678901",
        "1234567890123",
        "12345678901x",
        "*",
        "１２",
    ] {
        let error = stem("Ops", account, "").unwrap_err();
        assert!(matches!(error, ProblemKind::SsoAccount { .. }), "{account}");
    }
    for partition in ["AWS", "aws-us-govt", "*", " "] {
        let error = stem("Ops", ACCOUNT, partition).unwrap_err();
        assert!(matches!(error, ProblemKind::SsoPartition(_)), "{partition}");
    }
}

#[test]
fn the_suffix_is_anything_but_empty_and_has_neither_underscore_nor_slash() {
    let ops = stem("Ops", ACCOUNT, "").unwrap();
    let role = |name: &str| format!("arn:aws:iam::123456789012:role/awsreservedsso_{name}");
    for name in ["ops_0123456789abcdef", "ops_x", "ops_a-b.c"] {
        assert_eq!(stem_of(&role(name)), Some(ops.as_str()), "{name}");
    }
    for name in [
        "ops_",
        "ops",
        "ops_readonly_x",
        "ops_x/y",
        "opsx_y",
        "x_ops_y",
    ] {
        assert_ne!(stem_of(&role(name)), Some(ops.as_str()), "{name}");
    }
    assert_eq!(stem_of("arn:aws:iam::123456789012:user/dev"), None);
}

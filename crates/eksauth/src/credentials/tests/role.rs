use std::time::Duration;

use super::*;

fn role() -> AssumeRole {
    AssumeRole::new(ROLE).unwrap()
}

#[test]
fn it_is_the_arn_of_a_role_in_any_partition_and_path() {
    for arn in [
        ROLE,
        "arn:aws-cn:iam::123456789012:role/Deploy",
        "arn:aws-us-gov:iam::123456789012:role/team/a/Deploy",
    ] {
        assert_eq!(AssumeRole::new(arn).unwrap().arn(), arn);
    }
}

#[test]
fn what_is_not_the_arn_of_a_role_is_refused_and_shown_escaped_and_cut() {
    for text in [
        "",
        "Deploy",
        "arn:aws:iam::123456789012:user/dev",
        "arn:aws:sts::123456789012:assumed-role/Deploy/dev",
        "arn:aws:s3:::role/Deploy",
        "arn:aws:iam::123456789012:role",
        "arn:aws:iam::123456789012:role/",
    ] {
        let error = AssumeRole::new(text).unwrap_err();
        assert!(matches!(error, InvalidRole::Arn { .. }), "{text}");
        assert!(error.to_string().contains(text), "{error}");
    }
    let long = format!("\u{1b}[31m{}", "x".repeat(10_000));
    let told = AssumeRole::new(long).unwrap_err().to_string();
    assert!(told.len() < 300 && !told.contains('\u{1b}'), "{told}");
}

#[test]
fn a_session_name_has_2_to_64_of_certain_characters() {
    for name in ["ab", "dev@example.com", "A_+=,.@-9", &"x".repeat(64)] {
        assert!(SessionName::named(name).is_ok(), "{name}");
    }
    for name in ["", "a", "dev ops", "dev/ops", "älice", &"x".repeat(65)] {
        let error = SessionName::named(name).unwrap_err();
        assert!(matches!(error, InvalidRole::SessionName { .. }), "{name}");
    }
}

#[test]
fn an_external_id_has_2_to_1224_of_certain_characters_and_is_never_repeated() {
    for id in ["ab", "partner:1/x@y", &"x".repeat(1224)] {
        assert!(role().with_external_id(id).is_ok(), "{id}");
    }
    for id in ["", "a", "has a blank", "pass*word", &"x".repeat(1225)] {
        let error = role().with_external_id(id).unwrap_err();
        assert_eq!(error, InvalidRole::ExternalId);
        assert!(id.len() < 2 || !error.to_string().contains(id));
    }
}

#[test]
fn a_session_lasts_from_a_quarter_of_an_hour_to_half_a_day() {
    for seconds in [900, 43_200] {
        let role = role().with_duration(Duration::from_secs(seconds)).unwrap();
        assert_eq!(role.duration(), Some(Duration::from_secs(seconds)));
    }
    for seconds in [0, 899, 43_201] {
        let error = role()
            .with_duration(Duration::from_secs(seconds))
            .unwrap_err();
        let told = error.to_string();
        assert!(told.ends_with(&format!("found `{seconds} s`")), "{told}");
    }
    let fraction = Duration::from_secs(43_200) + Duration::from_nanos(1);
    assert!(role().with_duration(fraction).is_err());
}

#[test]
fn a_source_is_an_arn_with_an_account_that_a_header_can_hold() {
    for arn in ["arn:aws:eks:eu-west-1:123456789012:cluster/prod", ROLE] {
        assert!(role().with_source_arn(arn).is_ok(), "{arn}");
    }
    for arn in [
        "",
        "prod",
        "arn:aws:s3:::bucket",
        "arn:aws:eks:eu-west-1:123456789012:cluster/with blank",
        "arn:aws:eks:eu-west-1:123456789012:cluster/prod\r\nx: y",
        "arn:aws:eks:eu-west-1:123456789012:cluster/älice",
    ] {
        let error = role().with_source_arn(arn).unwrap_err();
        assert!(matches!(error, InvalidRole::SourceArn { .. }), "{arn}");
        let found = format!("but found `{}`", arn.escape_default());
        assert!(error.to_string().ends_with(&found), "{error}");
    }
}

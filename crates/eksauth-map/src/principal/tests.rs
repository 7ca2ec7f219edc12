use super::*;

#[test]
fn an_arn_says_the_principal_behind_it_and_its_session() {
    let session = |role: &str| format!("arn:aws:sts::123456789012:assumed-role/{role}");
    for (arn, canonical, session_name) in [
        (
            session("Deploy/bob@example.com"),
            "arn:aws:iam::123456789012:role/Deploy",
            "bob@example.com",
        ),
        (
            session("team/Deploy/s"),
            "arn:aws:iam::123456789012:role/team/Deploy",
            "s",
        ),
        ("arn:aws:iam::123456789012:role/Deploy".to_owned(), "", ""),
        (
            "arn:aws:iam::123456789012:role/assumed-role/Deploy".to_owned(),
            "",
            "",
        ),
        ("arn:aws:iam::123456789012:user/team/Ann".to_owned(), "", ""),
        ("arn:aws-cn:iam::123456789012:root".to_owned(), "", ""),
        (
            "arn:aws:sts::123456789012:federated-user/Fed".to_owned(),
            "",
            "",
        ),
    ] {
        let found = Principal::from_arn(&arn).unwrap();
        let expected = if canonical.is_empty() {
            &arn
        } else {
            canonical
        };
        assert_eq!(found.canonical_arn, expected);
        assert_eq!((&found.arn, &*found.session_name), (&arn, session_name));
        assert_eq!(found.account_id, "123456789012");
        assert_eq!((&*found.user_id, &*found.access_key_id), ("", ""));
    }
}

#[test]
fn what_is_no_principal_is_refused() {
    for arn in [
        "",
        "Deploy",
        "arn:aws:iam::123456789012:group/Deployers",
        "arn:aws:sts::123456789012:assumed-role/Deploy",
        "arn:aws:s3:::bucket",
        "arn:nowhere:iam::123456789012:role/Deploy",
    ] {
        assert!(Principal::from_arn(arn).is_err(), "{arn}");
    }
}

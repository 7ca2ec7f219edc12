//! `DynamicFile`: JSON that a program writes, found by ARN.

use eksauth_map::UserIds::Ignored;
use eksauth_map::dynamic_file::DynamicFile;
use eksauth_map::{ProblemKind, UserIds};

use crate::support::{ANN, DEPLOY, chain, dynamic, load_dynamic, outcome, who};

#[test]
fn an_entry_is_found_by_the_principal_of_its_arn() {
    for (says, key, arn, asking, is_found) in [
        (
            "a role",
            "rolearn",
            "arn:aws:iam::123456789012:role/Deploy",
            DEPLOY,
            true,
        ),
        (
            "lower-cased first",
            "rolearn",
            "ARN:AWS:IAM::123456789012:ROLE/DEPLOY",
            DEPLOY,
            true,
        ),
        (
            "canonicalised",
            "rolearn",
            "arn:aws:sts::123456789012:assumed-role/Deploy/anybody",
            DEPLOY,
            true,
        ),
        (
            "paths are not stripped",
            "rolearn",
            "arn:aws:iam::123456789012:role/team/Deploy",
            DEPLOY,
            false,
        ),
        ("a user", "userarn", ANN, ANN, true),
        ("either list takes any principal", "rolearn", ANN, ANN, true),
    ] {
        let list = if key == "rolearn" {
            "mapRoles"
        } else {
            "mapUsers"
        };
        let file = serde_json::json!({
            list: [{key: arn, "username": "found", "groups": ["g"], "userid": "AROAOTHER"}],
        });
        let expected = if is_found { "found g" } else { "not mapped" };
        let map = chain(vec![dynamic(&file.to_string())]);
        assert_eq!(outcome(&map, &who(asking)), expected, "{says}");
    }
}

#[test]
fn it_is_all_or_nothing() {
    let good = r#"{"rolearn": "arn:aws:iam::123456789012:role/Deploy", "username": "d"}"#;
    for (says, text) in [
        ("malformed JSON", format!(r#"{{"mapRoles": [{good}]"#)),
        ("YAML", "mapRoles: []".to_owned()),
        (
            "a type error in an entry",
            format!(r#"{{"mapRoles": [{good}, {{"rolearn": 1}}]}}"#),
        ),
        (
            "a type error elsewhere",
            format!(r#"{{"mapRoles": [{good}], "Version": 1}}"#),
        ),
        (
            "an entry without its key",
            format!(r#"{{"mapRoles": [{good}, {{"username": "a"}}]}}"#),
        ),
        (
            "an entry with a permission set alone",
            format!(
                r#"{{"mapRoles": [{good}, {{"username": "a",
                    "sso": {{"permissionSetName": "Ops", "accountID": "123456789012"}}}}]}}"#
            ),
        ),
        (
            "a user without its key",
            format!(r#"{{"mapRoles": [{good}], "mapUsers": [{{}}]}}"#),
        ),
    ] {
        assert!(DynamicFile::parse(&text, Ignored).is_err(), "{says}");
    }
    let map = chain(vec![dynamic(&format!(
        r#"{{"mapRoles": [{good}], "more": {{}}}}"#
    ))]);
    assert_eq!(outcome(&map, &who(DEPLOY)), "d", "unknown keys are ignored");
}

#[test]
fn an_arn_of_no_principal_is_a_dead_entry_that_is_told() {
    let file = r#"{"mapRoles": [{"rolearn": "Deploy", "username": "dead"},
        {"rolearn": "arn:aws:iam::123456789012:role/Deploy", "username": "d"}]}"#;
    let loaded = load_dynamic(file, UserIds::Ignored);
    assert!(
        matches!(&*loaded.problems, [problem] if matches!(problem.kind, ProblemKind::Arn(_))),
        "{:?}",
        loaded.problems
    );
    assert_eq!(loaded.set.len(), 1);
}

#[test]
fn of_one_key_the_last_entry_wins() {
    let file = r#"{"mapRoles": [
        {"rolearn": "arn:aws:iam::123456789012:role/Deploy", "username": "first"},
        {"rolearn": "arn:aws:iam::123456789012:role/DEPLOY", "username": "last"}]}"#;
    assert_eq!(outcome(&chain(vec![dynamic(file)]), &who(DEPLOY)), "last");
}

#[test]
fn a_time_of_its_own_that_is_none_spoils_nothing() {
    for (time, seconds) in [
        ("1700000000", Some(1_700_000_000)),
        ("99999999999", Some(99_999_999_999)),
        ("-1", Some(-1)),
        ("now", None),
        ("", None),
        ("1700000000.5", None),
        ("99999999999999999999", None),
    ] {
        let file = serde_json::json!({"LastUpdatedDateTime": time, "mapAccounts": ["1"]});
        let file = DynamicFile::parse(&file.to_string(), Ignored).unwrap();
        assert_eq!(file.accounts.len(), 1);
        assert_eq!(file.last_updated.unwrap().unix_seconds(), seconds, "{time}");
    }
}

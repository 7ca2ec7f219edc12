//! `DynamicFile` with `dynamicfileUserIDStrict`: found by user id.

use eksauth_map::Principal;
use eksauth_map::UserIds::Required;
use eksauth_map::dynamic_file::DynamicFile;
use serde_json::{Value, json};

use crate::support::{ANN, DEPLOY, ID, chain, outcome, strict, who};

fn with_id(arn: &str, user_id: &str) -> Principal {
    Principal {
        user_id: user_id.to_owned(),
        ..who(arn)
    }
}

fn outcome_of(file: &Value, asking: &Principal) -> String {
    let said = outcome(&chain(vec![strict(&file.to_string())]), asking);
    match said.contains("does not match the user id") {
        true => "mismatch".to_owned(),
        false => said,
    }
}

#[test]
fn every_kind_of_principal_is_found_by_its_user_id_exactly() {
    let federated = "arn:aws:sts::123456789012:federated-user/Fed";
    let root = "arn:aws:iam::123456789012:root";
    for (asking, user_id) in [
        (DEPLOY, ID),
        (ANN, "AIDACKCEVSQ6C2EXAMPLE"),
        (federated, "123456789012:Fed"),
        (root, "123456789012"),
    ] {
        for list in ["mapRoles", "mapUsers"] {
            let file = json!({list: [{"userid": user_id, "username": "found"}]});
            assert_eq!(
                outcome_of(&file, &with_id(asking, user_id)),
                "found",
                "no ARN: accepted"
            );
            for other in [
                &user_id.to_lowercase(),
                &format!("{user_id} "),
                &user_id[1..],
            ] {
                if other != user_id {
                    assert_eq!(
                        outcome_of(&file, &with_id(asking, other)),
                        "not mapped",
                        "{other}"
                    );
                }
            }
        }
    }
}

#[test]
fn an_arn_beside_the_user_id_must_be_that_of_the_principal_apart_from_the_path_of_a_role() {
    for (says, arn, expected) in [
        ("equal", "arn:aws:iam::123456789012:role/Deploy", "found"),
        (
            "lower-cased",
            "arn:aws:iam::123456789012:role/dEPLOY",
            "found",
        ),
        (
            "strip-path",
            "arn:aws:iam::123456789012:role/a/b/Deploy",
            "found",
        ),
        ("empty is none", "", "found"),
        (
            "another role",
            "arn:aws:iam::123456789012:role/Other",
            "mismatch",
        ),
        (
            "another account",
            "arn:aws:iam::210987654321:role/Deploy",
            "mismatch",
        ),
        ("unparsable", "Deploy", "mismatch"),
        ("not canonicalised", DEPLOY, "mismatch"),
    ] {
        let file = json!({"mapRoles": [{"userid": ID, "rolearn": arn, "username": "found"}]});
        assert_eq!(outcome_of(&file, &who(DEPLOY)), expected, "{says}");
    }
    for (arn, expected) in [
        (ANN, "found"),
        ("arn:aws:iam::123456789012:user/Ann", "mismatch"),
    ] {
        let file = json!({"mapUsers": [{"userid": ID, "userarn": arn, "username": "found"}]});
        assert_eq!(
            outcome_of(&file, &who(ANN)),
            expected,
            "the path of a user stays"
        );
    }
}

#[test]
fn a_mismatching_role_is_not_followed_by_a_user_or_an_account() {
    let file = json!({
        "mapRoles": [{"userid": ID, "rolearn": ANN, "username": "role"}],
        "mapUsers": [{"userid": ID, "userarn": "arn:aws:iam::123456789012:role/Deploy",
                      "username": "user"}],
        "mapAccounts": ["123456789012"],
    });
    assert_eq!(outcome_of(&file, &who(DEPLOY)), "mismatch");
    assert_eq!(outcome_of(&file, &who(ANN)), "role");
    let stranger = with_id(DEPLOY, "AROAOTHER");
    let account = "arn:aws:iam::123456789012:role/Deploy";
    assert_eq!(
        outcome_of(&file, &stranger),
        account,
        "who is not found has accounts still"
    );
}

#[test]
fn an_entry_without_its_user_id_refuses_the_file() {
    for entry in [
        json!({"rolearn": "arn:aws:iam::123456789012:role/Deploy", "username": "a"}),
        json!({"userid": "", "username": "a"}),
        json!({"userid": null, "username": "a"}),
    ] {
        for list in ["mapRoles", "mapUsers"] {
            let file = json!({list: [{"userid": ID, "username": "b"}, entry]});
            assert!(
                DynamicFile::parse(&file.to_string(), Required).is_err(),
                "{file}"
            );
        }
    }
}

#[test]
fn of_one_user_id_the_last_entry_wins() {
    let file = json!({"mapRoles": [
        {"userid": ID, "username": "first"},
        {"userid": ID, "username": "last"},
        {"userid": ID.to_lowercase(), "username": "another"},
    ]});
    assert_eq!(outcome_of(&file, &who(DEPLOY)), "last");
}

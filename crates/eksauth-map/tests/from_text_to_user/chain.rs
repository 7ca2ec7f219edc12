//! One backend after the other, in the configured order.

use eksauth_map::Principal;

use crate::support::{
    ANN, DEPLOY, chain, config_map, dynamic, mounted, objects, outcome, outcome_going_on, strict,
    who,
};

const OTHERS: &str = "mapRoles: [{rolearn: 'arn:aws:iam::210987654321:role/X', username: x}]";
const ROLE: &str = "mapRoles: [{rolearn: 'arn:aws:iam::123456789012:role/Deploy', username: mounted, groups: [g]}]";
const NODE: &str = "mapRoles: [{rolearn: 'arn:aws:iam::123456789012:role/Deploy', \
                    username: '{{EC2PrivateDNSName}}'}]\nmapAccounts: ['123456789012']";
const ACCOUNTS: &str = "mapAccounts: ['210987654321', '123456789012']";
const SECTION: &str = "[{rolearn: 'arn:aws:iam::123456789012:role/Deploy', username: config-map}]";
/// Its user id is that of the principal, its ARN is another.
const MISMATCH: &str = r#"{"mapRoles": [{"userid": "AROACKCEVSQ6C2EXAMPLE", "username": "u",
    "rolearn": "arn:aws:iam::123456789012:role/Other"}], "mapAccounts": ["123456789012"]}"#;
const SAID: &str = "DynamicFile, mapRoles[0], line 1: the ARN does not match the user id";

#[test]
fn the_first_backend_that_has_the_principal_decides_and_no_other_is_asked() {
    let config_map = || config_map(&[("mapRoles", SECTION)]);
    let object = || objects(&["arn:aws:iam::123456789012:role/Deploy"]);
    for (says, backends, expected) in [
        (
            "found, stop",
            vec![mounted(ROLE), config_map()],
            "mounted g",
        ),
        (
            "the order is the configured one",
            vec![config_map(), mounted(ROLE)],
            "config-map",
        ),
        (
            "not found, go on",
            vec![mounted(OTHERS), object(), config_map()],
            "object-0",
        ),
        (
            "at the end, nobody",
            vec![mounted(OTHERS), objects(&[])],
            "not mapped",
        ),
        ("no backend has nobody", vec![], "not mapped"),
        (
            "an account entry in an earlier backend beats an explicit mapping in a later one",
            vec![mounted(ACCOUNTS), config_map()],
            "arn:aws:iam::123456789012:role/Deploy",
        ),
        (
            "an explicit mapping beats the account entry of its own and of a later backend",
            vec![mounted(&format!("{ROLE}\n{ACCOUNTS}")), mounted(ACCOUNTS)],
            "mounted g",
        ),
    ] {
        assert_eq!(outcome(&chain(backends), &who(DEPLOY)), expected, "{says}");
    }
}

#[test]
fn a_template_error_is_final_for_its_account_list_and_for_later_backends() {
    let map = chain(vec![mounted(NODE), config_map(&[("mapRoles", SECTION)])]);
    let said = outcome(&map, &who(DEPLOY));
    assert!(said.contains("id of an EC2 instance"), "{said}");
}

#[test]
fn an_account_makes_its_canonical_arn_in_its_own_case_the_user_in_no_group() {
    for backend in [
        mounted(ACCOUNTS),
        config_map(&[("mapAccounts", "- 123456789012")]),
        dynamic(r#"{"mapAccounts": ["123456789012"]}"#),
    ] {
        let map = chain(vec![backend]);
        for (asking, expected) in [
            (DEPLOY, "arn:aws:iam::123456789012:role/Deploy"),
            (ANN, ANN),
            (
                "arn:aws:iam::123456789012:root",
                "arn:aws:iam::123456789012:root",
            ),
            ("arn:aws:iam::111122223333:user/Ann", "not mapped"),
        ] {
            assert_eq!(outcome(&map, &who(asking)), expected);
        }
    }
    let no_templates = Principal {
        canonical_arn: "arn:aws:iam::123456789012:role/{{AccountID}}".to_owned(),
        ..who(DEPLOY)
    };
    let map = chain(vec![mounted(ACCOUNTS)]);
    assert_eq!(outcome(&map, &no_templates), no_templates.canonical_arn);
}

#[test]
fn an_account_is_compared_exactly() {
    for written in ["12345678901", "'123456789012 '", "0123456789012", "'*'"] {
        let map = chain(vec![mounted(&format!("mapAccounts: [{written}]"))]);
        assert_eq!(outcome(&map, &who(DEPLOY)), "not mapped", "{written}");
    }
}

#[test]
fn a_mismatch_of_user_id_and_arn_denies_unless_going_on_is_asked_for() {
    let alone = MISMATCH.replace("123456789012\"]", "210987654321\"]");
    let later = || config_map(&[("mapRoles", SECTION)]);
    for (says, backends, going_on) in [
        (
            "satisfied by the accounts of the same file",
            vec![strict(MISMATCH), later()],
            "arn:aws:iam::123456789012:role/Deploy",
        ),
        (
            "satisfied by a later backend",
            vec![strict(&alone), later()],
            "config-map",
        ),
        (
            "remembered to the end",
            vec![strict(&alone), mounted(OTHERS)],
            SAID,
        ),
    ] {
        let map = chain(backends);
        assert_eq!(outcome(&map, &who(DEPLOY)), SAID, "{says}");
        assert_eq!(outcome_going_on(map, &who(DEPLOY)), going_on, "{says}");
    }
}

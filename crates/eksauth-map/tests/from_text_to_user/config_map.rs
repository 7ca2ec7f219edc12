//! `EKSConfigMap`: the ConfigMap `kube-system/aws-auth`.

use eksauth_map::aws_auth::AwsAuth;
use eksauth_map::{BackendMode, Matching};

use crate::support::{ANN, DEPLOY, chain, config_map, data, outcome, set_of, who};

fn outcome_of(key: &str, section: &str, asking: &str) -> String {
    outcome(&chain(vec![config_map(&[(key, section)])]), &who(asking))
}

#[test]
fn an_arn_is_compared_as_written() {
    for (says, arn, is_found) in [
        ("a role", "arn:aws:iam::123456789012:role/Deploy", true),
        (
            "case does not count",
            "ARN:AWS:IAM::123456789012:ROLE/DEPLOY",
            true,
        ),
        (
            "assumed-role ARNs never match",
            "arn:aws:sts::123456789012:assumed-role/Deploy/bob@example.com",
            false,
        ),
        (
            "paths never match",
            "arn:aws:iam::123456789012:role/team/Deploy",
            false,
        ),
        ("any text is accepted", "Deploy", false),
    ] {
        let section = format!("[{{rolearn: '{arn}', username: found}}]");
        let expected = if is_found { "found" } else { "not mapped" };
        assert_eq!(outcome_of("mapRoles", &section, DEPLOY), expected, "{says}");
    }
}

#[test]
fn keys_of_sections_count_exactly_and_keys_of_entries_in_any_case() {
    let entry = "[{RoleARN: 'arn:aws:iam::123456789012:role/Deploy', UserName: d, GROUPS: [g]}]";
    for (key, expected) in [
        ("mapRoles", "d g"),
        ("maproles", "not mapped"),
        ("MapRoles", "not mapped"),
        ("mapUsers", "not mapped"),
    ] {
        assert_eq!(outcome_of(key, entry, DEPLOY), expected, "{key}");
    }
}

#[test]
fn what_is_odd_in_an_entry_costs_as_little_as_it_can() {
    let arn = "rolearn: 'arn:aws:iam::123456789012:role/Deploy'";
    for (says, section, expected) in [
        (
            "groups that are no list are none",
            "username: d, groups: one",
            "d",
        ),
        (
            "a group that is no text is empty in its place",
            "username: d, groups: [a, 1, b]",
            "d a  b",
        ),
        ("unknown keys are ignored", "username: d, user: e", "d"),
        (
            "the lexically last spelling wins",
            "username: lower, userName: mixed, UserName: camel",
            "lower",
        ),
        (
            "a multi-line plain scalar folds",
            "username: two\n  words",
            "two words",
        ),
        (
            "a username that is no text drops the entry",
            "username: 12",
            "not mapped",
        ),
        ("no username drops the entry", "groups: [g]", "not mapped"),
    ] {
        let section = format!("[{{{arn}, {section}}}]");
        assert_eq!(outcome_of("mapRoles", &section, DEPLOY), expected, "{says}");
    }
    let kept = format!("[{{username: nobody}}, words, {{{arn}, username: kept}}]");
    assert_eq!(
        outcome_of("mapRoles", &kept, DEPLOY),
        "kept",
        "others are kept"
    );
}

#[test]
fn of_one_key_the_last_entry_wins_also_among_users_in_two_spellings() {
    let role = |name: &str, username: &str| {
        format!("- {{rolearn: 'arn:aws:iam::123456789012:role/{name}', username: {username}}}\n")
    };
    let section = role("Deploy", "first") + &role("DEPLOY", "last");
    assert_eq!(outcome_of("mapRoles", &section, DEPLOY), "last");
    let user =
        |arn: &str, username: &str| format!("- {{userarn: '{arn}', username: {username}}}\n");
    let section = user(&ANN.to_lowercase(), "first") + &user(ANN, "last");
    assert_eq!(outcome_of("mapUsers", &section, ANN), "last");
    let section = user(ANN, "first") + &user(&ANN.to_lowercase(), "last");
    assert_eq!(outcome_of("mapUsers", &section, ANN), "last");
}

#[test]
fn an_account_is_its_text_in_the_source() {
    let asking = "arn:aws:iam::012345678901:user/Ann";
    for (section, is_found) in [
        ("- 012345678901", true),
        ("- '012345678901'", true),
        ("[012345678901]", true),
        ("- 12345678901", false),
        ("012345678901", false),
        ("{012345678901: }", false),
    ] {
        let expected = if is_found { asking } else { "not mapped" };
        assert_eq!(
            outcome_of("mapAccounts", section, asking),
            expected,
            "{section}"
        );
    }
}

/// Who is mapped after one version of the ConfigMap has followed another.
fn after(versions: &[&[(&str, &str)]]) -> String {
    let mut found = AwsAuth::default();
    for sections in versions {
        (found, _) = found.updated(&data(sections));
    }
    let matching = Matching::of(BackendMode::EksConfigMap);
    let map = chain(vec![(
        BackendMode::EksConfigMap,
        set_of(matching, found).set,
    )]);
    [DEPLOY, ANN].map(|arn| outcome(&map, &who(arn))).join(", ")
}

#[test]
fn each_section_is_replaced_by_what_is_good_in_it_and_kept_only_when_it_is_no_yaml() {
    const ROLE: (&str, &str) = (
        "mapRoles",
        "- {rolearn: 'arn:aws:iam::123456789012:role/Deploy', username: deploy}",
    );
    const USER: (&str, &str) = (
        "mapUsers",
        "- {userarn: 'arn:aws:iam::123456789012:user/team/Ann', username: ann}",
    );
    const OTHER: &str = "- {rolearn: 'arn:aws:iam::123456789012:role/Deploy', username: other}";
    for (says, second, expected) in [
        (
            "added or modified: replaced",
            vec![("mapRoles", OTHER), USER],
            "other, ann",
        ),
        ("a section that is gone", vec![USER], "not mapped, ann"),
        (
            "deleted: everything is empty",
            vec![],
            "not mapped, not mapped",
        ),
        ("blank", vec![("mapRoles", "\"\""), USER], "not mapped, ann"),
        (
            "no YAML: the last good one",
            vec![("mapRoles", "- ["), USER],
            "deploy, ann",
        ),
        (
            "no YAML anywhere: each its own last good one",
            vec![
                ("mapRoles", "- ["),
                ("mapUsers", "- ["),
                ("mapAccounts", "- ["),
            ],
            "deploy, ann",
        ),
        (
            "no YAML in one, a change in another",
            vec![("mapRoles", "- [")],
            "deploy, not mapped",
        ),
        (
            "no list",
            vec![("mapRoles", "a: b"), USER],
            "not mapped, ann",
        ),
        (
            "an entry that is dropped",
            vec![("mapRoles", "- {username: a}"), USER],
            "not mapped, ann",
        ),
    ] {
        assert_eq!(after(&[&[ROLE, USER], &second]), expected, "{says}");
        let settled: &[&[_]] = &[&[ROLE, USER], &second, &second];
        assert_eq!(after(settled), expected, "{says}, twice");
    }
    let repaired: &[&[_]] = &[&[ROLE], &[("mapRoles", "- [")], &[("mapRoles", OTHER)]];
    assert_eq!(after(repaired), "other, not mapped");
    assert_eq!(after(&[&[("mapRoles", "- [")]]), "not mapped, not mapped");
}

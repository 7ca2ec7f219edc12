//! What is told about entries that are probably not what their author meant.

use crate::testing::{
    DEPLOY, account, config_map, load, mounted, role, sso, strict, user, with_id,
};
use crate::{Mapping, MappingSet, Matching, RolePaths};

const TEAM: &str = "arn:aws:iam::123456789012:role/team/Deploy";

fn told<const N: usize>(matching: Matching, mappings: [Mapping; N]) -> Vec<String> {
    let loaded = load(matching, mappings);
    assert_eq!(loaded.problems, []);
    loaded.warnings.iter().map(ToString::to_string).collect()
}

fn only<const N: usize>(matching: Matching, mappings: [Mapping; N]) -> String {
    let [warning] = told(matching, mappings).try_into().unwrap();
    warning
}

fn dropped() -> Matching {
    let mut matching = mounted();
    matching.role_paths = RolePaths::Dropped;
    matching
}

#[test]
fn a_role_with_a_path_is_told_what_to_write() {
    let told = only(mounted(), [role(0, TEAM)]);
    assert_eq!(
        told,
        "mapRoles[0]: this matches nobody, because STS names the sessions of a role without its \
         path: write `arn:aws:iam::123456789012:role/Deploy`, or let paths be dropped"
    );
    assert_eq!(only(config_map(), [role(0, TEAM)]), told);
}

#[test]
fn what_matches_as_meant_is_told_nothing() {
    let none: Vec<String> = Vec::new();
    assert_eq!(told(mounted(), [role(0, DEPLOY)]), none);
    assert_eq!(told(dropped(), [role(0, TEAM)]), none);
    assert_eq!(told(mounted(), [user(0, crate::testing::DEV)]), none);
    assert_eq!(told(strict(), [with_id(role(0, TEAM), "AROAX")]), none);
}

#[test]
fn the_entry_that_does_not_count_is_told_which_one_does() {
    for (mappings, expected) in [
        (
            [role(0, DEPLOY), role(1, DEPLOY)],
            "mapRoles[0]: mapRoles[1] is about the same",
        ),
        (
            [role(0, DEPLOY), user(0, DEPLOY)],
            "mapUsers[0]: mapRoles[0] is about the same",
        ),
        (
            [user(0, DEPLOY), role(0, DEPLOY)],
            "mapUsers[0]: mapRoles[0] is about the same",
        ),
        (
            [user(0, DEPLOY), user(1, DEPLOY)],
            "mapUsers[0]: mapUsers[1] is about the same",
        ),
    ] {
        let told = only(mounted(), mappings);
        assert!(told.starts_with(expected), "{told}");
        assert!(!told.contains("paths"), "{told}");
    }
}

#[test]
fn entries_that_are_one_without_their_paths_are_told_so() {
    let other = "arn:aws:iam::123456789012:role/other/Deploy";
    for written in [other, DEPLOY] {
        let told = only(dropped(), [role(0, TEAM), role(1, written)]);
        let expected =
            "mapRoles[0]: mapRoles[1] is about the same principal once paths are dropped";
        assert!(told.starts_with(expected), "{told}");
    }
    let told = only(dropped(), [role(0, TEAM), role(1, TEAM)]);
    assert!(!told.contains("paths"), "{told}");
}

#[test]
fn what_can_match_nobody_is_told_why() {
    for (matching, entry, expected) in [
        (
            config_map(),
            role(0, "arn:aws:sts::123456789012:assumed-role/Deploy/s"),
            "write the ARN of the role",
        ),
        (config_map(), role(0, "deploy"), "expected an ARN"),
        (
            config_map(),
            user(0, "arn:aws:iam::123456789012:group/g"),
            "an IAM user or role",
        ),
        (
            mounted(),
            role(0, "arn:aws:iam::123456789012:role/*"),
            "ordinary characters",
        ),
        (
            mounted(),
            user(0, "arn:aws:iam::123456789012:user/?"),
            "ordinary characters",
        ),
        (
            mounted(),
            sso(0, "Ops", "123456789012", ""),
            "`SSORoleMatch`",
        ),
        (
            strict(),
            with_id(role(0, "deploy"), "AROAX"),
            "expected an ARN",
        ),
        (
            strict(),
            with_id(sso(0, "Ops", "123456789012", ""), "AROAX"),
            "the user id alone",
        ),
    ] {
        let told = only(matching, [entry]);
        assert!(told.contains(expected), "{told}");
    }
}

#[test]
fn only_a_role_of_iam_is_told_to_drop_its_path() {
    for service in ["sts", "s3"] {
        let arn = format!("arn:aws:{service}::123456789012:role/team/Deploy");
        for role_paths in [RolePaths::AsWritten, RolePaths::Dropped] {
            let mut matching = config_map();
            matching.role_paths = role_paths;
            let told = only(matching, [role(0, &arn)]);
            assert!(told.contains("this matches nobody: expected"), "{told}");
        }
    }
}

#[test]
fn a_path_before_a_wildcard_is_told_that_it_stays() {
    let mut matching = dropped();
    matching.wildcards = true;
    let told = only(matching, [role(0, "arn:aws:iam::123456789012:role/team/*")]);
    assert!(told.contains("never dropped"), "{told}");
}

#[test]
fn a_misspelt_placeholder_is_named() {
    let entry = Mapping {
        username: "{{SessionName}}:{{sessionname}}".to_owned(),
        groups: vec!["{{Nobody}}".to_owned()],
        ..role(0, DEPLOY)
    };
    let told = told(mounted(), [entry]);
    assert_eq!(told.len(), 2);
    assert!(
        told[0].starts_with("mapRoles[0]: `{{sessionname}}` stays as it is"),
        "{told:?}"
    );
    assert!(
        told[1].contains("`{{Nobody}}`") && told[1].contains("`{{AccessKeyID}}`"),
        "{told:?}"
    );
}

#[test]
fn an_account_that_lost_its_zero_is_named() {
    let built = MappingSet::builder(mounted())
        .accounts([account(0, "012345678901"), account(1, "12345678901")])
        .build();
    let told: Vec<_> = built.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "mapAccounts[1]: expected an account id of twelve digits, but found `12345678901`, which \
          matches nobody (in quotes, leading zeros stay)"
        ]
    );
}

#[test]
fn foreign_text_is_escaped_and_cut() {
    let arn = format!("\u{1b}[31m{}", "x".repeat(10_000));
    let loaded = load(config_map(), [role(0, &arn)]);
    let told = loaded.warnings[0].to_string();
    assert!(!told.contains('\u{1b}') && told.len() < 600, "{told}");
}

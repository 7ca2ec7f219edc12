use crate::testing::{
    DEPLOY, DEV, config_map, load, map_of, mounted, principal, role, session, set, sso, strict,
    user, with_id, with_sso,
};
use crate::{List, Mapping, Matching, Principal, RolePaths, UserIds};

const ID: &str = "AROACKCEVSQ6C2EXAMPLE";

fn told(matching: Matching, mapping: Mapping, principal: &Principal) -> Vec<String> {
    let map = map_of(load(matching, [mapping]).set);
    let misses = map.near_misses(principal);
    misses
        .iter()
        .map(|miss| miss.obstacle.to_string())
        .collect()
}

fn with_wildcards() -> Matching {
    let mut matching = mounted();
    matching.wildcards = true;
    matching
}

fn pinned() -> Matching {
    let mut matching = mounted();
    matching.user_ids = UserIds::Pinned;
    matching
}

#[test]
fn a_near_miss_names_its_entry() {
    let mut entry = role(2, "arn:aws:iam::123456789012:role/team/Deploy");
    entry.place.line = Some(14);
    let map = map_of(set(config_map(), [entry]));
    let [miss] = map.near_misses(&session("Deploy", "s")).try_into().unwrap();
    assert_eq!(miss.place.list, List::Roles);
    assert_eq!(
        miss.to_string(),
        "MountedFile, mapRoles[2], line 14: this ARN would match without its path `/team/`"
    );
}

#[test]
fn one_thing_that_is_otherwise_is_told() {
    let deploy = session("Deploy", "s");
    let ops = session("AWSReservedSSO_Ops_0123456789abcdef", "s");
    let readonly = session("AWSReservedSSO_Ops_Readonly_0123456789abcdef", "s");
    let dev = principal(DEV);
    let arn = |resource: &str| format!("arn:aws:iam::123456789012:{resource}");
    for (matching, entry, principal, expected) in [
        (
            mounted(),
            role(0, &arn("role/a/b/Deploy")),
            &deploy,
            "without its path `/a/b/`",
        ),
        (
            mounted(),
            user(0, &arn("user/Dev")),
            &dev,
            "with the path `/team/`",
        ),
        (
            mounted(),
            role(0, &arn("user/Deploy")),
            &deploy,
            "with `role` instead of `user`",
        ),
        (
            config_map(),
            role(0, &arn("roles/Deploy")),
            &deploy,
            "with `role` instead of `roles`",
        ),
        (
            config_map(),
            role(0, "arn:aws:iam::12345678901:role/Deploy"),
            &deploy,
            "another account than `12345678901`",
        ),
        (
            config_map(),
            role(0, "arn:aws-us-govt:iam::123456789012:role/Deploy"),
            &deploy,
            "another partition than `aws-us-govt`",
        ),
        (
            config_map(),
            role(0, "arn:aws:sts::123456789012:assumed-role/Deploy/x"),
            &deploy,
            "if it were that of its role",
        ),
        (
            mounted(),
            role(0, &arn("role/Dep*")),
            &deploy,
            "wildcards were turned on",
        ),
        (
            with_wildcards(),
            role(0, "arn:aws:iam::210987654321:role/Dep*"),
            &deploy,
            "another account than `210987654321`",
        ),
        (
            mounted(),
            sso(0, "Ops", "123456789012", ""),
            &ops,
            "`SSORoleMatch` were on",
        ),
        (
            with_sso(),
            sso(0, "Ops", "210987654321", ""),
            &ops,
            "another account",
        ),
        (
            with_sso(),
            sso(0, "Ops", "123456789012", "aws-cn"),
            &ops,
            "another partition",
        ),
        (
            with_sso(),
            sso(0, "Ops", "123456789012", ""),
            &readonly,
            "only begins so",
        ),
        (
            pinned(),
            with_id(role(0, DEPLOY), "AROAOTHER"),
            &deploy,
            "user id were `AROAOTHER`",
        ),
        (
            strict(),
            with_id(role(0, DEPLOY), "AROAOTHER"),
            &deploy,
            "user id were `AROAOTHER`",
        ),
        (
            strict(),
            with_id(role(0, DEPLOY), &ID.to_lowercase()),
            &deploy,
            "whose case counts",
        ),
        (
            strict(),
            with_id(role(0, DEV), ID),
            &deploy,
            "if the ARN beside it were",
        ),
    ] {
        let told = told(matching, entry.clone(), principal);
        assert_eq!(told.len(), 1, "{entry:?}");
        assert!(told[0].contains(expected), "{told:?}");
    }
}

#[test]
fn two_things_are_no_near_miss() {
    let deploy = session("Deploy", "s");
    for (matching, entry) in [
        (
            mounted(),
            role(0, "arn:aws:iam::210987654321:role/team/Deploy"),
        ),
        (
            mounted(),
            role(0, "arn:aws:iam::123456789012:user/team/Deploy"),
        ),
        (mounted(), role(0, "arn:aws:iam::123456789012:role/Deplo")),
        (mounted(), role(0, "arn:aws:iam::210987654321:role/Dep*")),
        (
            config_map(),
            role(0, "arn:aws:sts::210987654321:assumed-role/Deploy/x"),
        ),
        (config_map(), role(0, "nonsense")),
        (
            pinned(),
            with_id(
                role(0, "arn:aws:iam::210987654321:role/Deploy"),
                "AROAOTHER",
            ),
        ),
        (strict(), with_id(role(0, DEV), "AROAOTHER")),
        (strict(), with_id(role(0, ""), "AROAOTHER")),
    ] {
        let told = told(matching, entry.clone(), &deploy);
        assert_eq!(told, Vec::<String>::new(), "{entry:?}");
    }
}

#[test]
fn what_matches_is_no_near_miss() {
    let deploy = session("Deploy", "s");
    let mut dropped = mounted();
    dropped.role_paths = RolePaths::Dropped;
    for (matching, entry) in [
        (mounted(), role(0, &DEPLOY.to_uppercase())),
        (
            mounted(),
            role(0, "arn:aws:sts::123456789012:assumed-role/Deploy/x"),
        ),
        (
            dropped,
            role(0, "arn:aws:iam::123456789012:role/team/Deploy"),
        ),
        (
            with_wildcards(),
            role(0, "arn:aws:iam::123456789012:role/Dep*"),
        ),
        (pinned(), with_id(role(0, DEPLOY), ID)),
        (strict(), with_id(role(0, DEPLOY), ID)),
    ] {
        let map = map_of(set(matching, [entry.clone()]));
        assert!(map.decide(&deploy).is_ok(), "{entry:?}");
        assert_eq!(map.near_misses(&deploy), [], "{entry:?}");
    }
}

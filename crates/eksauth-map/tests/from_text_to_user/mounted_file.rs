//! `MountedFile`: the lists in the configuration file of the server.

use eksauth_map::mounted::from_yaml;
use eksauth_map::{ProblemKind, Sso};

use crate::support::{ANN, DEPLOY, chain, load_mounted, mounted, outcome, who};

#[test]
fn an_entry_that_says_nobody_stops_the_start() {
    for (says, list, entry) in [
        ("role with neither", "mapRoles", "{username: a}"),
        (
            "role with both",
            "mapRoles",
            "{rolearn: a, sso: {permissionSetName: a}, username: a}",
        ),
        ("user without userarn", "mapUsers", "{username: a}"),
        (
            "a rolearn is no userarn",
            "mapUsers",
            "{rolearn: a, username: a}",
        ),
    ] {
        let text = format!("server: {{{list}: [{entry}]}}");
        assert!(from_yaml(&text).is_err(), "{says}");
    }
}

#[test]
fn an_entry_that_cannot_be_judged_stops_the_start() {
    for (says, lists) in [
        (
            "an ARN of nothing",
            "mapRoles: [{rolearn: Deploy, username: a}]",
        ),
        (
            "no principal",
            "mapRoles: [{rolearn: 'arn:aws:iam::1:group/g', username: a}]",
        ),
        (
            "another service",
            "mapUsers: [{userarn: 'arn:aws:s3:::bucket', username: a}]",
        ),
        (
            "no partition",
            "mapUsers: [{userarn: 'arn:x:iam::1:user/u', username: a}]",
        ),
        (
            "a session without its name",
            "mapRoles: [{rolearn: 'arn:aws:sts::123456789012:assumed-role/Deploy', username: a}]",
        ),
    ] {
        let problems = load_mounted(lists, Sso::Ignored).problems;
        assert!(
            matches!(&*problems, [problem] if matches!(problem.kind, ProblemKind::Arn(_))),
            "{says}: {problems:?}"
        );
    }
}

#[test]
fn missing_groups_are_none_and_a_user_id_is_not_looked_at() {
    let entry = "rolearn: 'arn:aws:iam::123456789012:role/Deploy', username: deploy";
    for rest in ["", ", groups: []", ", userid: AROAOTHER", ", userid: ''"] {
        let map = chain(vec![mounted(&format!("mapRoles: [{{{entry}{rest}}}]"))]);
        assert_eq!(outcome(&map, &who(DEPLOY)), "deploy", "{rest}");
    }
}

#[test]
fn an_arn_finds_its_principal() {
    for (says, list, arn, asking, is_found) in [
        (
            "a role",
            "role",
            "arn:aws:iam::123456789012:role/Deploy",
            DEPLOY,
            true,
        ),
        (
            "an assumed-role ARN becomes its role",
            "role",
            "arn:aws:sts::123456789012:assumed-role/Deploy/anybody",
            DEPLOY,
            true,
        ),
        (
            "case does not count",
            "role",
            "arn:aws:iam::123456789012:role/dEPLOY",
            DEPLOY,
            true,
        ),
        (
            "paths are not stripped",
            "role",
            "arn:aws:iam::123456789012:role/team/Deploy",
            DEPLOY,
            false,
        ),
        ("a user with its path", "user", ANN, ANN, true),
        (
            "a user without its path is another",
            "user",
            "arn:aws:iam::123456789012:user/Ann",
            ANN,
            false,
        ),
        (
            "users are lower-cased first",
            "user",
            &ANN.to_uppercase(),
            ANN,
            true,
        ),
        ("any principal type in either list", "role", ANN, ANN, true),
        (
            "any principal type in either list",
            "user",
            "arn:aws:iam::123456789012:role/Deploy",
            DEPLOY,
            true,
        ),
        (
            "root",
            "user",
            "arn:aws:iam::123456789012:root",
            "arn:aws:iam::123456789012:root",
            true,
        ),
        (
            "root is not its account",
            "user",
            "arn:aws:iam::123456789012:root",
            ANN,
            false,
        ),
        (
            "a federated user",
            "user",
            "arn:aws:sts::123456789012:federated-user/Fed",
            "arn:aws:sts::123456789012:federated-user/Fed",
            true,
        ),
        (
            "another partition",
            "role",
            "arn:aws-cn:iam::123456789012:role/Deploy",
            DEPLOY,
            false,
        ),
        (
            "another account",
            "role",
            "arn:aws:iam::210987654321:role/Deploy",
            DEPLOY,
            false,
        ),
    ] {
        let lists = match list {
            "role" => format!("mapRoles: [{{rolearn: '{arn}', username: found}}]"),
            _ => format!("mapUsers: [{{userarn: '{arn}', username: found}}]"),
        };
        let expected = if is_found { "found" } else { "not mapped" };
        let map = chain(vec![mounted(&lists)]);
        assert_eq!(outcome(&map, &who(asking)), expected, "{says}: {arn}");
    }
}

#[test]
fn of_one_key_the_last_entry_wins_and_roles_come_before_users() {
    let role = |written: &str, username: &str| {
        format!("{{rolearn: 'arn:aws:iam::123456789012:role/{written}', username: {username}}}")
    };
    let user = role("Deploy", "user").replace("rolearn", "userarn");
    for (says, roles, users, expected) in [
        (
            "last wins",
            vec![role("Deploy", "a"), role("Deploy", "b")],
            vec![],
            "b",
        ),
        (
            "also in other letters",
            vec![role("Deploy", "a"), role("DEPLOY", "b")],
            vec![],
            "b",
        ),
        (
            "roles first",
            vec![role("Deploy", "a")],
            vec![user.clone()],
            "a",
        ),
        (
            "then users",
            vec![role("Other", "a")],
            vec![user.clone()],
            "user",
        ),
        (
            "last wins",
            vec![],
            vec![
                user.clone(),
                user.replace("username: user", "username: last"),
            ],
            "last",
        ),
    ] {
        let lists = format!(
            "mapRoles: [{}]\nmapUsers: [{}]",
            roles.join(", "),
            users.join(", ")
        );
        let map = chain(vec![mounted(&lists)]);
        assert_eq!(outcome(&map, &who(DEPLOY)), expected, "{says}");
    }
}

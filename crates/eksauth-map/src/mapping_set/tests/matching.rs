//! Which entry has whom.

use crate::testing::{
    DEPLOY, DEV, account, config_map, decided, load, map_of, mounted, principal, role, session,
    set, sso, strict, user, with_id, with_sso,
};
use crate::{
    BackendMode, Denial, List, Mapping, MappingSet, Matching, ProblemKind, RolePaths, Unmet,
    UserIds, Who,
};

const OPS: &str = "AWSReservedSSO_Ops_0123456789abcdef";

fn with_wildcards() -> Matching {
    let mut matching = with_sso();
    matching.wildcards = true;
    matching
}

/// Where the entry stands that has a principal.
fn found<const N: usize>(matching: Matching, mappings: [Mapping; N], arn: &str) -> Option<String> {
    decided(&map_of(set(matching, mappings)), &principal(arn))
}

fn only_problem<const N: usize>(matching: Matching, mappings: [Mapping; N]) -> ProblemKind {
    let loaded = load(matching, mappings);
    let [problem] = loaded.problems.as_slice() else {
        panic!("expected one problem, but found {:?}", loaded.problems);
    };
    problem.kind.clone()
}

#[test]
fn arns_are_compared_without_regard_to_case_in_every_backend() {
    for mode in BackendMode::ALL {
        let matching = Matching::of(mode);
        for written in [
            DEPLOY.to_owned(),
            DEPLOY.to_uppercase(),
            DEPLOY.to_lowercase(),
        ] {
            for asking in [DEPLOY, "arn:aws:iam::123456789012:role/dEPLOY"] {
                let found = found(matching, [role(0, &written)], asking);
                assert_eq!(found.as_deref(), Some("mapRoles[0]"), "{mode} {written}");
            }
        }
    }
}

#[test]
fn the_arn_of_a_session_is_its_role_where_arns_are_canonicalised() {
    let written = "arn:aws:sts::123456789012:assumed-role/Deploy/somebody";
    let canonicalised = found(mounted(), [role(0, written)], DEPLOY);
    assert_eq!(canonicalised.as_deref(), Some("mapRoles[0]"));
    assert_eq!(found(config_map(), [role(0, written)], DEPLOY), None);
}

#[test]
fn an_arn_of_no_principal_is_a_problem_only_where_arns_are_canonicalised() {
    for arn in [
        "nobody",
        "arn:aws:iam::123456789012:group/g",
        "arn:x:iam::1:role/X",
    ] {
        let kind = only_problem(mounted(), [role(0, arn)]);
        assert!(matches!(kind, ProblemKind::Arn(_)), "{arn}");
        assert_eq!(load(config_map(), [role(0, arn)]).problems, []);
    }
    for matching in [mounted(), config_map()] {
        assert_eq!(only_problem(matching, [user(0, "")]), ProblemKind::NoArn);
        let nobody = crate::testing::mapping(List::Users, 0, Who::UserIdOnly);
        assert_eq!(only_problem(matching, [nobody]), ProblemKind::NoArn);
    }
}

#[test]
fn a_problem_keeps_only_its_own_entry_out() {
    let loaded = load(
        mounted(),
        [role(0, DEPLOY), role(1, "nobody"), user(0, DEV)],
    );
    assert_eq!(loaded.problems.len(), 1);
    assert!(
        loaded.problems[0]
            .to_string()
            .starts_with("mapRoles[1]: expected an ARN")
    );
    assert_eq!(loaded.set.len(), 2);
}

#[test]
fn either_list_takes_any_principal_and_roles_come_first() {
    for (mappings, expected) in [
        ([role(0, DEV), user(0, DEPLOY)], "mapRoles[0]"),
        ([role(0, DEV), user(0, DEV)], "mapRoles[0]"),
        ([user(0, DEV), role(0, DEV)], "mapRoles[0]"),
        ([user(0, DEPLOY), user(1, DEV)], "mapUsers[1]"),
        ([user(0, DEV), user(1, DEV)], "mapUsers[1]"),
        ([role(0, DEV), role(1, DEV)], "mapRoles[1]"),
    ] {
        assert_eq!(found(mounted(), mappings, DEV).as_deref(), Some(expected));
    }
}

#[test]
fn a_path_belongs_to_a_user_and_hides_a_role() {
    let with_path = "arn:aws:iam::123456789012:role/team/Deploy";
    for matching in [mounted(), config_map()] {
        assert_eq!(found(matching, [role(0, with_path)], DEPLOY), None);
        assert_eq!(
            found(matching, [user(0, DEV)], DEV).as_deref(),
            Some("mapUsers[0]")
        );
        let without = "arn:aws:iam::123456789012:user/Dev";
        assert_eq!(found(matching, [user(0, DEV)], without), None);
    }
}

#[test]
fn a_dropped_path_lets_a_role_match_and_no_user() {
    for mut matching in [mounted(), config_map()] {
        matching.role_paths = RolePaths::Dropped;
        for path in ["team", "team/eu", "x/y/z"] {
            let arn = format!("arn:aws:iam::123456789012:role/{path}/Deploy");
            let found = found(matching, [role(0, &arn)], DEPLOY);
            assert_eq!(found.as_deref(), Some("mapRoles[0]"), "{path}");
        }
        let without = "arn:aws:iam::123456789012:user/Dev";
        assert_eq!(found(matching, [user(0, DEV)], without), None);
        let other = "arn:aws:iam::123456789012:roles/team/Deploy";
        let unspelled = load(matching, [role(0, other)]).set;
        assert_eq!(decided(&map_of(unspelled), &principal(DEPLOY)), None);
    }
}

#[test]
fn a_permission_set_matches_its_roles_when_the_gate_is_on() {
    let role_of = |name: &str, account: &str, partition: &str| {
        format!("arn:{partition}:iam::{account}:role/{name}")
    };
    for (written_partition, partition) in [("", "aws"), ("aws", "aws"), ("aws-cn", "aws-cn")] {
        let entry = || [sso(0, "Ops", "123456789012", written_partition)];
        let ops = role_of(OPS, "123456789012", partition);
        assert_eq!(
            found(with_sso(), entry(), &ops).as_deref(),
            Some("mapRoles[0]")
        );
        assert_eq!(found(mounted(), entry(), &ops), None, "the gate is off");
        for (name, account, partition) in [
            (OPS, "210987654321", partition),
            (OPS, "123456789012", "aws-us-gov"),
            (
                "AWSReservedSSO_Ops_Readonly_0123456789abcdef",
                "123456789012",
                partition,
            ),
            ("AWSReservedSSO_Ops_", "123456789012", partition),
            ("Ops_x", "123456789012", partition),
        ] {
            let other = role_of(name, account, partition);
            assert_eq!(found(with_sso(), entry(), &other), None, "{other}");
        }
    }
}

#[test]
fn a_permission_set_is_judged_whether_the_gate_is_on_or_not() {
    for matching in [mounted(), with_sso(), config_map()] {
        for (entry, is_expected) in [
            (
                sso(0, "O s", "123456789012", ""),
                "name of a permission set",
            ),
            (sso(0, "Ops", "12345678901", ""), "twelve digits"),
            (sso(0, "Ops", "123456789012", "aws-us-govt"), "partitions"),
        ] {
            let text = only_problem(matching, [entry]).to_string();
            assert!(text.contains(is_expected), "{text}");
        }
    }
    let dynamic = Matching::of(BackendMode::DynamicFile);
    let kind = only_problem(dynamic, [sso(0, "Ops", "123456789012", "")]);
    assert_eq!(kind, ProblemKind::Sso);
}

#[test]
fn an_arn_comes_before_a_permission_set_and_that_before_wildcards() {
    let arn = format!("arn:aws:iam::123456789012:role/{OPS}");
    let ops = |index| sso(index, "Ops", "123456789012", "");
    let all = |index| role(index, "arn:aws:iam::123456789012:role/*");
    for (mappings, expected) in [
        ([all(0), ops(1), role(2, &arn)], "mapRoles[2]"),
        ([role(0, &arn), ops(1), all(2)], "mapRoles[0]"),
        ([all(0), ops(1), user(0, &arn)], "mapUsers[0]"),
        ([all(0), ops(1), user(0, DEV)], "mapRoles[1]"),
        ([all(0), ops(1), ops(2)], "mapRoles[2]"),
        ([all(0), user(0, DEV), user(1, DEPLOY)], "mapRoles[0]"),
    ] {
        let found = found(with_wildcards(), mappings, &arn);
        assert_eq!(found.as_deref(), Some(expected));
    }
}

#[test]
fn wildcards_match_in_their_order_and_only_when_they_are_on() {
    let all = "arn:aws:iam::123456789012:role/*";
    let some = "arn:aws:iam::123456789012:role/DEP*";
    for (first, second) in [(all, some), (some, all)] {
        let mappings = || [role(0, first), role(1, second)];
        let matched = found(with_wildcards(), mappings(), DEPLOY);
        assert_eq!(matched.as_deref(), Some("mapRoles[0]"));
        assert_eq!(found(mounted(), mappings(), DEPLOY), None);
    }
    let again = [role(0, some), role(1, all), role(2, some)];
    let matched = found(with_wildcards(), again, DEPLOY);
    assert_eq!(
        matched.as_deref(),
        Some("mapRoles[1]"),
        "the last of two equal ones counts"
    );
}

#[test]
fn a_wildcard_is_a_problem_where_it_would_let_in_other_accounts() {
    for arn in [
        "arn:aws:iam::*:role/Admin",
        "arn:aws:iam::123456789012:user/*",
    ] {
        let kind = only_problem(with_wildcards(), [role(0, arn)]);
        assert!(matches!(kind, ProblemKind::Wildcard { .. }), "{arn}");
    }
}

#[test]
fn users_have_no_wildcards() {
    let all = "arn:aws:iam::123456789012:user/*";
    let dev = "arn:aws:iam::123456789012:user/Dev";
    assert_eq!(found(with_wildcards(), [user(0, all)], dev), None);
}

#[test]
fn a_path_before_a_wildcard_is_never_dropped() {
    let mut matching = with_wildcards();
    matching.role_paths = RolePaths::Dropped;
    for arn in ["role/team/*", "role/*/Deploy", "role/team/Dep*"] {
        let arn = format!("arn:aws:iam::123456789012:{arn}");
        assert_eq!(found(matching, [role(0, &arn)], DEPLOY), None, "{arn}");
    }
}

#[test]
fn accounts_are_compared_exactly() {
    for (id, expected) in [
        ("123456789012", Some("mapAccounts[0]")),
        ("12345678901", None),
        (" 123456789012", None),
        ("1234567890120", None),
        ("", None),
    ] {
        let built = MappingSet::builder(mounted())
            .accounts([account(0, id)])
            .build();
        let map = map_of(built.set);
        assert_eq!(
            decided(&map, &principal(DEV)).as_deref(),
            expected,
            "{id:?}"
        );
    }
}

#[test]
fn who_has_no_account_is_in_none() {
    let built = MappingSet::builder(mounted())
        .accounts([account(0, "")])
        .build();
    let denied = map_of(built.set)
        .decide(&crate::Principal::default())
        .unwrap_err();
    assert_eq!(denied, Denial::NotMapped);
}

const ID: &str = "AROACKCEVSQ6C2EXAMPLE";

fn outcome<const N: usize>(matching: Matching, mappings: [Mapping; N]) -> Result<String, Unmet> {
    let map = map_of(set(matching, mappings));
    match map.decide(&session("Deploy", "s")) {
        Ok(found) => Ok(found.place().to_string()),
        Err(Denial::Mismatched(mismatches)) => Err(mismatches[0].unmet),
        Err(Denial::NotMapped) => Ok("nobody".to_owned()),
    }
}

#[test]
fn strict_entries_are_found_by_user_id_and_must_have_the_arn_if_they_have_one() {
    let by_id = crate::testing::mapping(List::Users, 0, Who::UserIdOnly);
    let ok = |place: &str| Ok(place.to_owned());
    for (entry, expected) in [
        (with_id(role(0, DEPLOY), ID), ok("mapRoles[0]")),
        (
            with_id(role(0, &DEPLOY.to_lowercase()), ID),
            ok("mapRoles[0]"),
        ),
        (
            with_id(role(0, "arn:aws:iam::123456789012:role/a/b/Deploy"), ID),
            ok("mapRoles[0]"),
        ),
        (with_id(role(0, ""), ID), ok("mapRoles[0]")),
        (with_id(by_id.clone(), ID), ok("mapUsers[0]")),
        (
            with_id(sso(0, "Ops", "123456789012", ""), ID),
            ok("mapRoles[0]"),
        ),
        (with_id(role(0, DEV), ID), Err(Unmet::Arn)),
        (with_id(role(0, "nonsense"), ID), Err(Unmet::Arn)),
        (
            with_id(role(0, &DEPLOY.to_uppercase()), ID),
            Err(Unmet::Arn),
        ),
        (
            with_id(
                role(0, "arn:aws:sts::123456789012:assumed-role/Deploy/s"),
                ID,
            ),
            Err(Unmet::Arn),
        ),
        (with_id(role(0, DEPLOY), &ID.to_lowercase()), ok("nobody")),
        (with_id(role(0, DEPLOY), "AROAOTHER"), ok("nobody")),
    ] {
        assert_eq!(outcome(strict(), [entry.clone()]), expected, "{entry:?}");
    }
}

#[test]
fn a_strict_entry_needs_a_user_id() {
    assert_eq!(
        only_problem(strict(), [role(0, DEPLOY)]),
        ProblemKind::NoUserId
    );
    let empty = with_id(role(0, DEPLOY), "");
    assert_eq!(only_problem(strict(), [empty]), ProblemKind::NoUserId);
}

#[test]
fn of_strict_entries_with_one_id_the_last_counts_and_roles_before_users() {
    let role = |index, arn| with_id(role(index, arn), ID);
    let user = |index, arn| with_id(user(index, arn), ID);
    for (mappings, expected) in [
        (
            [role(0, DEV), role(1, DEPLOY)],
            Ok("mapRoles[1]".to_owned()),
        ),
        ([role(0, DEPLOY), role(1, DEV)], Err(Unmet::Arn)),
        (
            [role(0, DEPLOY), user(0, DEPLOY)],
            Ok("mapRoles[0]".to_owned()),
        ),
        // A role that does not agree is not followed by a user that would.
        ([role(0, DEV), user(0, DEPLOY)], Err(Unmet::Arn)),
        ([user(0, DEPLOY), role(0, DEV)], Err(Unmet::Arn)),
    ] {
        assert_eq!(outcome(strict(), mappings), expected);
    }
}

#[test]
fn a_user_id_is_looked_at_only_where_the_backend_says_so() {
    let other = || with_id(role(0, DEPLOY), "AROAOTHER");
    assert_eq!(outcome(mounted(), [other()]), Ok("mapRoles[0]".to_owned()));
    let mut pinned = mounted();
    pinned.user_ids = UserIds::Pinned;
    assert_eq!(outcome(pinned, [other()]), Err(Unmet::UserId));
    for entry in [
        with_id(role(0, DEPLOY), ID),
        with_id(role(0, DEPLOY), ""),
        role(0, DEPLOY),
    ] {
        assert_eq!(outcome(pinned, [entry]), Ok("mapRoles[0]".to_owned()));
    }
}

#[test]
fn a_pin_keeps_a_role_out_that_was_made_anew_below_another_path() {
    let mut matching = mounted();
    matching.role_paths = RolePaths::Dropped;
    matching.user_ids = UserIds::Pinned;
    let arn = "arn:aws:iam::123456789012:role/team/Deploy";
    let pinned = |id| [with_id(role(0, arn), id)];
    assert_eq!(outcome(matching, pinned(ID)), Ok("mapRoles[0]".to_owned()));
    assert_eq!(outcome(matching, pinned("AROABEFORE")), Err(Unmet::UserId));
}

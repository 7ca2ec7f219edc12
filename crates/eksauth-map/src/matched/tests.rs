mod properties;

use super::*;
use crate::testing::{DEPLOY, chain, load, map_of, mounted, principal, role, session, set};
use crate::{IdentityMap, Mapping, MappingSet, Principal, ProblemKind, ReservedPrefixes};

fn named(username: &str, groups: &[&str]) -> Mapping {
    Mapping {
        username: username.to_owned(),
        groups: groups.iter().copied().map(str::to_owned).collect(),
        ..role(0, DEPLOY)
    }
}

fn map(username: &str, groups: &[&str]) -> IdentityMap {
    map_of(set(mounted(), [named(username, groups)]))
}

fn render(map: &IdentityMap, who: &Principal, dns: Option<&str>) -> Result<MappedUser, MapError> {
    map.decide(who).unwrap().render(who, dns)
}

#[test]
fn names_and_groups_are_filled_in() {
    let map = map("deploy:{{SessionName}}", &["fixed", "{{AccountID}}", ""]);
    let user = render(&map, &session("Deploy", "bob@example.com"), None).unwrap();
    assert_eq!(user.username, "deploy:bob-example.com");
    assert_eq!(user.groups, ["fixed", "123456789012", ""]);
}

#[test]
fn an_instance_is_asked_for_wherever_its_name_stands() {
    let node = session("Deploy", "i-0123456789abcdef0");
    for (username, group, instance) in [
        (
            "system:node:{{EC2PrivateDNSName}}",
            "x",
            Some("i-0123456789abcdef0"),
        ),
        ("x", "{{EC2PrivateDNSName}}", Some("i-0123456789abcdef0")),
        ("x", "x", None),
    ] {
        let map = map(username, &["first", group]);
        let found = map.decide(&node).unwrap().instance_id(&node);
        assert_eq!(found, Ok(instance.map(|it| it.parse().unwrap())));
    }
}

#[test]
fn only_the_id_of_an_instance_is_looked_up() {
    let map = map("{{EC2PrivateDNSName}}", &[]);
    for name in [
        "i-01234567",
        "i-0123456789abcdef0",
        "i-ABCDefg_",
        "i-________",
    ] {
        let node = session("Deploy", name);
        assert_eq!(
            map.decide(&node).unwrap().instance_id(&node),
            Ok(Some(name.parse().unwrap()))
        );
        assert_eq!(render(&map, &node, Some("dns")).unwrap().username, "dns");
    }
    for name in [
        "",
        "i-",
        "i-0123456",
        "i-012345678",
        "i-0123456789abcdef",
        "i-0123456789abcdef01",
        "I-01234567",
        "i-0123456-",
        "i-0123456ä",
        "i-01234567\n",
        "xi-01234567",
    ] {
        let mut node = session("Deploy", "s");
        node.session_name = name.to_owned();
        let found = map.decide(&node).unwrap().instance_id(&node);
        assert!(
            matches!(found, Err(MapError::NotAnInstance { .. })),
            "{name}"
        );
        // Not even when somebody brings a DNS name along.
        let rendered = render(&map, &node, Some("dns"));
        assert!(
            matches!(rendered, Err(MapError::NotAnInstance { .. })),
            "{name}"
        );
    }
}

#[test]
fn no_node_is_without_a_name() {
    let map = map("system:node:{{EC2PrivateDNSName}}", &[]);
    let node = session("Deploy", "i-01234567");
    for dns in [None, Some("")] {
        assert_eq!(render(&map, &node, dns), Err(MapError::NoPrivateDnsName));
    }
}

#[test]
fn an_entry_without_a_user_name_is_a_problem() {
    let loaded = load(mounted(), [named("", &["system:masters"])]);
    assert!(loaded.set.is_empty());
    let [problem] = loaded.problems.as_slice() else {
        panic!("{:?}", loaded.problems);
    };
    assert_eq!(problem.kind, ProblemKind::NoUsername);
    assert_eq!(
        problem.to_string(),
        "mapRoles[0]: expected a user name, but found none"
    );
}

#[test]
fn a_user_name_that_turns_out_empty_is_denied() {
    let map = map("{{SessionNameRaw}}", &["system:masters"]);
    let role = principal(DEPLOY);
    assert_eq!(render(&map, &role, None), Err(MapError::NoUsername));
    assert!(render(&map, &session("Deploy", "s"), None).is_ok());
}

#[test]
fn everybody_of_an_account_goes_by_the_canonical_arn_in_no_group() {
    let accounts = [crate::testing::account(0, "123456789012")];
    let loaded = MappingSet::builder(mounted()).accounts(accounts).build();
    let map = map_of(loaded.set);
    let who = session("MiXed", "s");
    let found = map.decide(&who).unwrap();
    assert_eq!(found.matched_by(), MatchedBy::Account);
    let user = found.render(&who, None).unwrap();
    assert_eq!(user.username, "arn:aws:iam::123456789012:role/MiXed");
    assert_eq!(user.groups, Vec::<String>::new());
}

fn reserving(lists: &[(BackendMode, &[&str])], username: &str) -> IdentityMap {
    let reserved: ReservedPrefixes = lists
        .iter()
        .map(|(mode, list)| (*mode, list.iter().copied().map(str::to_owned).collect()))
        .collect();
    let map = chain([(
        BackendMode::MountedFile,
        set(mounted(), [named(username, &["system:x"])]),
    )]);
    IdentityMap::new(map.backends().to_vec(), reserved)
}

#[test]
fn a_reserved_prefix_is_denied_after_the_name_is_filled_in() {
    use BackendMode::{Crd, MountedFile};
    let system: &[&str] = &["aws:", "system:"];
    let refused = Err(MapError::ReservedPrefix {
        prefix: "system:".to_owned(),
    });
    let allowed = |name: &str| Ok(name.to_owned());
    for (lists, username, expected) in [
        (vec![(MountedFile, system)], "system:admin", refused.clone()),
        (
            vec![(MountedFile, system)],
            "{{SessionName}}em:admin",
            refused.clone(),
        ),
        (
            vec![(MountedFile, system)],
            "System:admin",
            allowed("System:admin"),
        ),
        (
            vec![(MountedFile, system)],
            "xsystem:admin",
            allowed("xsystem:admin"),
        ),
        (vec![(Crd, system)], "system:admin", allowed("system:admin")),
        (
            vec![(MountedFile, &[""])],
            "system:admin",
            allowed("system:admin"),
        ),
        (
            vec![(MountedFile, system), (MountedFile, &[])],
            "system:admin",
            allowed("system:admin"),
        ),
        (
            vec![(MountedFile, &[]), (MountedFile, system)],
            "system:admin",
            refused,
        ),
    ] {
        let map = reserving(&lists, username);
        let found = render(&map, &session("Deploy", "syst"), None);
        assert_eq!(found.map(|user| user.username), expected, "{username}");
    }
}

#[test]
fn the_arns_of_an_account_are_never_reserved() {
    let accounts = [crate::testing::account(0, "123456789012")];
    let loaded = MappingSet::builder(mounted()).accounts(accounts).build();
    let reserved = [(BackendMode::MountedFile, vec!["arn:".to_owned()])];
    let map = IdentityMap::new(
        map_of(loaded.set).backends().to_vec(),
        reserved.into_iter().collect(),
    );
    assert!(render(&map, &principal(DEPLOY), None).is_ok());
}

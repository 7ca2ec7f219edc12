//! User names that a backend may not give.

use eksauth_map::{BackendMode, IdentityMap, MappingSet, Matching, ReservedPrefixes};

use crate::support::{
    Backend, DEPLOY, config_map, dynamic, mounted, objects, outcome, reserving, who,
};

const ROLE: &str = "arn:aws:iam::123456789012:role/Deploy";

fn reserved(lists: &[(BackendMode, &[&str])]) -> ReservedPrefixes {
    let list = |(mode, prefixes): &(BackendMode, &[&str])| {
        (*mode, prefixes.iter().copied().map(str::to_owned).collect())
    };
    lists.iter().map(list).collect()
}

/// Every backend, giving the same name.
fn backends() -> Vec<Backend> {
    let section = format!("[{{rolearn: '{ROLE}', username: object-0}}]");
    let json = serde_json::json!({"mapRoles": [{"rolearn": ROLE, "username": "object-0"}]});
    vec![
        mounted(&format!("mapRoles: {section}")),
        config_map(&[("mapRoles", &section)]),
        objects(&[ROLE]),
        dynamic(&json.to_string()),
    ]
}

#[test]
fn prefixes_are_those_of_the_backend_that_has_the_entry() {
    for list_of in BackendMode::ALL {
        for backend in backends() {
            let mode = backend.0;
            let others = backends().into_iter().filter(|(other, _)| *other != mode);
            let others_without_it = others.map(|(other, _)| (other, nobody(other)));
            let chain = others_without_it.chain([backend]).collect();
            let map = reserving(chain, reserved(&[(list_of, &["x", "object-"])]));
            let expected = if mode == list_of {
                "reserved object-"
            } else {
                "object-0"
            };
            assert_eq!(
                outcome(&map, &who(DEPLOY)),
                expected,
                "{mode}, list of {list_of}"
            );
        }
    }
}

fn nobody(mode: BackendMode) -> MappingSet {
    MappingSet::empty(Matching::of(mode))
}

fn named(username: &str, lists: &[(BackendMode, &[&str])]) -> IdentityMap {
    let entry =
        format!("[{{rolearn: '{ROLE}', username: '{username}', groups: ['system:masters']}}]");
    let later = "mapAccounts: ['123456789012']";
    let backends = vec![
        mounted(&format!("mapRoles: {entry}\n{later}")),
        mounted(later),
    ];
    reserving(backends, reserved(lists))
}

#[test]
fn a_reserved_name_is_denied_for_good_after_it_is_filled_in() {
    use BackendMode::MountedFile;
    for (says, username, lists, expected) in [
        (
            "starts with",
            "system:a",
            vec![(MountedFile, &["system:"][..])],
            "reserved system:",
        ),
        (
            "any of them",
            "aws:a",
            vec![(MountedFile, &["system:", "aws:"])],
            "reserved aws:",
        ),
        (
            "equal",
            "system:",
            vec![(MountedFile, &["system:"])],
            "reserved system:",
        ),
        (
            "after rendering",
            "{{SessionName}}",
            vec![(MountedFile, &["bob-"])],
            "reserved bob-",
        ),
        (
            "after rendering only",
            "{{SessionName}}",
            vec![(MountedFile, &["{{", "bob@"])],
            "bob-example.com system:masters",
        ),
        (
            "case-sensitive",
            "System:a",
            vec![(MountedFile, &["system:"])],
            "System:a system:masters",
        ),
        (
            "only at the start",
            "a system:",
            vec![(MountedFile, &["system:"])],
            "a system: system:masters",
        ),
        (
            "groups are not checked",
            "a",
            vec![(MountedFile, &["system:"])],
            "a system:masters",
        ),
        (
            "no empty prefix",
            "a",
            vec![(MountedFile, &["", "b"])],
            "a system:masters",
        ),
        (
            "a later list for the same backend replaces the earlier",
            "system:a",
            vec![(MountedFile, &["system:"]), (MountedFile, &["aws:"])],
            "system:a system:masters",
        ),
        (
            "a later list for the same backend replaces the earlier",
            "system:a",
            vec![(MountedFile, &["aws:"]), (MountedFile, &["system:"])],
            "reserved system:",
        ),
    ] {
        assert_eq!(
            outcome(&named(username, &lists), &who(DEPLOY)),
            expected,
            "{says}"
        );
    }
}

#[test]
fn account_list_results_are_not_checked() {
    let lists = reserved(&[(BackendMode::MountedFile, &["arn:"])]);
    let map = reserving(vec![mounted("mapAccounts: ['123456789012']")], lists);
    assert_eq!(outcome(&map, &who(DEPLOY)), ROLE);
}

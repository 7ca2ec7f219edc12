//! What holds for every list.

use proptest::prelude::*;

use crate::testing::{decided, map_of, mounted, principal, role, set, user};
use crate::written_arn::without_path;
use crate::{Mapping, Matching};

/// Few names of few letters, so that entries meet.
fn name() -> impl Strategy<Value = String> {
    "[abAB]{1,3}"
}

fn pattern() -> impl Strategy<Value = String> {
    "[abAB*?]{0,2}[*?][abAB*?]{0,2}"
}

fn arn(name: &str) -> String {
    format!("arn:aws:iam::123456789012:role/{name}")
}

fn with_wildcards() -> Matching {
    let mut matching = mounted();
    matching.wildcards = true;
    matching
}

fn roles(names: &[String]) -> Vec<Mapping> {
    let names = names.iter().enumerate();
    names.map(|(index, name)| role(index, &arn(name))).collect()
}

fn found(matching: Matching, mappings: Vec<Mapping>, arn: &str) -> Option<String> {
    let loaded = crate::MappingSet::builder(matching)
        .mappings(mappings)
        .build();
    assert_eq!(loaded.problems, []);
    decided(&map_of(loaded.set), &principal(arn))
}

proptest! {
    #[test]
    fn an_exact_entry_beats_every_wildcard(
        mut names in proptest::collection::vec(pattern(), 0..6),
        exact in name(),
        at in any::<prop::sample::Index>(),
        as_user in any::<bool>(),
    ) {
        let at = at.index(names.len() + 1);
        names.insert(at, exact.clone());
        let mut mappings = roles(&names);
        let mut expected = format!("mapRoles[{at}]");
        if as_user {
            mappings[at] = user(at, &arn(&exact));
            expected = format!("mapUsers[{at}]");
        }
        prop_assert_eq!(found(with_wildcards(), mappings, &arn(&exact)), Some(expected));
    }

    #[test]
    fn of_wildcards_the_first_that_matches_alone_decides(
        names in proptest::collection::vec(pattern(), 1..6),
        asking in name(),
    ) {
        let asking = arn(&asking);
        let alone = |name: &String| {
            found(with_wildcards(), roles(std::slice::from_ref(name)), &asking).is_some()
        };
        // An entry that stands there again further down does not count here.
        let counts = |index: usize| {
            let again = |name: &String| name.eq_ignore_ascii_case(&names[index]);
            !names[index + 1..].iter().any(again)
        };
        let first = (0..names.len()).find(|&index| counts(index) && alone(&names[index]));
        let expected = first.map(|index| format!("mapRoles[{index}]"));
        prop_assert_eq!(found(with_wildcards(), roles(&names), &asking), expected);
    }

    #[test]
    fn of_equal_arns_the_last_decides(
        names in proptest::collection::vec(name(), 0..12),
        asking in name(),
    ) {
        let last = names.iter().rposition(|name| name.eq_ignore_ascii_case(&asking));
        let expected = last.map(|index| format!("mapRoles[{index}]"));
        prop_assert_eq!(found(mounted(), roles(&names), &arn(&asking)), expected);
    }

    #[test]
    fn case_never_matters(
        names in proptest::collection::vec(prop_oneof![name(), pattern()], 0..8),
        asking in name(),
        upper in any::<bool>(),
    ) {
        let in_case = |text: &str| match upper {
            true => text.to_ascii_uppercase(),
            false => text.to_ascii_lowercase(),
        };
        let other: Vec<String> = names.iter().map(|name| in_case(name)).collect();
        let before = found(with_wildcards(), roles(&names), &arn(&asking));
        prop_assert_eq!(&before, &found(with_wildcards(), roles(&other), &arn(&asking)));
        prop_assert_eq!(&before, &found(with_wildcards(), roles(&names), &arn(&in_case(&asking))));
    }

    #[test]
    fn dropping_a_path_changes_nothing_but_the_path(
        partition in prop_oneof![Just("aws"), Just("aws-cn")],
        account in "[0-9]{12}",
        kind in prop_oneof![Just("role"), Just("user"), Just("roles"), Just("role-x")],
        path in proptest::collection::vec("[a-z]{0,3}", 0..4),
        name in "[a-zA-Z0-9]{1,8}",
    ) {
        let path = path.iter().map(|part| format!("{part}/")).collect::<String>();
        let written = format!("arn:{partition}:iam::{account}:{kind}/{path}{name}");
        let expected = (kind == "role" && !path.is_empty())
            .then(|| format!("arn:{partition}:iam::{account}:role/{name}"));
        prop_assert_eq!(without_path(&written), expected);
    }

    #[test]
    fn only_the_own_entry_has_a_principal(names in proptest::collection::vec("[a-z]{1,8}", 0..8)) {
        let stranger = principal(&arn("9"));
        let map = map_of(set(mounted(), []));
        prop_assert_eq!(decided(&map, &stranger), None);
        prop_assert_eq!(found(mounted(), roles(&names), &arn("9")), None);
    }
}

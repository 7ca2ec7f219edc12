//! `CRD`: objects of the kind `IAMIdentityMapping`.

use eksauth_map::ProblemKind;

use crate::support::{ANN, DEPLOY, chain, load_objects, objects, outcome, who};

#[test]
fn an_object_is_found_by_the_principal_of_its_arn() {
    for (says, arn, asking, is_found) in [
        (
            "a role",
            "arn:aws:iam::123456789012:role/Deploy",
            DEPLOY,
            true,
        ),
        (
            "lower-cased first",
            "ARN:AWS:IAM::123456789012:ROLE/DEPLOY",
            DEPLOY,
            true,
        ),
        (
            "canonicalised",
            "arn:aws:sts::123456789012:assumed-role/Deploy/anybody",
            DEPLOY,
            true,
        ),
        (
            "paths are not stripped",
            "arn:aws:iam::123456789012:role/team/Deploy",
            DEPLOY,
            false,
        ),
        ("roles and users alike", ANN, ANN, true),
        (
            "exact match",
            "arn:aws:iam::123456789012:role/Deploy2",
            DEPLOY,
            false,
        ),
        (
            "no wildcards",
            "arn:aws:iam::123456789012:role/*",
            DEPLOY,
            false,
        ),
    ] {
        let expected = if is_found { "object-0" } else { "not mapped" };
        let map = chain(vec![objects(&[arn])]);
        assert_eq!(outcome(&map, &who(asking)), expected, "{says}");
    }
}

#[test]
fn an_invalid_arn_keeps_its_object_out_and_no_other() {
    let deploy = "arn:aws:iam::123456789012:role/Deploy";
    let loaded = load_objects(&["", "Deploy", "arn:aws:iam::1:group/g", deploy]);
    let kinds: Vec<_> = loaded.problems.iter().map(|it| &it.kind).collect();
    assert!(
        matches!(
            *kinds,
            [ProblemKind::NoArn, ProblemKind::Arn(_), ProblemKind::Arn(_)]
        ),
        "{kinds:?}"
    );
    assert_eq!(loaded.set.len(), 1);
}

#[test]
fn of_several_objects_with_one_arn_the_last_that_was_handed_in_counts() {
    let arn = "arn:aws:iam::123456789012:role/Deploy";
    let map = chain(vec![objects(&[arn, ANN, &arn.to_lowercase()])]);
    assert_eq!(outcome(&map, &who(DEPLOY)), "object-2");
}

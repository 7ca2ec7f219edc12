mod oracle;

use BackendMode::{Crd, DynamicFile, EksConfigMap, MountedFile};

use super::*;
use crate::testing::{
    DEPLOY, account, chain, config_map, load, mounted, role, session, set, strict, user, with_id,
};
use crate::{Mapping, MatchedBy, Matching};

const ID: &str = "AROACKCEVSQ6C2EXAMPLE";

fn accounts(matching: Matching, mappings: &[Mapping]) -> MappingSet {
    let loaded = MappingSet::builder(matching)
        .mappings(mappings.iter().cloned())
        .accounts([account(0, "210987654321"), account(1, "123456789012")])
        .build();
    assert_eq!(loaded.problems, []);
    loaded.set
}

fn nobody() -> MappingSet {
    set(mounted(), [role(0, "arn:aws:iam::123456789012:role/Other")])
}

/// The first entry is found by its user id and has another ARN.
fn mismatching() -> Mapping {
    with_id(role(0, "arn:aws:iam::123456789012:role/Other"), ID)
}

fn decision(map: &IdentityMap) -> String {
    match map.decide(&session("Deploy", "s")) {
        Ok(found) => format!("{found} by {}", found.matched_by()),
        Err(denial) => denial.to_string(),
    }
}

#[test]
fn the_first_backend_with_an_entry_decides() {
    for (map, expected) in [
        (
            chain([
                (EksConfigMap, set(config_map(), [role(3, DEPLOY)])),
                (MountedFile, set(mounted(), [role(0, DEPLOY)])),
            ]),
            "EKSConfigMap, mapRoles[3] by ARN",
        ),
        (
            chain([
                (MountedFile, nobody()),
                (EksConfigMap, set(config_map(), [user(1, DEPLOY)])),
            ]),
            "EKSConfigMap, mapUsers[1] by ARN",
        ),
        (
            chain([(MountedFile, nobody()), (Crd, nobody())]),
            "the identity is not mapped to a Kubernetes user",
        ),
        (chain([]), "the identity is not mapped to a Kubernetes user"),
    ] {
        assert_eq!(decision(&map), expected);
    }
}

#[test]
fn the_accounts_of_an_earlier_backend_come_before_the_entry_of_a_later_one() {
    let later = || set(config_map(), [role(0, DEPLOY)]);
    let map = chain([
        (MountedFile, accounts(mounted(), &[])),
        (EksConfigMap, later()),
    ]);
    assert_eq!(decision(&map), "MountedFile, mapAccounts[1] by account");
    let map = chain([
        (EksConfigMap, later()),
        (MountedFile, accounts(mounted(), &[])),
    ]);
    assert_eq!(decision(&map), "EKSConfigMap, mapRoles[0] by ARN");
}

#[test]
fn an_entry_comes_before_the_accounts_of_its_backend() {
    for entry in [role(0, DEPLOY), user(0, DEPLOY)] {
        let map = chain([(MountedFile, accounts(mounted(), &[entry]))]);
        let found = map
            .decide(&session("Deploy", "s"))
            .map(|it| it.matched_by());
        assert_eq!(found, Ok(MatchedBy::Arn));
    }
}

#[test]
fn an_entry_that_cannot_be_filled_in_is_the_last_word() {
    let node = Mapping {
        username: "{{EC2PrivateDNSName}}".to_owned(),
        ..role(0, DEPLOY)
    };
    let map = chain([
        (MountedFile, accounts(mounted(), &[node])),
        (EksConfigMap, set(config_map(), [role(0, DEPLOY)])),
    ]);
    let who = session("Deploy", "no-instance");
    let found = map.decide(&who).unwrap();
    assert_eq!(found.to_string(), "MountedFile, mapRoles[0]");
    assert!(found.render(&who, None).is_err());
}

#[test]
fn a_mismatch_is_final_whatever_else_would_have_the_principal() {
    let said = "DynamicFile, mapRoles[0]: the ARN does not match the user id";
    for map in [
        chain([(DynamicFile, accounts(strict(), &[mismatching()]))]),
        chain([
            (DynamicFile, set(strict(), [mismatching()])),
            (MountedFile, set(mounted(), [role(0, DEPLOY)])),
        ]),
        chain([
            (DynamicFile, set(strict(), [mismatching()])),
            (MountedFile, accounts(mounted(), &[])),
        ]),
    ] {
        assert_eq!(decision(&map), said);
    }
}

#[test]
fn a_mismatch_is_passed_over_as_in_aws_iam_authenticator_when_asked_to() {
    let go_on = |map: IdentityMap| decision(&map.with_after_mismatch(AfterMismatch::GoOn));
    let mismatch = || set(strict(), [mismatching()]);
    let same_file = chain([(DynamicFile, accounts(strict(), &[mismatching()]))]);
    assert_eq!(go_on(same_file), "DynamicFile, mapAccounts[1] by account");
    let later = set(mounted(), [role(0, DEPLOY)]);
    let map = chain([(DynamicFile, mismatch()), (MountedFile, later)]);
    assert_eq!(go_on(map), "MountedFile, mapRoles[0] by ARN");
    // Remembered to the end, when nothing else has the principal.
    let map = chain([
        (DynamicFile, mismatch()),
        (MountedFile, nobody()),
        (Crd, mismatch()),
    ]);
    assert_eq!(
        go_on(map),
        "DynamicFile, mapRoles[0]: the ARN does not match the user id; CRD, mapRoles[0]: the ARN \
         does not match the user id"
    );
}

#[test]
fn a_backend_without_the_principal_is_no_mismatch() {
    let loaded = load(strict(), [with_id(role(0, DEPLOY), "AROAOTHER")]);
    let map = chain([
        (DynamicFile, loaded.set),
        (MountedFile, set(mounted(), [role(0, DEPLOY)])),
    ]);
    assert_eq!(decision(&map), "MountedFile, mapRoles[0] by ARN");
}

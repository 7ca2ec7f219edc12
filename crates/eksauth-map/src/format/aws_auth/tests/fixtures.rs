//! Whole ConfigMaps with the mistakes that people make, and what aws-iam-authenticator reads in them.

use super::super::{AwsAuth, ManifestError, data_of_manifest};
use super::arn;
use crate::{Effect, Trouble};

fn read(manifest: &str) -> (AwsAuth, Vec<Trouble>) {
    AwsAuth::default().updated(&data_of_manifest(manifest).unwrap())
}

fn holds_one_of_each(manifest: &str, groups: &[&str]) {
    let (found, troubles) = read(manifest);
    assert_eq!(troubles, []);
    let [role] = found.roles.as_slice() else {
        panic!("expected one role, but found {:?}", found.roles);
    };
    assert_eq!(arn(&role.who), "arn:aws:iam::123456789012:role/Worker");
    assert_eq!(role.username, "system:node:{{EC2PrivateDNSName}}");
    assert_eq!(role.groups, groups);
    let [user] = found.users.as_slice() else {
        panic!("expected one user, but found {:?}", found.users);
    };
    assert_eq!(arn(&user.who), "arn:aws:iam::123456789012:user/admin");
    assert_eq!(
        (&*user.username, &*user.groups),
        ("admin", &["system:masters".to_owned()][..])
    );
    let accounts: Vec<&str> = found.accounts.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(accounts, ["123456789012"]);
}

const NODES: &[&str] = &["system:bootstrappers", "system:nodes"];

#[test]
fn a_config_map_as_documented() {
    holds_one_of_each(include_str!("fixtures/aws-auth.yaml"), NODES);
}

#[test]
fn keys_of_entries_in_any_case() {
    holds_one_of_each(include_str!("fixtures/crazy-case-keys.yaml"), NODES);
    holds_one_of_each(include_str!("fixtures/open-source-case-keys.yaml"), NODES);
}

#[test]
fn sections_in_another_case_are_none_and_reported() {
    for manifest in [
        include_str!("fixtures/lower-case-top-keys.yaml"),
        include_str!("fixtures/crazy-case-top-keys.yaml"),
    ] {
        let (found, troubles) = read(manifest);
        assert_eq!(found, AwsAuth::default());
        assert_eq!(troubles.len(), 3);
        assert!(
            troubles.iter().all(|it| it.effect() == Effect::Noted),
            "{troubles:?}"
        );
    }
    let (_, troubles) = read(include_str!("fixtures/lower-case-top-keys.yaml"));
    assert!(troubles.iter().any(|it| it.to_string()
        == "mapRoles: expected the key `mapRoles`, spelled exactly so, but found `maproles`, which \
            is ignored"));
}

#[test]
fn a_space_out_of_place_folds_two_groups_into_one() {
    holds_one_of_each(
        include_str!("fixtures/space-out-of-place.yaml"),
        &["system:bootstrappers - system:nodes"],
    );
}

#[test]
fn a_missing_bar_is_refused_with_the_key_that_lacks_it() {
    let error = data_of_manifest(include_str!("fixtures/missing-bar.yaml")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected a text as `data.mapRoles`, but found a list on line 7: write `mapRoles: |`, with \
         the list indented below"
    );
}

#[test]
fn a_manifest_in_json_is_the_same() {
    let json = r#"{"apiVersion": "v1", "kind": "ConfigMap", "data": {
        "mapAccounts": "- 012345678901\n", "other": "\u00e4"
    }}"#;
    let data = data_of_manifest(json).unwrap();
    assert_eq!(data["mapAccounts"], "- 012345678901\n");
    assert_eq!(data["other"], "ä");
}

#[test]
fn what_is_no_config_map_is_told_apart() {
    let kind = |found: &str| ManifestError::Kind {
        found: found.to_owned(),
    };
    assert_eq!(data_of_manifest(""), Err(kind("nothing")));
    assert_eq!(data_of_manifest("[]"), Err(kind("a list")));
    assert_eq!(data_of_manifest("data: {}"), Err(kind("no `kind`")));
    assert_eq!(data_of_manifest("kind: List"), Err(kind("the text `List`")));
    assert_eq!(
        data_of_manifest("kind: ConfigMap\n---\nkind: ConfigMap"),
        Err(ManifestError::MoreDocuments)
    );
    assert!(matches!(
        data_of_manifest("{"),
        Err(ManifestError::Syntax(_))
    ));
    assert!(matches!(
        data_of_manifest("kind: ConfigMap\ndata: text"),
        Err(ManifestError::Data { line: 2, .. })
    ));
    assert!(matches!(
        data_of_manifest("kind: ConfigMap\ndata:\n  a: 1"),
        Err(ManifestError::NotAText { line: 3, .. })
    ));
}

#[test]
fn a_config_map_without_data_is_empty() {
    assert!(data_of_manifest("kind: ConfigMap").unwrap().is_empty());
    assert!(
        data_of_manifest("kind: ConfigMap\ndata:")
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        data_of_manifest("kind: ConfigMap\ndata:\n  a:").unwrap()["a"],
        ""
    );
}

use std::error::Error as _;

use super::*;

fn refusal(yaml: &str) -> String {
    let error = World::parse(yaml).unwrap_err();
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

#[test]
fn the_default_world_is_valid() {
    let world = World::parse(World::DEFAULT_YAML).unwrap();
    assert_eq!(world.region.as_str(), "eu-west-1");
    assert_eq!(world.accounts[0].id, "111122223333");
    assert_eq!(world.accounts[1].id, "444455556666");
    let demo = &world.clusters[0];
    assert_eq!(demo.arn, "arn:aws:eks:eu-west-1:111122223333:cluster/demo");
    assert_eq!(demo.token_id(), "demo");
    assert_eq!(world.clusters[1].status, ClusterStatus::Creating);
}

#[test]
fn what_is_left_out_is_what_the_default_world_documents() {
    let world =
        World::parse("{users: [{name: u}], roles: [{name: R}], clusters: [{name: c}]}").unwrap();
    assert_eq!(world.region.as_str(), "eu-west-1");
    assert_eq!(world.accounts.len(), 1);
    assert_eq!(world.users[0].arn, "arn:aws:iam::111122223333:user/u");
    assert_eq!(world.users[0].access_keys.len(), 1);
    assert_eq!(world.roles[0].max_session_duration, 3600);
    assert!(world.roles[0].trust.principals.is_empty());
    assert_eq!(world.clusters[0].region.as_str(), "eu-west-1");
    assert_eq!(world.clusters[0].status, ClusterStatus::Active);
    assert_eq!(world.clusters[0].version, "1.34");
    assert!(World::parse("{}").unwrap().users.is_empty());
}

#[test]
fn the_region_decides_the_partition() {
    let world = World::parse("{region: cn-north-1, users: [{name: u, path: /a/b/}]}").unwrap();
    assert_eq!(
        world.users[0].arn,
        "arn:aws-cn:iam::111122223333:user/a/b/u"
    );
}

#[test]
fn an_outposts_cluster_is_known_by_its_id() {
    let world = World::parse("clusters: [{name: local, id: 1111-2222}]").unwrap();
    assert_eq!(world.clusters[0].token_id(), "1111-2222");
}

#[test]
fn mistakes_are_named_by_entry() {
    for (yaml, named) in [
        ("[]", "could not read the world"),
        ("user: []", "user"),
        ("users: [{name: u, keys: []}]", "keys"),
        ("region: eu-west-1a", "region of the world"),
        (
            "accounts: []",
            "accounts of the world: expected at least one",
        ),
        (
            "accounts: [{id: '1234'}]",
            "12 digits, in quotes, but found `1234`",
        ),
        (
            "accounts: [{id: '111122223333'}, {id: '111122223333'}]",
            "accounts: `111122223333` of the world: expected each one once",
        ),
        (
            "users: [{name: 'a b'}]",
            "users: `a b` of the world: expected a name",
        ),
        ("users: [{name: u, path: teams}]", "users: `u`, path"),
        (
            "users: [{name: u, account: '999999999999'}]",
            "expected one of `accounts`",
        ),
        (
            "users: [{name: u}, {name: U}]",
            "users: `U` of the world: expected each one once",
        ),
        (
            "users: [{name: u, accessKeys: [{id: short}]}]",
            "users: `u`, accessKeys",
        ),
        (
            "users: [{name: u, accessKeys: [{id: ASIAIOSFODNN7EXAMPLE}]}]",
            "does not start with `ASIA`",
        ),
        (
            "users: [{name: u, accessKeys: [{id: AKIAIOSFODNN7EXAMPLE}, {id: AKIAIOSFODNN7EXAMPLE}]}]",
            "accessKeys: `AKIAIOSFODNN7EXAMPLE`",
        ),
        (
            "users: [{name: u, accessKeys: [{secret: ''}]}]",
            "found nothing",
        ),
        (
            "users: [{name: u, deny: ['eks:DescribeClustr']}]",
            "`eks:DescribeCluster`, `eks:ListClusters`, or a pattern",
        ),
        (
            "users: [{name: u, deny: ['sts:GetCallerIdentity']}]",
            "users: `u`, deny",
        ),
        (
            "roles: [{name: R, maxSessionDuration: 60}]",
            "3600 to 43200 seconds, but found `60`",
        ),
        (
            "roles: [{name: R, trust: {principals: [developer]}}]",
            "roles: `R`, trust.principals",
        ),
        (
            "roles: [{name: R, trust: {principals: ['arn:aws:iam::111122223333:user/nobody']}}]",
            "roles: `R`, trust.principals of the world: expected an account, user",
        ),
        (
            "roles: [{name: R, trust: {principals: ['999999999999']}}]",
            "`999999999999`",
        ),
        (
            "roles: [{name: R, trust: {externalId: ''}}]",
            "trust.externalId",
        ),
        ("clusters: [{name: -c}]", "clusters: `-c`"),
        (
            "clusters: [{name: c, region: cn-north-1}]",
            "partition `aws`",
        ),
        ("clusters: [{name: c, status: BUSY}]", "BUSY"),
        (
            "clusters: [{name: c}, {name: c}]",
            "clusters: `c` of the world: expected each one once",
        ),
        (
            "clusters: [{name: c, access: {mapAccounts: ['1']}}]",
            "access.mapAccounts",
        ),
        (
            "clusters: [{name: c, access: {mapRoles: [{roleARN: Admin, username: a}]}}]",
            "clusters: `c`, access of the world",
        ),
        (
            "clusters: [{name: c, access: {mapRoles: [{roleARN: 'arn:aws:iam::111122223333:role/A', \
             username: a, group: [g]}]}}]",
            "group",
        ),
    ] {
        let refusal = refusal(yaml);
        assert!(refusal.contains(named), "{yaml}\n{refusal}");
    }
}

#[test]
fn a_role_can_trust_every_kind_of_principal() {
    let world = World::parse(
        "{users: [{name: u}], roles: [{name: A, path: /x/}, {name: R, trust: {principals: \
         ['*', '111122223333', 'arn:aws:iam::111122223333:root', \
         'arn:aws:iam::111122223333:user/u', 'arn:aws:iam::111122223333:role/x/A', \
         'arn:aws:sts::111122223333:assumed-role/A/session']}}]}",
    )
    .unwrap();
    let principals = &world.roles[1].trust.principals;
    assert_eq!(principals[1], principals[2]);
    assert_eq!(principals.len(), 6);
}

#[test]
fn secrets_do_not_show() {
    let yaml = "users: [{name: u, accessKeys: [{secret: wJalrXUtnFEMI/K7MDENG}]}]";
    let world = World::parse(yaml).unwrap();
    assert!(!format!("{world:?}").contains("wJalrXUtnFEMI"));
}

#[test]
fn secrets_do_not_show_in_what_is_wrong_with_the_file() {
    for yaml in [
        "users: [{name: u, accessKeys: [{secret: wJalrXUtnFEMI, idd: x}]}]",
        "users:\n  - name: u\n    accessKeys:\n      - secret: wJalrXUtnFEMI\n        idd: x\n",
    ] {
        let refusal = refusal(yaml);
        assert!(refusal.contains("idd"), "{refusal}");
        assert!(!refusal.contains("wJalrXUtnFEMI"), "{refusal}");
    }
}

//! Where this differs from aws-iam-authenticator on purpose, or is certain where that is not.

use eksauth_map::{MappingSet, ProblemKind, Sso, UserIds};

use crate::support::{
    ANN, DEPLOY, chain, config_map, load_dynamic, load_mounted, mounted, outcome, who,
};

#[test]
fn an_empty_username_drops_its_entry_and_is_told() {
    let dynamic = r#"{"mapRoles": [{"rolearn": "arn:aws:iam::123456789012:role/Deploy"}]}"#;
    let mounted = "mapRoles: [{rolearn: 'arn:aws:iam::123456789012:role/Deploy', groups: [g]}]";
    for loaded in [
        load_dynamic(dynamic, UserIds::Ignored),
        load_mounted(mounted, Sso::Ignored),
    ] {
        let [problem] = &*loaded.problems else {
            panic!("expected one problem, but found {:?}", loaded.problems);
        };
        assert_eq!(problem.kind, ProblemKind::NoUsername);
        assert_eq!(loaded.set.len(), 0);
    }
}

#[test]
fn a_username_that_is_empty_once_filled_in_denies() {
    let entry = format!("{{userarn: '{ANN}', username: '{{{{SessionName}}}}', groups: [g]}}");
    for map in [
        chain(vec![mounted(&format!("mapUsers: [{entry}]"))]),
        chain(vec![config_map(&[("mapUsers", &format!("[{entry}]"))])]),
    ] {
        let said = outcome(&map, &who(ANN));
        assert!(said.contains("expected a user name"), "{said}");
    }
}

#[test]
fn an_account_in_a_configuration_file_keeps_its_leading_zero_without_quotes() {
    for account in [
        "012345678901",
        "012345670123",
        "000000000000",
        "123456789012",
    ] {
        let asking = who(&format!("arn:aws:iam::{account}:user/Ann"));
        let map = chain(vec![mounted(&format!("mapAccounts: [{account}]"))]);
        assert_eq!(outcome(&map, &asking), asking.arn);
        let entry = format!("{{userarn: 'arn:aws:iam::{account}:user/Ann', username: 07}}");
        let map = chain(vec![mounted(&format!("mapUsers: [{entry}]"))]);
        assert_eq!(outcome(&map, &asking), "07");
    }
}

#[test]
fn one_answer_however_often_the_same_lists_are_loaded() {
    let lists = "mapRoles:\n\
        - {rolearn: 'arn:aws:iam::123456789012:role/Deploy', username: a}\n\
        - {rolearn: 'arn:aws:iam::123456789012:role/deploy', username: b}\n\
        - {sso: {permissionSetName: Ops, accountID: '123456789012'}, username: c}\n\
        - {sso: {permissionSetName: OPS, accountID: '123456789012'}, username: d}";
    let ops = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Ops_x/ann";
    for _ in 0..20 {
        let set: MappingSet = load_mounted(lists, Sso::Matched).set;
        let map = chain(vec![(eksauth_map::BackendMode::MountedFile, set)]);
        assert_eq!(
            [DEPLOY, ops].map(|arn| outcome(&map, &who(arn))),
            ["b", "d"]
        );
    }
}

//! Permission sets of IAM Identity Center, behind the feature gate `SSORoleMatch`.

use eksauth_map::{ProblemKind, Sso};
use eksauth_token::Partition;

use crate::support::{chain, config_map_by, load_mounted, mounted, mounted_with_sso, outcome, who};

fn role(partition: &str, account: &str, name: &str) -> String {
    format!("arn:{partition}:sts::{account}:assumed-role/{name}/ann")
}

fn entry(name: &str, partition: &str) -> String {
    let partition = match partition {
        "" => String::new(),
        partition => format!(", partition: {partition}"),
    };
    format!(
        "{{sso: {{permissionSetName: '{name}', accountID: '123456789012'{partition}}}, username: ops}}"
    )
}

#[test]
fn a_permission_set_matches_its_roles_in_both_backends() {
    let suffix = "0123456789abcdef";
    for (says, name, partition, asking, is_found) in [
        (
            "its role",
            "Ops",
            "",
            role(
                "aws",
                "123456789012",
                &format!("AWSReservedSSO_Ops_{suffix}"),
            ),
            true,
        ),
        (
            "case does not count",
            "oPS",
            "",
            role(
                "aws",
                "123456789012",
                &format!("AWSReservedSSO_Ops_{suffix}"),
            ),
            true,
        ),
        (
            "a suffix of another length",
            "Ops",
            "",
            role("aws", "123456789012", "AWSReservedSSO_Ops_x"),
            true,
        ),
        (
            "a name with an underscore",
            "Ops_Readonly",
            "",
            role("aws", "123456789012", "AWSReservedSSO_Ops_Readonly_x"),
            true,
        ),
        (
            "another set whose name begins so",
            "Ops",
            "",
            role("aws", "123456789012", "AWSReservedSSO_Ops_Readonly_x"),
            false,
        ),
        (
            "another account",
            "Ops",
            "",
            role("aws", "210987654321", "AWSReservedSSO_Ops_x"),
            false,
        ),
        (
            "empty is `aws`",
            "Ops",
            "",
            role("aws-cn", "123456789012", "AWSReservedSSO_Ops_x"),
            false,
        ),
        (
            "an explicit partition is used, even `aws`",
            "Ops",
            "aws",
            role("aws", "123456789012", "AWSReservedSSO_Ops_x"),
            true,
        ),
        (
            "an explicit partition is used",
            "Ops",
            "aws-us-gov",
            role("aws-us-gov", "123456789012", "AWSReservedSSO_Ops_x"),
            true,
        ),
        (
            "an explicit partition is used",
            "Ops",
            "aws-us-gov",
            role("aws", "123456789012", "AWSReservedSSO_Ops_x"),
            false,
        ),
        (
            "a role of such a name",
            "Ops",
            "",
            role("aws", "123456789012", "Ops_x"),
            false,
        ),
    ] {
        let entry = entry(name, partition);
        let on = [
            mounted_with_sso(&format!("mapRoles: [{entry}]")),
            config_map_by(Sso::Matched, &[("mapRoles", &format!("[{entry}]"))]),
        ];
        for backend in on {
            let expected = if is_found { "ops" } else { "not mapped" };
            assert_eq!(
                outcome(&chain(vec![backend]), &who(&asking)),
                expected,
                "{says}"
            );
        }
        let off = [
            mounted(&format!("mapRoles: [{entry}]")),
            config_map_by(Sso::Ignored, &[("mapRoles", &format!("[{entry}]"))]),
        ];
        for backend in off {
            let found = outcome(&chain(vec![backend]), &who(&asking));
            assert_eq!(found, "not mapped", "the gate is off");
        }
    }
}

#[test]
fn explicit_arns_do_not_mind_the_gate() {
    let arn = "arn:aws:iam::123456789012:role/AWSReservedSSO_Ops_x";
    let lists = format!("mapRoles: [{{rolearn: '{arn}', username: explicit}}]");
    let asking = who(&role("aws", "123456789012", "AWSReservedSSO_Ops_x"));
    for backend in [mounted(&lists), mounted_with_sso(&lists)] {
        assert_eq!(outcome(&chain(vec![backend]), &asking), "explicit");
    }
}

#[test]
fn an_explicit_arn_comes_before_a_permission_set_and_of_one_set_the_last_entry_wins() {
    let arn = "arn:aws:iam::123456789012:role/AWSReservedSSO_Ops_x";
    let explicit = format!("{{rolearn: '{arn}', username: explicit}}");
    let user = format!("mapUsers: [{{userarn: '{arn}', username: user}}]");
    let last = entry("OPS", "aws").replace("username: ops", "username: last");
    let ops = entry("Ops", "");
    for (lists, expected) in [
        (format!("mapRoles: [{ops}, {explicit}]"), "explicit"),
        (format!("mapRoles: [{explicit}, {ops}]"), "explicit"),
        (format!("mapRoles: [{ops}]\n{user}"), "user"),
        (format!("mapRoles: [{ops}, {last}]"), "last"),
        (format!("mapRoles: [{last}, {ops}]"), "ops"),
    ] {
        let map = chain(vec![mounted_with_sso(&lists)]);
        let asking = who(&role("aws", "123456789012", "AWSReservedSSO_Ops_x"));
        assert_eq!(outcome(&map, &asking), expected, "{lists}");
    }
}

#[test]
fn a_permission_set_is_validated_whether_the_gate_is_on_or_off() {
    let block = |name: &str, account: &str, partition: &str| {
        format!(
            "mapRoles: [{{sso: {{permissionSetName: '{name}', accountID: '{account}', \
             partition: '{partition}'}}, username: a}}]"
        )
    };
    let is_account = |kind: &ProblemKind| matches!(kind, ProblemKind::SsoAccount { .. });
    let is_name = |kind: &ProblemKind| matches!(kind, ProblemKind::SsoName { .. });
    let is_partition = |kind: &ProblemKind| matches!(kind, ProblemKind::SsoPartition(_));
    let long = "x".repeat(33);
    for sso in [Sso::Ignored, Sso::Matched] {
        for (lists, is_expected) in [
            (
                block("Ops", "12345678901", ""),
                &is_account as &dyn Fn(&_) -> bool,
            ),
            (block("Ops", "1234567890123", ""), &is_account),
            (block("Ops", "12345678901x", ""), &is_account),
            (block("", "123456789012", ""), &is_name),
            (block(&long, "123456789012", ""), &is_name),
            (block("O*s", "123456789012", ""), &is_name),
            (block("O/s", "123456789012", ""), &is_name),
            (block("Ops", "123456789012", "aws-us-govt"), &is_partition),
            (block("Ops", "123456789012", "AWS"), &is_partition),
        ] {
            let loaded = load_mounted(&lists, sso);
            let [problem] = &*loaded.problems else {
                panic!("expected one problem: {lists}");
            };
            assert!(is_expected(&problem.kind), "{lists}: {problem}");
            assert!(loaded.set.is_empty());
        }
        for name in ["x", "A_b+c=d,e.f@g-h", &"x".repeat(32)] {
            assert_eq!(
                load_mounted(&block(name, "123456789012", ""), sso).problems,
                []
            );
        }
        for partition in Partition::ALL {
            let lists = block("Ops", "123456789012", partition.id());
            assert_eq!(load_mounted(&lists, sso).problems, []);
        }
    }
}

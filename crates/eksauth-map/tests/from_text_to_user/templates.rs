//! Placeholders in user names and groups.

use eksauth_map::Principal;

use crate::support::{ANN, DEPLOY, chain, config_map, outcome, who};

fn outcome_of(username: &str, groups: &[&str], asking: &Principal) -> String {
    let arn = &asking.canonical_arn;
    let section = serde_json::json!([{"rolearn": arn, "username": username, "groups": groups}]);
    let map = chain(vec![config_map(&[("mapRoles", &section.to_string())])]);
    outcome(&map, asking)
}

#[test]
fn each_placeholder_is_replaced_in_the_user_name_and_in_each_group() {
    for (template, filled) in [
        ("{{AccountID}}", "123456789012"),
        ("{{SessionName}}", "bob-example.com"),
        ("{{SessionNameRaw}}", "bob@example.com"),
        ("{{AccessKeyID}}", "ASIAIOSFODNN7EXAMPLE"),
        (
            "<{{AccountID}}|{{AccountID}}>",
            "<123456789012|123456789012>",
        ),
        (
            "{{SessionName}}{{SessionNameRaw}}",
            "bob-example.combob@example.com",
        ),
        ("{{accountid}}", "{{accountid}}"),
        ("{{ AccountID }}", "{{ AccountID }}"),
        ("{{Unknown}}", "{{Unknown}}"),
        ("{AccountID}", "{AccountID}"),
        ("{{SessionName", "{{SessionName"),
    ] {
        let found = outcome_of(template, &["g", template], &who(DEPLOY));
        assert_eq!(found, format!("{filled} g {filled}"), "{template}");
    }
}

#[test]
fn every_at_sign_of_a_session_name_becomes_a_dash() {
    let twice = "arn:aws:sts::123456789012:assumed-role/Deploy/@a@@b@";
    let found = outcome_of("{{SessionName}} {{SessionNameRaw}}", &[], &who(twice));
    assert_eq!(found, "-a--b- @a@@b@");
}

#[test]
fn who_has_no_session_has_an_empty_session_name() {
    assert_eq!(
        outcome_of("a{{SessionName}}b{{SessionNameRaw}}c", &[], &who(ANN)),
        "abc"
    );
    let said = outcome_of("{{SessionName}}", &["system:masters"], &who(ANN));
    assert!(said.contains("empty"), "no empty user name: {said}");
}

#[test]
fn a_private_dns_name_is_for_sessions_of_instances_alone() {
    let asking = |session: &str| {
        let arn = "arn:aws:sts::123456789012:assumed-role/Node/s";
        Principal {
            session_name: session.to_owned(),
            ..who(arn)
        }
    };
    for session in ["i-01234567", "i-0123456789abcdef0", "i-ABC_efgh"] {
        let found = outcome_of(
            "system:node:{{EC2PrivateDNSName}}",
            &["n"],
            &asking(session),
        );
        assert_eq!(found, "system:node:ip-10-0-0-1.ec2.internal n", "{session}");
    }
    for session in [
        "",
        "i-",
        "i-0123456",
        "i-012345678",
        "x-01234567",
        "i-0123456é",
        "bob",
    ] {
        for (username, group) in [
            ("{{EC2PrivateDNSName}}", "g"),
            ("u", "{{EC2PrivateDNSName}}"),
        ] {
            let said = outcome_of(username, &[group], &asking(session));
            assert!(said.contains("id of an EC2 instance"), "{session}: {said}");
        }
        assert_eq!(
            outcome_of("u", &[], &asking(session)),
            "u",
            "not asked for, not looked at"
        );
    }
}

#[test]
fn what_a_value_brings_along_is_never_replaced() {
    for hostile in [
        "{{AccountID}}",
        "{{SessionNameRaw}}",
        "{{AccessKeyID}}",
        "{{",
    ] {
        let asking = Principal {
            session_name: hostile.to_owned(),
            ..who(DEPLOY)
        };
        let found = outcome_of(
            "{{SessionName}}:{{SessionNameRaw}}",
            &["{{SessionName}}"],
            &asking,
        );
        assert_eq!(found, format!("{hostile}:{hostile} {hostile}"));
    }
}

use proptest::prelude::*;

use super::*;
use crate::testing::session;

fn fill_in(template: &str, session_name: &str) -> Result<String, MapError> {
    Template::new(template).fill_in(&session("Deploy", session_name), None)
}

#[test]
fn placeholders_are_filled_in() {
    for (template, filled) in [
        ("{{AccountID}}", "123456789012"),
        ("{{SessionName}}", "bob-example.com"),
        ("{{SessionNameRaw}}", "bob@example.com"),
        ("{{AccessKeyID}}", "ASIAIOSFODNN7EXAMPLE"),
        ("{{AccountID}}{{AccountID}}", "123456789012123456789012"),
        ("{{{AccountID}}}", "{123456789012}"),
        ("{{{{{AccountID}}", "{{{123456789012"),
        ("ä{{AccountID}}ö", "ä123456789012ö"),
        (
            "a:{{SessionName}}:{{SessionNameRaw}}",
            "a:bob-example.com:bob@example.com",
        ),
    ] {
        let found = fill_in(template, "bob@example.com");
        assert_eq!(found.as_deref(), Ok(filled), "{template}");
    }
}

#[test]
fn what_is_no_placeholder_stays_and_is_told() {
    for (text, told) in [
        ("{{Unknown}}", vec!["{{Unknown}}"]),
        ("{{accountid}}", vec!["{{accountid}}"]),
        ("{{ AccountID }}", vec!["{{ AccountID }}"]),
        (
            "{{}}{{ec2PrivateDNSName}}",
            vec!["{{}}", "{{ec2PrivateDNSName}}"],
        ),
        ("{{SessionName", vec![]),
        ("{AccountID}", vec![]),
        ("}}{{", vec![]),
        ("system:node:x", vec![]),
        ("", vec![]),
    ] {
        assert_eq!(fill_in(text, "s").as_deref(), Ok(text));
        let unknown: Vec<_> = Template::new(text).unknown_placeholders().collect();
        assert_eq!(unknown, told);
    }
}

#[test]
fn a_principal_without_a_session_has_an_empty_session_name() {
    let template = Template::new("a{{SessionName}}b{{SessionNameRaw}}c");
    let filled = template.fill_in(&Principal::default(), None);
    assert_eq!(filled.as_deref(), Ok("abc"));
}

#[test]
fn a_private_dns_name_is_needed_only_where_it_stands_and_may_not_be_empty() {
    let template = Template::new("system:node:{{EC2PrivateDNSName}}");
    assert!(template.needs_private_dns_name());
    assert!(!Template::new("{{ec2PrivateDNSName}}").needs_private_dns_name());
    let node = session("Node", "i-01234567");
    assert_eq!(
        template
            .fill_in(&node, Some("ip-10-0-0-1.internal"))
            .as_deref(),
        Ok("system:node:ip-10-0-0-1.internal")
    );
    for missing in [None, Some("")] {
        let error = template.fill_in(&node, missing).unwrap_err();
        assert_eq!(error, MapError::NoPrivateDnsName);
    }
}

#[test]
fn what_values_make_together_with_the_text_is_no_placeholder() {
    let principal = Principal::default();
    let filled = Template::new("{{Access{{SessionName}}KeyID}}").fill_in(&principal, None);
    assert_eq!(filled.as_deref(), Ok("{{AccessKeyID}}"));
}

/// Values that nobody has, and that would do harm if they were read again.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("{{AccessKeyID}}".to_owned()),
        Just("{{SessionNameRaw}}".to_owned()),
        Just("{{AccountID}}".to_owned()),
        Just("{{".to_owned()),
        Just("}}".to_owned()),
        "[a-z]{0,3}",
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn values_are_never_read_again(
        account_id in hostile(),
        session_name in hostile(),
        access_key_id in hostile(),
        dns in "[a-z{}]{1,5}",
    ) {
        let principal = Principal {
            account_id: account_id.clone(),
            session_name: session_name.clone(),
            access_key_id: access_key_id.clone(),
            ..Principal::default()
        };
        let all = "<{{AccountID}}|{{SessionNameRaw}}|{{AccessKeyID}}|{{EC2PrivateDNSName}}>";
        let filled = Template::new(all).fill_in(&principal, Some(&dns));
        let expected = format!("<{account_id}|{session_name}|{access_key_id}|{dns}>");
        prop_assert_eq!(filled, Ok(expected));
    }

    #[test]
    fn without_braces_in_values_one_pass_is_one_replacement_after_the_other(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("{{AccountID}}"), Just("{{SessionName}}"), Just("{{SessionNameRaw}}"),
                Just("{{AccessKeyID}}"), Just("{"), Just("}"), Just("x"), Just("{{No}}"),
            ],
            0..12,
        ),
        session_name in r"[\w+=,.@-]{1,10}",
    ) {
        let template = pieces.concat();
        let principal = Principal {
            session_name,
            ..session("Deploy", "s")
        };
        let replaced = template
            .replace("{{AccountID}}", &principal.account_id)
            .replace("{{SessionName}}", &principal.session_name.replace('@', "-"))
            .replace("{{SessionNameRaw}}", &principal.session_name)
            .replace("{{AccessKeyID}}", &principal.access_key_id);
        prop_assert_eq!(Template::new(&template).fill_in(&principal, None), Ok(replaced));
    }
}

//! What nobody reaches by the values that they choose.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::*;
use super::reserving;
use crate::Principal;
use crate::testing::session;

const PREFIXES: &[&str] = &["system:", "aws:", "{{"];

/// Values that would do harm if they were read again, or if they were judged on their own.
fn hostile() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "system:",
        "sys",
        "tem:",
        "aws:",
        "masters",
        "{{AccountID}}",
        "{{SessionNameRaw}}",
        "{{AccessKeyID}}",
        "{{EC2PrivateDNSName}}",
        "{{",
        "}}",
        "@",
        "\n",
        "a",
    ]);
    vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

/// The pieces of a user name: texts that are no placeholder, and placeholders.
fn pieces() -> impl Strategy<Value = Vec<&'static str>> {
    let piece = select(vec![
        "system:",
        "sys",
        "a",
        ":",
        "{",
        "}",
        "{{AccountID}}",
        "{{SessionName}}",
        "{{SessionNameRaw}}",
        "{{AccessKeyID}}",
    ]);
    vec(piece, 1..5)
}

fn value(piece: &str, principal: &Principal) -> String {
    match piece {
        "{{AccountID}}" => principal.account_id.clone(),
        "{{SessionName}}" => principal.session_name.replace('@', "-"),
        "{{SessionNameRaw}}" => principal.session_name.clone(),
        "{{AccessKeyID}}" => principal.access_key_id.clone(),
        text => text.to_owned(),
    }
}

proptest! {
    #[test]
    fn no_value_reaches_a_reserved_name_or_another_value(
        pieces in pieces(),
        session_name in hostile(),
        access_key_id in hostile(),
        account_id in hostile(),
    ) {
        let principal = Principal {
            session_name,
            access_key_id,
            account_id,
            ..session("Deploy", "s")
        };
        let filled: String = pieces.iter().map(|piece| value(piece, &principal)).collect();
        let map = reserving(&[(BackendMode::MountedFile, PREFIXES)], &pieces.concat());
        let rendered = map.decide(&principal).unwrap().render(&principal, None);
        match rendered {
            Ok(user) => {
                prop_assert_eq!(&user.username, &filled);
                prop_assert!(!PREFIXES.iter().any(|prefix| filled.starts_with(prefix)));
                prop_assert_eq!(user.groups, ["system:x"]);
            }
            Err(MapError::NoUsername) => prop_assert_eq!(filled, ""),
            Err(MapError::ReservedPrefix { prefix }) => {
                prop_assert!(filled.starts_with(&prefix));
            }
            Err(error) => prop_assert!(false, "{}", error),
        }
    }

    #[test]
    fn no_private_dns_name_is_read_again(dns in hostile()) {
        let node = session("Deploy", "i-01234567");
        let map = reserving(&[], "node:{{EC2PrivateDNSName}}:{{AccountID}}");
        let rendered = map.decide(&node).unwrap().render(&node, Some(&dns));
        match rendered {
            Ok(user) => prop_assert_eq!(user.username, format!("node:{dns}:123456789012")),
            Err(error) => {
                prop_assert_eq!(error, MapError::NoPrivateDnsName);
                prop_assert_eq!(dns, "");
            }
        }
    }
}

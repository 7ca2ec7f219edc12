use proptest::prelude::*;

use super::*;

const KEY: &str = "ASIAIOSFODNN7EXAMPLE";
const HOST: &str = "sts.eu-west-1.amazonaws.com";

/// An identity as STS of the partition `aws` confirms it.
pub(crate) fn confirmed(arn: &str, user_id: &str) -> VerifiedIdentity {
    let account = arn.split(':').nth(4).unwrap();
    answered(account, arn, user_id).unwrap()
}

fn answered(account: &str, arn: &str, user_id: &str) -> Result<VerifiedIdentity, Unbelievable> {
    answered_in(Partition::Aws, account, arn, user_id)
}

fn answered_in(
    partition: Partition,
    account: &str,
    arn: &str,
    user_id: &str,
) -> Result<VerifiedIdentity, Unbelievable> {
    let caller = CallerIdentity {
        account: account.to_owned(),
        arn: arn.to_owned(),
        user_id: user_id.to_owned(),
    };
    let signed = Signed {
        access_key_id: KEY,
        sts_host: HOST,
        partition,
    };
    VerifiedIdentity::new(caller, signed)
}

/// What `arn`, canonical ARN, user id and session name are, with the ARN and `UserId` of STS.
#[test]
fn each_kind_of_principal_has_its_canonical_arn_user_id_and_session() {
    for (arn, user_id, canonical, id, session) in [
        (
            "arn:aws:iam::123456789012:user/dev",
            "AIDACKCEVSQ6C2EXAMPLE",
            "arn:aws:iam::123456789012:user/dev",
            "AIDACKCEVSQ6C2EXAMPLE",
            "",
        ),
        (
            "arn:aws:iam::123456789012:user/division/team/Dev",
            "AIDACKCEVSQ6C2EXAMPLE",
            "arn:aws:iam::123456789012:user/division/team/Dev",
            "AIDACKCEVSQ6C2EXAMPLE",
            "",
        ),
        (
            "arn:aws:iam::123456789012:root",
            "123456789012",
            "arn:aws:iam::123456789012:root",
            "123456789012",
            "",
        ),
        (
            "arn:aws:sts::123456789012:federated-user/Bob",
            "123456789012:Bob",
            "arn:aws:sts::123456789012:federated-user/Bob",
            "123456789012:Bob",
            "",
        ),
        (
            "arn:aws:sts::123456789012:assumed-role/Deploy/i-0123456789abcdef0",
            "AROACKCEVSQ6C2EXAMPLE:i-0123456789abcdef0",
            "arn:aws:iam::123456789012:role/Deploy",
            "AROACKCEVSQ6C2EXAMPLE",
            "i-0123456789abcdef0",
        ),
        (
            "arn:aws:sts::123456789012:assumed-role/team/Deploy/bob@example.com",
            "AROACKCEVSQ6C2EXAMPLE:bob@example.com",
            "arn:aws:iam::123456789012:role/team/Deploy",
            "AROACKCEVSQ6C2EXAMPLE",
            "bob@example.com",
        ),
        (
            "arn:aws:iam::123456789012:role/Deploy",
            "AROACKCEVSQ6C2EXAMPLE:session",
            "arn:aws:iam::123456789012:role/Deploy",
            "AROACKCEVSQ6C2EXAMPLE",
            "session",
        ),
    ] {
        let identity = answered("123456789012", arn, user_id).unwrap();
        assert_eq!(identity.arn(), arn);
        assert_eq!(identity.canonical_arn(), canonical);
        assert_eq!(identity.account_id(), "123456789012");
        assert_eq!(identity.user_id(), id, "{arn}");
        assert_eq!(identity.session_name(), session, "{arn}");
        assert_eq!(identity.access_key_id(), KEY);
        assert_eq!(identity.sts_host(), HOST);
    }
}

#[test]
fn the_user_id_of_a_role_has_exactly_two_parts() {
    for arn in [
        "arn:aws:sts::123456789012:assumed-role/Deploy/session",
        "arn:aws:iam::123456789012:role/Deploy",
    ] {
        for user_id in ["", "AROA", "AROA:a:b", "AROA::", ":session", ":", "::"] {
            let refused = answered("123456789012", arn, user_id);
            assert_eq!(refused, Err(Unbelievable::UserId), "{arn} {user_id:?}");
        }
    }
}

#[test]
fn everybody_has_a_user_id() {
    for resource in ["iam::123456789012:user/dev", "iam::123456789012:root"] {
        let refused = answered("123456789012", &format!("arn:aws:{resource}"), "");
        assert_eq!(refused, Err(Unbelievable::UserId));
    }
}

#[test]
fn what_cannot_call_sts_is_refused() {
    for arn in [
        "",
        "123456789012",
        "arn:aws:iam::123456789012",
        "arn:aws:iam::123456789012:group/admins",
        "arn:aws:iam::123456789012:policy/Admin",
        "arn:aws:iam::123456789012:",
        "arn:aws:iam::123456789012:User/dev",
        "arn:aws:iam::123456789012:assumed-role/Deploy/session",
        "arn:aws:sts::123456789012:role/Deploy",
        "arn:aws:sts::123456789012:assumed-role/Deploy",
        "arn:aws:sts::123456789012:assumed-role",
        "arn:aws:sts::123456789012:user/dev",
        "arn:aws:s3:::bucket",
        "arn:aws:eks:eu-west-1:123456789012:cluster/prod",
        "arn:aws:IAM::123456789012:user/dev",
        "ARN:aws:iam::123456789012:user/dev",
        " arn:aws:iam::123456789012:user/dev",
        "arn:AWS:iam::123456789012:user/dev",
        "arn:aws-moon:iam::123456789012:user/dev",
    ] {
        let refused = answered("123456789012", arn, "AIDA:session");
        assert_eq!(refused, Err(Unbelievable::Arn), "{arn}");
    }
}

#[test]
fn the_account_is_that_of_the_arn() {
    let arn = "arn:aws:iam::123456789012:user/dev";
    for account in ["", "210987654321", "12345678901", "1234567890123", " "] {
        assert_eq!(answered(account, arn, "AIDA"), Err(Unbelievable::Account));
    }
    let without = answered("", "arn:aws:iam:::user/dev", "AIDA");
    assert_eq!(without, Err(Unbelievable::Account));
}

#[test]
fn the_partition_is_that_of_the_sts_host() {
    for partition in [Partition::AwsCn, Partition::AwsUsGov, Partition::AwsEusc] {
        let own = format!("arn:{}:iam::123456789012:user/dev", partition.id());
        let foreign = "arn:aws:iam::123456789012:user/dev";
        assert!(answered_in(partition, "123456789012", &own, "AIDA").is_ok());
        assert_eq!(
            answered_in(partition, "123456789012", foreign, "AIDA"),
            Err(Unbelievable::Partition)
        );
        assert_eq!(
            answered("123456789012", &own, "AIDA"),
            Err(Unbelievable::Partition)
        );
    }
}

/// Sections that come close to what STS says, with wild ones among them.
fn arn() -> impl Strategy<Value = String> {
    let partition = prop_oneof![Just("aws"), Just("aws-cn"), Just("aws-moon"), Just("")];
    let service = prop_oneof![Just("iam"), Just("sts"), Just("s3"), Just("")];
    let account = prop_oneof!["[0-9]{12}", Just("123456789012".to_owned()), "[0-9:]{0,3}"];
    let kind = prop_oneof![
        Just("user"),
        Just("role"),
        Just("root"),
        Just("assumed-role"),
        Just("federated-user"),
        Just("group"),
    ];
    let close = (partition, service, account, kind, "[a-zA-Z0-9:/@.-]{0,20}").prop_map(
        |(partition, service, account, kind, rest)| {
            format!("arn:{partition}:{service}::{account}:{kind}/{rest}")
        },
    );
    prop_oneof![4 => close, 1 => any::<String>()]
}

fn account() -> impl Strategy<Value = String> {
    prop_oneof![3 => Just("123456789012".to_owned()), 1 => any::<String>()]
}

fn user_id() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[A-Z]{0,4}(:[a-z@.]{0,5}){0,2}", 1 => any::<String>()]
}

proptest! {
    #[test]
    fn an_answer_is_refused_or_an_identity_of_one_piece(
        account in account(), arn in arn(), user_id in user_id(),
    ) {
        let Ok(identity) = answered(&account, &arn, &user_id) else {
            return Ok(());
        };
        let canonical: Vec<&str> = identity.canonical_arn().splitn(6, ':').collect();
        prop_assert_eq!(canonical[1], "aws");
        prop_assert_eq!(canonical[4], &*account);
        prop_assert!(!account.is_empty());
        prop_assert_eq!(identity.account_id(), &*account);
        prop_assert_eq!(identity.arn(), &*arn);
        prop_assert!(!identity.user_id().is_empty());
        let is_role = canonical[2] == "iam" && canonical[5].split('/').next() == Some("role");
        match is_role {
            true => prop_assert_eq!(
                format!("{}:{}", identity.user_id(), identity.session_name()), user_id
            ),
            false => {
                prop_assert_eq!(identity.session_name(), "");
                prop_assert_eq!(identity.user_id(), user_id);
            }
        }
    }

    #[test]
    fn the_arn_of_a_session_leads_to_its_role(
        role in "[\\w+=,.@-]{1,64}", session in "[\\w+=,.@-]{2,64}",
    ) {
        let arn = format!("arn:aws:sts::123456789012:assumed-role/{role}/{session}");
        let identity = answered("123456789012", &arn, &format!("AROA:{session}")).unwrap();
        let expected = format!("arn:aws:iam::123456789012:role/{role}");
        prop_assert_eq!(identity.canonical_arn(), expected);
        prop_assert_eq!(identity.session_name(), session);
    }
}

use std::sync::Arc;

use eksauth_map::{Denial as NotMapped, MapError};
use eksauth_testing::CapturedLogs;
use eksauth_token::Partition;

use super::*;
use crate::identity::tests::confirmed;

fn of_a_user(reason: NoUser) -> AuthenticateError {
    let arn = "arn:aws:iam::123456789012:user/dev";
    AuthenticateError::Map {
        identity: Arc::new(confirmed(arn, "AIDACKCEVSQ6C2EXAMPLE")),
        scrubbed: false,
        reason,
    }
}

#[test]
fn what_a_mapping_makes_no_user_of_is_not_mapped() {
    for reason in [
        NoUser::Denied(NotMapped::NotMapped),
        NoUser::Unusable(MapError::NoUsername),
    ] {
        assert_eq!(DenialClass::of(&of_a_user(reason)), DenialClass::NotMapped);
    }
    let missing = Vec::new();
    assert_eq!(
        DenialClass::of(&of_a_user(NoUser::NotReady { missing })),
        DenialClass::MappingFailed
    );
}

#[test]
fn a_reason_has_the_causes() {
    let denial = Denial::from(&of_a_user(NoUser::Denied(NotMapped::NotMapped)));
    assert_eq!(
        denial.reason,
        "could not map `arn:aws:iam::123456789012:user/dev` to a user: \
         the identity is not mapped to a Kubernetes user"
    );
}

#[test]
fn the_host_of_a_token_is_told_at_debug_level_only() {
    let error = AuthenticateError::Verify(VerifyError::Token(Problem::Host {
        found: "sts.example.org".to_owned(),
        partition: Partition::Aws,
        belongs_to: None,
    }));
    let logs = CapturedLogs::scoped();
    let denial = Denial::from(&error);
    assert_eq!(denial.class, DenialClass::InvalidToken);
    assert!(!denial.reason.contains("example.org"), "{}", denial.reason);
    let text = logs.text();
    let told: Vec<_> = text
        .lines()
        .filter(|it| it.contains("sts.example.org"))
        .collect();
    assert!(told.iter().all(|it| it.contains("DEBUG")), "{told:?}");
    assert_eq!(told.len(), 1, "{text}");
}

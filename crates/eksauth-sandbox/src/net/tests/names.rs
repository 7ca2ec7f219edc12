//! Whom the authority vouches for, and when.

use jiff::Timestamp;

use super::authority;
use crate::net::{Authority, NetError};

#[tokio::test]
async fn it_vouches_for_aws_and_this_machine_only() {
    let authority = authority();
    for names in [
        &["127.0.0.1", "::1"][..],
        &["localhost", "eks.amazonaws.com"],
    ] {
        assert!(authority.server_config_for(names).is_ok(), "{names:?}");
    }
    for name in [
        "192.0.2.1",
        "example.org",
        "sts.amazonaws.com.example.org",
        "",
    ] {
        let refused = authority.server_config_for(&["localhost", name]);
        let Err(NetError::ForeignName { found }) = refused else {
            panic!("{name} was accepted");
        };
        assert_eq!(found, name);
    }
}

#[test]
fn a_time_that_no_certificate_holds_is_refused() {
    for now in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
        assert!(
            matches!(Authority::new(now), Err(NetError::Time { .. })),
            "{now}"
        );
    }
}

//! How long a signature counts.

use std::time::Duration;

use http::StatusCode;

use super::Sandbox;
use crate::aws::*;

#[tokio::test]
async fn a_presigned_request_is_honoured_for_fifteen_minutes() {
    let sandbox = Sandbox::new();
    let request = sandbox.user("developer").presigned("demo");
    sandbox.time.advance(Duration::from_secs(900));
    assert_eq!(sandbox.code(request.clone()).await, "");
    sandbox.time.advance(Duration::from_secs(1));
    let answer = sandbox.ask(request).await;
    assert_eq!(answer.code(), "RequestExpired");
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_time_of_presigned_requests_can_be_shortened() {
    let (time, sandbox) = (
        eksauth_testing::ManualTime::at_unix(1_795_521_600),
        Sandbox::new(),
    );
    let options = AwsOptions {
        time_source: time.shared(),
        presigned_lifetime: Duration::from_secs(3),
    };
    let aws = Aws::new(
        &World::default(),
        options,
        Faults::default(),
        Arc::default(),
    )
    .unwrap();
    let sandbox = Sandbox {
        aws,
        time,
        ..sandbox
    };
    let request = sandbox.user("developer").presigned("demo");
    sandbox.time.advance(Duration::from_secs(3));
    assert_eq!(sandbox.code(request.clone()).await, "");
    sandbox.time.advance(Duration::from_secs(1));
    assert_eq!(sandbox.code(request).await, "RequestExpired");
}

#[tokio::test]
async fn a_header_signed_request_is_honoured_for_five_minutes() {
    let sandbox = Sandbox::new();
    let request = sandbox.user("developer").identity();
    sandbox.time.advance(Duration::from_secs(300));
    assert_eq!(sandbox.code(request.clone()).await, "");
    sandbox.time.advance(Duration::from_secs(1));
    let answer = sandbox.ask(request).await;
    assert_eq!(answer.code(), "SignatureDoesNotMatch");
    assert_eq!(
        answer.message(),
        "Signature expired: 20261124T120000Z is now earlier than 20261124T120001Z \
         (20261124T120501Z - 5 min.)"
    );
}

#[tokio::test]
async fn nothing_is_honoured_long_before_its_time() {
    let sandbox = Sandbox::new();
    let client = sandbox.user("developer");
    for request in [client.presigned("demo"), client.identity()] {
        sandbox.faults.apply("clock -5m".parse().unwrap());
        assert_eq!(sandbox.code(request.clone()).await, "");
        sandbox.faults.apply("clock -301s".parse().unwrap());
        let answer = sandbox.ask(request).await;
        assert_eq!(answer.code(), "SignatureDoesNotMatch");
        assert_eq!(
            answer.message(),
            "Signature not yet current: 20261124T120000Z is still later than 20261124T115959Z \
             (20261124T115459Z + 5 min.)"
        );
    }
}

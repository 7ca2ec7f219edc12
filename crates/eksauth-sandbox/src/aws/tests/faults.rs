//! What goes wrong on request.

use std::time::Duration;

use http::StatusCode;

use super::Sandbox;
use super::client::EKS;

#[tokio::test]
async fn throttling_hits_every_nth_request() {
    let sandbox = Sandbox::new();
    let user = sandbox.user("developer");
    sandbox.faults.apply("throttle 2".parse().unwrap());
    assert_eq!(sandbox.code(user.identity()).await, "");
    let answer = sandbox.ask(user.identity()).await;
    assert_eq!(
        (answer.code().as_str(), answer.status),
        ("Throttling", StatusCode::BAD_REQUEST)
    );
    assert_eq!(answer.message(), "Rate exceeded");
    assert_eq!(sandbox.code(user.get(EKS, "/clusters")).await, "");
    let answer = sandbox.ask(user.get(EKS, "/clusters")).await;
    assert_eq!(answer.code(), "ThrottlingException");
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    sandbox.faults.clear();
    for _ in 0..3 {
        assert_eq!(sandbox.code(user.identity()).await, "");
    }
}

#[tokio::test]
async fn an_outage_is_no_answer() {
    let sandbox = Sandbox::new();
    let user = sandbox.user("developer");
    sandbox.faults.set_outage(true);
    assert!(sandbox.aws.answer(user.identity()).await.is_none());
    assert!(
        sandbox
            .aws
            .answer(user.get(EKS, "/clusters"))
            .await
            .is_none()
    );
    sandbox.faults.set_outage(false);
    assert!(sandbox.aws.answer(user.identity()).await.is_some());
}

#[tokio::test]
async fn an_unavailable_service_says_so() {
    let sandbox = Sandbox::new();
    let user = sandbox.user("developer");
    sandbox.faults.set_unavailable(true);
    for (request, code) in [
        (user.identity(), "ServiceUnavailable"),
        (user.get(EKS, "/clusters"), "ServiceUnavailableException"),
    ] {
        let answer = sandbox.ask(request).await;
        assert_eq!(answer.code(), code);
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    }
}

#[tokio::test(start_paused = true)]
async fn latency_holds_answers_back() {
    let sandbox = Sandbox::new();
    let user = sandbox.user("developer");
    sandbox.faults.set_latency(Duration::from_secs(7));
    for request in [user.identity(), user.get(EKS, "/clusters")] {
        let started = tokio::time::Instant::now();
        assert_eq!(sandbox.code(request).await, "");
        assert_eq!(started.elapsed().as_secs(), 7);
    }
}

#[tokio::test]
async fn a_wrong_clock_at_aws_refuses_what_is_signed_now() {
    let sandbox = Sandbox::new();
    let user = sandbox.user("developer");
    sandbox.faults.apply("clock +10m".parse().unwrap());
    assert_eq!(sandbox.code(user.identity()).await, "SignatureDoesNotMatch");
    assert_eq!(sandbox.code(user.presigned("demo")).await, "");
    sandbox.faults.apply("clock +16m".parse().unwrap());
    assert_eq!(sandbox.code(user.presigned("demo")).await, "RequestExpired");
}

#[tokio::test]
async fn sessions_and_keys_can_be_taken_away() {
    let sandbox = Sandbox::new();
    let (user, session) = (sandbox.user("developer"), sandbox.session("Admin"));
    sandbox.faults.expire_sessions();
    assert_eq!(
        sandbox.code(session.presigned("demo")).await,
        "ExpiredToken"
    );
    assert_eq!(
        sandbox
            .code(sandbox.session("Admin").presigned("demo"))
            .await,
        ""
    );
    sandbox.faults.revoke(&user.id);
    assert_eq!(
        sandbox.code(user.presigned("demo")).await,
        "InvalidClientTokenId"
    );
    sandbox.faults.restore(&user.id);
    assert_eq!(sandbox.code(user.presigned("demo")).await, "");
}

//! What is made of what STS answers.

use std::time::Duration;

use eksauth_server::{ConnectTo, Limits, Outage, Unbelievable, UnexpectedAnswer, VerifyError};

use crate::fake_sts::{Answer, FakeSts};
use crate::scene::{Scene, told};

const REJECTION_LIFETIME: Duration = Duration::from_secs(10);

#[tokio::test]
async fn nothing_of_an_outage_is_remembered() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    let token = scene.token();
    for outage in [
        Answer::status(503, "unavailable"),
        Answer::error(500, "InternalFailure"),
        Answer::status(502, "<html>Bad Gateway</html>"),
        Answer::role().broken_at(100),
        Answer::role().broken_at(20),
        Answer::hang_up(),
    ] {
        scene.sts.next(outage.clone());
        let verdict = scene.verify(&verifier, &token).await;
        let unavailable = matches!(verdict, Err(VerifyError::Unavailable(_)));
        assert!(unavailable, "{outage:?}: {verdict:?}");
    }
    scene.verify(&verifier, &token).await.unwrap();
    assert_eq!(scene.sts.tally().requests, 7);
}

#[tokio::test]
async fn the_status_of_a_broken_sts_is_told() {
    let scene = Scene::new().await;
    scene.sts.next(Answer::status(503, "unavailable"));
    let verdict = scene.verify(&scene.verifier(), &scene.token()).await;
    let error = verdict.unwrap_err();
    assert_eq!(
        error,
        VerifyError::Unavailable(Outage::Server { status: 503 })
    );
    assert_eq!(
        told(&error),
        "STS is not available: expected HTTP 200, but found 503"
    );
}

#[tokio::test]
async fn nobody_listening_is_an_outage_that_ends() {
    let scene = Scene::new().await;
    let gone = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let nowhere = scene
        .trusting()
        .with_connect_to(ConnectTo::everything_to(gone));
    let verifier = scene.verifier_over(nowhere);
    let verdict = scene.verify(&verifier, &scene.token()).await;
    let Err(VerifyError::Unavailable(Outage::Unreachable { reason })) = verdict else {
        panic!("{verdict:?}");
    };
    assert!(reason.contains("refused"), "{reason}");
    assert_eq!(verifier.metrics().calls_in_flight(), 0);
}

#[tokio::test]
async fn throttling_is_told_and_not_remembered() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    let token = scene.token();
    scene.sts.next(Answer::error(400, "Throttling"));
    scene.sts.next(Answer::status(429, ""));
    for status in [400, 429] {
        let verdict = scene.verify(&verifier, &token).await;
        assert_eq!(verdict, Err(VerifyError::Throttled { status }));
    }
    scene.verify(&verifier, &token).await.unwrap();
}

#[tokio::test]
async fn a_refusal_is_remembered_for_its_lifetime_and_no_longer() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    let token = scene.token();
    scene.sts.next(Answer::denied());
    let first = scene.verify(&verifier, &token).await.unwrap_err();
    let VerifyError::Denied { status: 403, code } = &first else {
        panic!("{first:?}");
    };
    assert_eq!(code.as_str(), "InvalidClientTokenId");

    scene
        .clock
        .advance(REJECTION_LIFETIME - Duration::from_nanos(1));
    assert_eq!(scene.verify(&verifier, &token).await, Err(first));
    assert_eq!(scene.sts.tally().requests, 1);
    assert_eq!(verifier.metrics().remembered_verifications(), 1);

    scene.clock.advance(Duration::from_nanos(1));
    scene.verify(&verifier, &token).await.unwrap();
    assert_eq!(scene.sts.tally().requests, 2);
}

#[tokio::test]
async fn the_words_of_sts_are_not_in_an_error() {
    let scene = Scene::new().await;
    let words = "The Canonical String for this request should have been 'GET / Action=…'";
    let body = format!(
        "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>{words}</Message>\
         </Error></ErrorResponse>"
    );
    scene.hide("words of STS", words);
    scene.sts.next(Answer::status(403, body));
    let verdict = scene.verify(&scene.verifier(), &scene.token()).await;
    assert_eq!(
        told(&verdict.unwrap_err()),
        "STS refused the token with SignatureDoesNotMatch (HTTP 403)"
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let scene = Scene::new().await;
    let elsewhere = FakeSts::start().await;
    let rule = |host: &str, sts: &FakeSts| -> ConnectTo {
        let rule = format!("{host}:443:127.0.0.1:{}", sts.address().port());
        rule.parse().unwrap()
    };
    let connection = scene
        .trusting()
        .with_roots(elsewhere.ca_pem())
        .unwrap()
        .with_connect_to(rule("sts.eu-west-1.amazonaws.com", &scene.sts))
        .with_connect_to(rule("sts.us-east-1.amazonaws.com", &elsewhere));
    let verifier = scene.verifier_over(connection);

    // The way there is open.
    let direct = scene.token_in("us-east-1");
    scene.verify(&verifier, &direct).await.unwrap();
    let before = elsewhere.tally();

    for status in [301, 302, 303, 307, 308] {
        let location = "https://sts.us-east-1.amazonaws.com/";
        scene.sts.next(Answer::redirect(status, location));
        let verdict = scene.verify(&verifier, &scene.token()).await;
        let unexpected = UnexpectedAnswer::Status { status };
        assert_eq!(verdict, Err(VerifyError::UnexpectedAnswer(unexpected)));
    }
    assert_eq!(elsewhere.tally(), before);
    assert_eq!(scene.sts.tally().requests, 5);
}

#[tokio::test]
async fn an_answer_is_read_up_to_the_limit() {
    let scene = Scene::new().await;
    let limit = 1_000;
    let verifier = scene.verifier_with(Limits {
        max_answer_len: limit,
        ..Limits::default()
    });
    let page = |length| Answer::status(403, " ".repeat(length));
    scene.sts.next(page(limit));
    scene.sts.next(page(limit + 1));
    scene.sts.next(Answer::endless());
    let too_long = UnexpectedAnswer::TooLong { limit };
    for expected in [
        UnexpectedAnswer::Status { status: 403 },
        too_long.clone(),
        too_long,
    ] {
        let verdict = scene.verify(&verifier, &scene.token()).await;
        assert_eq!(verdict, Err(VerifyError::UnexpectedAnswer(expected)));
    }
    // The connection with the endless body is given up, not read to its end.
    scene.sts.until(|tally| tally.open == 0).await;
}

#[tokio::test]
async fn an_identity_that_cannot_be_is_refused_and_not_remembered() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    let token = scene.token();
    let dev = "arn:aws:iam::123456789012:user/dev";
    for (answer, reason) in [
        (
            Answer::identity("210987654321", dev, "AIDA"),
            Unbelievable::Account,
        ),
        (
            Answer::identity(
                "123456789012",
                "arn:aws-cn:iam::123456789012:user/dev",
                "AIDA",
            ),
            Unbelievable::Partition,
        ),
        (
            Answer::identity("123456789012", "arn:aws:iam::123456789012:group/x", "AGPA"),
            Unbelievable::Arn,
        ),
        (
            Answer::identity("123456789012", dev, ""),
            Unbelievable::UserId,
        ),
    ] {
        scene.sts.next(answer);
        let verdict = scene.verify(&verifier, &token).await;
        let identity = UnexpectedAnswer::Identity(reason);
        assert_eq!(verdict, Err(VerifyError::UnexpectedAnswer(identity)));
    }
    scene.verify(&verifier, &token).await.unwrap();
}

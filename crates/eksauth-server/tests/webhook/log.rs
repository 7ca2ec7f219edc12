//! What the log says, and what it never says.

use eksauth_server::DenialClass;

use crate::client::Protocol;
use crate::fake_authenticator::{denied, granted};
use crate::scene::{Scene, review};

const FIELDS: [&str; 4] = [
    r#"path="/authenticate""#,
    "client=127.0.0.1:",
    r#"method="POST""#,
    "request=",
];

/// The one line with this message.
fn line(scene: &Scene, message: &str) -> String {
    let text = scene.logs.text();
    let mut lines = text.lines().filter(|line| line.contains(message));
    let line = lines
        .next()
        .unwrap_or_else(|| panic!("no {message} in {text}"));
    assert_eq!(lines.next(), None);
    line.to_owned()
}

fn assert_has(line: &str, parts: &[&str]) {
    for part in FIELDS.iter().chain(parts) {
        assert!(line.contains(part), "no {part} in {line}");
    }
}

#[tokio::test]
async fn a_grant_tells_who_and_as_whom() {
    let scene = Scene::new();
    let served = scene.serve().await;
    served
        .client(Protocol::Http2)
        .await
        .review(review(None))
        .await;
    assert_has(
        &line(&scene, "STS response"),
        &[
            " INFO ",
            "accesskeyid=ASIAKEYID",
            "arn=arn:aws:sts::123456789012:assumed-role/Admin/dev",
            "accountid=123456789012",
            "userid=AROAUNIQUE",
            "session=dev",
            "stsendpoint=sts.eu-west-1.amazonaws.com",
        ],
    );
    assert_has(
        &line(&scene, "access granted"),
        &[
            " INFO ",
            "arn=arn:aws:iam::123456789012:role/Admin",
            "username=admin:dev",
            "uid=aws-iam-authenticator:123456789012:AROAUNIQUE",
            "groups=system:masters",
            "stsendpoint=sts.eu-west-1.amazonaws.com",
        ],
    );
}

#[tokio::test]
async fn a_denial_tells_the_reason_to_the_operator() {
    let scene = Scene::new();
    let served = scene.serve().await;
    scene.authenticator.deny(DenialClass::NotMapped);
    served
        .client(Protocol::Http2)
        .await
        .review(review(None))
        .await;
    assert_has(
        &line(&scene, "access denied"),
        &[
            " WARN ",
            "arn=arn:aws:iam::123456789012:role/Admin",
            "error=for the operator alone",
        ],
    );
}

#[tokio::test]
async fn of_a_scrubbed_signer_only_the_user_is_told() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let mut client = served.client(Protocol::Http2).await;
    for mut decision in [granted(), denied(DenialClass::NotMapped)] {
        decision.signer.as_mut().unwrap().scrubbed = true;
        if let Ok(grant) = &mut decision.verdict {
            grant.user.uid = "aws-iam-authenticator:administrative:admin:dev".to_owned();
        }
        scene.authenticator.decide(decision);
        client.review(review(None)).await;
    }
    let granted = line(&scene, "access granted");
    assert_has(&granted, &["username=admin:dev", "stsendpoint=sts.eu"]);
    let denied = line(&scene, "access denied");
    assert_has(&denied, &["error=the identity is not mapped to a user"]);
    let text = scene.logs.text();
    assert!(!text.contains("STS response"), "{text}");
    for hidden in ["123456789012", "AROAUNIQUE", "ASIAKEYID", "arn:aws"] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
}

#[tokio::test]
async fn a_name_cannot_begin_a_line_of_its_own() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let mut decision = granted();
    decision.verdict.as_mut().unwrap().user.username = "a\n WARN access denied".to_owned();
    scene.authenticator.decide(decision);
    served
        .client(Protocol::Http2)
        .await
        .review(review(None))
        .await;
    assert_has(
        &line(&scene, "access granted"),
        &[r"username=a\n WARN access denied"],
    );
}

#[tokio::test]
async fn what_is_no_review_is_a_line_for_debugging_alone() {
    let scene = Scene::new();
    let served = scene.serve().await;
    let body = review(None).replace("spec", "spec\":1,\"other");
    let reply = served.client(Protocol::Http2).await.review(body).await;
    assert_eq!(reply.status, 400);
    let line = line(&scene, "a request cannot be judged");
    assert!(
        line.contains("DEBUG") && line.contains("status=400"),
        "{line}"
    );
}

//! An STS that does not tell the truth, or something else in its place.

use eksauth_server::{UnexpectedAnswer, VerifyError};

use crate::fake_sts::Answer;
use crate::scene::Scene;

const DEV: &str = "arn:aws:iam::123456789012:user/dev";

fn json(account: &str, arn: &str, user_id: &str) -> String {
    format!(
        r#"{{"GetCallerIdentityResponse":{{"GetCallerIdentityResult":{{"Account":"{account}","Arn":"{arn}","UserId":"{user_id}"}}}}}}"#
    )
}

#[tokio::test]
async fn a_200_that_is_not_the_document_is_nobody_and_is_not_remembered() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    let good = json("123456789012", DEV, "AIDA");
    let xml = format!(
        "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>{DEV}</Arn><UserId>AIDA</UserId>\
         <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
    );
    for body in [
        String::new(),
        "null".to_owned(),
        "\u{feff}".to_owned() + &good,
        "<html>Sign in to the network</html>".to_owned(),
        xml,
        good.replace("\"123456789012\"", "123456789012"),
        good[..good.len() - 1].to_owned(),
        good.clone() + "x",
        good.replace("GetCallerIdentityResult", "AssumeRoleResult"),
        "[".repeat(10_000),
        "\0".repeat(1_000),
    ] {
        let token = scene.token();
        scene.sts.next(Answer::status(200, &body));
        let verdict = scene.verify(&verifier, &token).await;
        let nonsense = VerifyError::UnexpectedAnswer(UnexpectedAnswer::NotGetCallerIdentity);
        assert_eq!(verdict, Err(nonsense), "{body}");
        scene.verify(&verifier, &token).await.unwrap();
    }
}

#[tokio::test]
async fn no_status_but_200_makes_an_identity() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    let good = json("123456789012", DEV, "AIDA");
    for status in [
        201, 202, 203, 206, 226, 300, 302, 400, 403, 404, 407, 418, 429, 500, 503,
    ] {
        scene.sts.next(Answer::status(status, &good));
        let verdict = scene.verify(&verifier, &scene.token()).await;
        assert!(verdict.is_err(), "{status}: {verdict:?}");
    }
}

#[tokio::test]
async fn an_account_that_is_not_that_of_the_arn_is_nobody() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    let session = "arn:aws:sts::123456789012:assumed-role/Deploy/bob";
    for (account, arn, user_id) in [
        ("210987654321", DEV, "AIDA"),
        ("", DEV, "AIDA"),
        ("12345678901", DEV, "AIDA"),
        (" 123456789012", DEV, "AIDA"),
        ("210987654321", session, "AROA:bob"),
        ("123456789012", "arn:aws:iam::210987654321:user/dev", "AIDA"),
        ("123456789012", "arn:aws:iam:::user/dev", "AIDA"),
        ("123456789012", session, "AROA"),
        ("123456789012", session, "AROA:bob:bob"),
        ("123456789012", session, ":bob"),
        ("123456789012", "arn:aws:ec2::123456789012:user/dev", "AIDA"),
        ("123456789012", "123456789012", "AIDA"),
        ("123456789012", "", "AIDA"),
    ] {
        scene
            .sts
            .next(Answer::status(200, json(account, arn, user_id)));
        let verdict = scene.verify(&verifier, &scene.token()).await;
        assert!(
            matches!(
                verdict,
                Err(VerifyError::UnexpectedAnswer(UnexpectedAnswer::Identity(_)))
            ),
            "{account} {arn} {user_id}: {verdict:?}"
        );
    }
}

#[tokio::test]
async fn what_is_not_http_is_an_outage() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    let good = json("123456789012", DEV, "AIDA");
    let length = good.len();
    for bytes in [
        good.clone(),
        "SSH-2.0-OpenSSH_9.2\r\n\r\n".to_owned(),
        format!("HTTP/1.1 two hundred\r\nContent-Length: {length}\r\n\r\n{good}"),
        // Which of the two would count?
        format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nContent-Length: 5\r\n\r\n{good}"),
        format!("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{good}"),
        // Headers without an end.
        format!(
            "HTTP/1.1 200 OK\r\n{}",
            "X-More: and more\r\n".repeat(50_000)
        ),
    ] {
        scene.sts.next(Answer::bytes(&bytes).broken_at(bytes.len()));
        let verdict = scene.verify(&verifier, &scene.token()).await;
        let head: String = bytes.chars().take(80).collect();
        assert!(
            matches!(verdict, Err(VerifyError::Unavailable(_))),
            "{head}: {verdict:?}"
        );
    }
    scene.verify(&verifier, &scene.token()).await.unwrap();
}

#[tokio::test]
async fn what_the_answer_says_of_others_is_in_no_error() {
    let scene = Scene::new().await;
    let verifier = scene.verifier();
    scene.hide("foreign words", "words that nobody asked for");
    let foreign = "arn:aws:iam::words that nobody asked for:user/dev";
    for answer in [
        Answer::status(200, "words that nobody asked for"),
        Answer::status(200, json("words that nobody asked for", DEV, "AIDA")),
        Answer::status(200, json("123456789012", foreign, "AIDA")),
        Answer::status(403, "words that nobody asked for"),
        Answer::error(403, "words that nobody asked for"),
        Answer::error(500, "words that nobody asked for"),
        Answer::redirect(302, "https://words that nobody asked for/"),
        Answer::bytes("words that nobody asked for\r\n\r\n"),
    ] {
        scene.sts.next(answer.clone());
        let verdict = scene.verify(&verifier, &scene.token()).await;
        assert!(verdict.is_err(), "{answer:?}");
    }
}

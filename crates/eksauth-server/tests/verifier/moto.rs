//! The answers of another STS: moto's, word for word.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::OnceLock;

use eksauth_server::{Unbelievable, UnexpectedAnswer, VerifyError};
use eksauth_testing::{MotoServer, Oracles};
use serde_json::Value;

use crate::fake_sts::Answer;
use crate::scene::Scene;

/// One for all tests of this process. It ends with the process, which closes its stdin.
fn moto(test: &str) -> Option<&'static MotoServer> {
    static MOTO: OnceLock<MotoServer> = OnceLock::new();
    Oracles::or_skip(test).map(|oracles| MOTO.get_or_init(|| oracles.moto()))
}

/// The body of moto's answer to a form of STS, as whoever has this access key.
fn asked(moto: &MotoServer, access_key_id: &str, form: &str) -> String {
    let authority = moto.url().strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(authority).unwrap();
    let scope = "20260101/eu-west-1/sts/aws4_request";
    let request = format!(
        "POST / HTTP/1.1\r\nHost: sts.eu-west-1.amazonaws.com\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential={access_key_id}/{scope}, \
         SignedHeaders=host, Signature=0\r\n\r\n{form}",
        form.len()
    );
    connection.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
    body.to_owned()
}

const USER: &str = "AKIAIOSFODNN7EXAMPLE";
const WHO: &str = "Action=GetCallerIdentity&Version=2011-06-15";

#[tokio::test]
async fn the_session_of_a_role_is_who_moto_says_it_is() {
    let Some(moto) = moto("the_session_of_a_role_is_who_moto_says_it_is") else {
        return;
    };
    let assume = "Action=AssumeRole&Version=2011-06-15&ContentType=JSON&RoleSessionName=bob\
                  &RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2FDeploy";
    let assumed: Value = serde_json::from_str(&asked(moto, USER, assume)).unwrap();
    let credentials = &assumed["AssumeRoleResponse"]["AssumeRoleResult"]["Credentials"];
    let key = credentials["AccessKeyId"].as_str().unwrap();
    let body = asked(moto, key, &format!("{WHO}&ContentType=JSON"));

    let said: Value = serde_json::from_str(&body).unwrap();
    let said = &said["GetCallerIdentityResponse"]["GetCallerIdentityResult"];

    let scene = Scene::new().await;
    scene.sts.next(Answer::status(200, body));
    let identity = scene.verify(&scene.verifier(), &scene.token()).await;
    let identity = identity.unwrap();
    assert_eq!(identity.account_id(), "123456789012");
    assert_eq!(
        identity.canonical_arn(),
        "arn:aws:iam::123456789012:role/Deploy"
    );
    assert_eq!(identity.session_name(), "bob");
    assert_eq!(identity.arn(), said["Arn"]);
    assert_eq!(format!("{}:bob", identity.user_id()), said["UserId"]);
}

#[tokio::test]
async fn a_principal_that_only_moto_knows_is_refused() {
    let Some(moto) = moto("a_principal_that_only_moto_knows_is_refused") else {
        return;
    };
    // `arn:aws:sts::123456789012:user/moto`: of STS, which has no users.
    let body = asked(moto, USER, &format!("{WHO}&ContentType=JSON"));
    assert!(
        body.contains("arn:aws:sts::123456789012:user/moto"),
        "{body}"
    );
    let scene = Scene::new().await;
    scene.sts.next(Answer::status(200, body));
    let verdict = scene.verify(&scene.verifier(), &scene.token()).await;
    let no_principal = UnexpectedAnswer::Identity(Unbelievable::Arn);
    assert_eq!(verdict, Err(VerifyError::UnexpectedAnswer(no_principal)));
}

#[tokio::test]
async fn an_identity_in_xml_is_not_what_was_asked_for() {
    let Some(moto) = moto("an_identity_in_xml_is_not_what_was_asked_for") else {
        return;
    };
    let body = asked(moto, USER, WHO);
    assert!(body.starts_with("<GetCallerIdentityResponse"), "{body}");
    let scene = Scene::new().await;
    scene.sts.next(Answer::status(200, body));
    let verdict = scene.verify(&scene.verifier(), &scene.token()).await;
    let not_json = UnexpectedAnswer::NotGetCallerIdentity;
    assert_eq!(verdict, Err(VerifyError::UnexpectedAnswer(not_json)));
}

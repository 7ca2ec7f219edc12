//! Who gets past the signature check.

use data_encoding::BASE64URL_NOPAD;
use eksauth_testing::{Oracles, SecretScan};
use eksauth_token::{
    ClusterId, EndpointOptions, Region, Signer, SigningCredentials, StsEndpoint, TOKEN_PREFIX,
};
use http::StatusCode;

use super::client::{EKS, STS, request, retargeted, with_header};
use super::{Client, Sandbox};
use crate::aws::*;

/// What a verifier makes of a token.
fn replayed(token: &str, cluster: &str) -> Request<Bytes> {
    let url = token.strip_prefix(TOKEN_PREFIX).unwrap();
    let url = String::from_utf8(BASE64URL_NOPAD.decode(url.as_bytes()).unwrap()).unwrap();
    let request = request("GET", &url).header("x-k8s-aws-id", cluster);
    request.body(Bytes::new()).unwrap()
}

fn token(sandbox: &Sandbox, client: &Client, options: EndpointOptions) -> String {
    let mut credentials = SigningCredentials::new(&client.id, &client.secret);
    if let Some(token) = &client.token {
        credentials = credentials.with_session_token(token);
    }
    let endpoint = StsEndpoint::new(&Region::new("eu-west-1").unwrap(), options);
    let signer = Signer::new(credentials, endpoint).unwrap();
    let now = sandbox.aws.0.clock.now();
    let token = signer.sign(&ClusterId::new("demo").unwrap(), now).unwrap();
    token.expose().to_owned()
}

#[tokio::test]
async fn tokens_are_accepted() {
    let sandbox = Sandbox::new();
    let all_options = [
        EndpointOptions::default(),
        EndpointOptions {
            fips: true,
            ..Default::default()
        },
        EndpointOptions {
            dual_stack: true,
            ..Default::default()
        },
        EndpointOptions {
            legacy_global: true,
            ..Default::default()
        },
    ];
    for client in [sandbox.user("developer"), sandbox.session("Admin")] {
        for options in all_options {
            let token = token(&sandbox, &client, options);
            assert_eq!(sandbox.code(replayed(&token, "demo")).await, "");
            let code = sandbox.code(replayed(&token, "other")).await;
            assert_eq!(code, "SignatureDoesNotMatch");
        }
    }
}

#[tokio::test]
async fn tokens_signed_by_botocore_are_accepted() {
    let Some(oracles) = Oracles::or_skip("tokens_signed_by_botocore_are_accepted") else {
        return;
    };
    let sandbox = Sandbox::new();
    for client in [sandbox.user("developer"), sandbox.session("Admin")] {
        let token = token(&sandbox, &client, EndpointOptions::default());
        let case = serde_json::json!({
            "url": replayed(&token, "demo").uri().to_string(),
            "cluster": "demo",
            "access_key_id": client.id,
            "secret_access_key": client.secret,
            "session_token": client.token,
        });
        let answer = oracles.run("resign.py", &serde_json::json!({"cases": [case]}));
        let url = answer["results"][0]["url"].as_str().unwrap();
        for (cluster, code) in [("demo", ""), ("other", "SignatureDoesNotMatch")] {
            let request = request("GET", url).header("x-k8s-aws-id", cluster);
            assert_eq!(
                sandbox.code(request.body(Bytes::new()).unwrap()).await,
                code
            );
        }
    }
}

#[tokio::test]
async fn targets_are_canonical_as_for_the_sdks_signer() {
    let sandbox = Sandbox::new();
    let client = sandbox.session("Admin");
    for target in [
        "/clusters/a%20b",
        "/clusters/%C3%A4%2Fb",
        "/clusters//demo/",
        "/clusters/./x/../demo",
        "/clusters/-._~!$'()*,;=:@",
        "/clusters/demo?b=2&a=1&C=3&%C3%A4=%20%2B%2F%7E&empty=",
        "/clusters/demo?key-without-value",
    ] {
        let code = sandbox.code(client.get(EKS, target)).await;
        assert_ne!(code, "InvalidSignatureException", "{target}");
    }
}

#[tokio::test]
async fn requests_signed_by_the_sdks_signer_are_accepted() {
    let sandbox = Sandbox::new();
    for client in [sandbox.user("developer"), sandbox.session("Admin")] {
        for request in [
            client.presigned("demo"),
            client.identity(),
            client.get(STS, "/?Action=GetCallerIdentity&Version=2011-06-15"),
            client.get(EKS, "/clusters/demo"),
            client.get(EKS, "/clusters?maxResults=1&nextToken=YQ"),
        ] {
            assert_eq!(sandbox.code(request).await, "");
        }
    }
}

#[tokio::test]
async fn a_presigned_request_counts_as_it_was_signed() {
    let sandbox = Sandbox::new();
    let client = sandbox.session("Admin");
    let original = client.presigned("demo");
    let signature = "X-Amz-Signature=";
    for (tampered, code) in [
        (
            retargeted(&original, signature, "X-Amz-Signature=0"),
            "SignatureDoesNotMatch",
        ),
        (
            with_header(&original, "x-k8s-aws-id", "demo2"),
            "SignatureDoesNotMatch",
        ),
        (
            with_header(&original, "host", "sts-fips.eu-west-1.amazonaws.com"),
            "SignatureDoesNotMatch",
        ),
        (
            with_header(&original, "host", "sts.eu-west-2.amazonaws.com"),
            "SignatureDoesNotMatch",
        ),
        (
            retargeted(&original, "X-Amz-Expires=60", "X-Amz-Expires=61"),
            "SignatureDoesNotMatch",
        ),
        (
            retargeted(&original, "2011-06-15", "2011-06-16"),
            "SignatureDoesNotMatch",
        ),
        (
            retargeted(
                &original,
                "Action=GetCallerIdentity",
                "Action=GetSessionToken",
            ),
            "SignatureDoesNotMatch",
        ),
        (
            retargeted(&original, "&Version", "&More=1&Version"),
            "SignatureDoesNotMatch",
        ),
        (
            retargeted(&original, "T120000Z", "T120001Z"),
            "SignatureDoesNotMatch",
        ),
        (
            retargeted(&original, "%2Fsts%2F", "%2Feks%2F"),
            "SignatureDoesNotMatch",
        ),
        (
            retargeted(&original, "%2Feu-west-1%2F", "%2Feu-west-2%2F"),
            "SignatureDoesNotMatch",
        ),
        (
            retargeted(&original, "%2F20261124%2F", "%2F20261125%2F"),
            "SignatureDoesNotMatch",
        ),
        (
            retargeted(&original, "X-Amz-Credential=", "X-Amz-Credential=B"),
            "InvalidClientTokenId",
        ),
        (
            retargeted(&original, "X-Amz-Security-Token=", "X-Amz-Security-Token=a"),
            "InvalidClientTokenId",
        ),
        (
            retargeted(&original, "X-Amz-Security-Token", "Security"),
            "InvalidClientTokenId",
        ),
        // As it would be without encoding.
        (retargeted(&original, "%2B", "+"), "InvalidClientTokenId"),
        (
            retargeted(&original, "X-Amz-Expires=60", "X-Amz-Expires=0"),
            "IncompleteSignature",
        ),
        (
            retargeted(&original, "X-Amz-Expires=60", "X-Amz-Expires=604801"),
            "IncompleteSignature",
        ),
        (
            retargeted(&original, "X-Amz-Expires=60", "X-Amz-Expires=1m"),
            "IncompleteSignature",
        ),
        (
            retargeted(&original, "X-Amz-Expires", "X-Amz-Expire"),
            "IncompleteSignature",
        ),
        (
            retargeted(&original, signature, "X-Amz-Signatures="),
            "IncompleteSignature",
        ),
        (
            retargeted(&original, "X-Amz-SignedHeaders", "Headers"),
            "IncompleteSignature",
        ),
        (
            retargeted(&original, "X-Amz-Credential", "Credential"),
            "IncompleteSignature",
        ),
        (
            retargeted(&original, "X-Amz-Date", "Date"),
            "IncompleteSignature",
        ),
        (
            retargeted(&original, "X-Amz-Algorithm=AWS4-HMAC-SHA256", "A=1"),
            "IncompleteSignature",
        ),
        (
            retargeted(&original, "Action=", "action=GetCallerIdentity&Action="),
            "IncompleteSignature",
        ),
        (
            retargeted(&original, "&Version", "&x-amz-signature=1&Version"),
            "IncompleteSignature",
        ),
        (
            retargeted(&original, "&Version", "&More=%zz&Version"),
            "MalformedQueryString",
        ),
        (
            with_header(&original, "authorization", "AWS4-HMAC-SHA256 x"),
            "IncompleteSignature",
        ),
    ] {
        let target = tampered.uri().path_and_query().map(ToString::to_string);
        assert_eq!(sandbox.code(tampered).await, code, "{target:?}");
    }
    assert_eq!(sandbox.code(original).await, "");
}

#[tokio::test]
async fn a_header_signed_request_counts_as_it_was_signed() {
    let sandbox = Sandbox::new();
    let client = sandbox.session("Admin");
    let original = client.identity();
    let mut other_body = original.clone();
    *other_body.body_mut() = Bytes::from_static(b"Action=GetSessionToken&Version=2011-06-15");
    let mut no_date = original.clone();
    no_date.headers_mut().remove("x-amz-date");
    let mut no_token = original.clone();
    no_token.headers_mut().remove("x-amz-security-token");
    let mut unsigned = original.clone();
    unsigned.headers_mut().remove("authorization");
    for (tampered, code) in [
        (other_body, "SignatureDoesNotMatch"),
        (no_date, "IncompleteSignature"),
        (no_token, "InvalidClientTokenId"),
        (unsigned, "MissingAuthenticationToken"),
        (
            with_header(&original, "x-amz-date", "20261124T120001Z"),
            "SignatureDoesNotMatch",
        ),
        (
            with_header(&original, "x-amz-security-token", "token"),
            "InvalidClientTokenId",
        ),
        (
            with_header(&original, "x-amz-more", "1"),
            "SignatureDoesNotMatch",
        ),
        (
            with_header(&original, "x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
            "SignatureDoesNotMatch",
        ),
        (
            with_header(&original, "authorization", "Bearer token"),
            "IncompleteSignature",
        ),
    ] {
        assert_eq!(sandbox.code(tampered).await, code);
    }
    // Headers that are neither signed nor AWS's are nobody's business.
    let more = with_header(&original, "user-agent", "a proxy");
    assert_eq!(sandbox.code(more).await, "");
}

#[tokio::test]
async fn credentials_must_belong_together() {
    let sandbox = Sandbox::new();
    let (user, session) = (sandbox.user("developer"), sandbox.session("Admin"));
    let wrong_secret = Client {
        secret: session.secret.clone(),
        ..user.clone()
    };
    let others_token = Client {
        token: sandbox.session("Admin").token,
        ..session.clone()
    };
    let token_of_a_session = Client {
        token: session.token.clone(),
        ..user.clone()
    };
    let no_token = Client {
        token: None,
        ..session.clone()
    };
    let other_partition = Client {
        region: "cn-north-1",
        ..user.clone()
    };
    for (client, code) in [
        (wrong_secret, "SignatureDoesNotMatch"),
        (others_token, "InvalidClientTokenId"),
        (token_of_a_session, "InvalidClientTokenId"),
        (no_token, "InvalidClientTokenId"),
    ] {
        for request in [client.presigned("demo"), client.identity()] {
            let answer = sandbox.ask(request).await;
            assert_eq!(
                (answer.code().as_str(), answer.status),
                (code, StatusCode::FORBIDDEN)
            );
        }
    }
    let china = "sts.cn-north-1.amazonaws.com.cn";
    let request = other_partition.get(china, "/?Action=GetCallerIdentity&Version=2011-06-15");
    assert_eq!(sandbox.code(request).await, "InvalidClientTokenId");
}

#[tokio::test]
async fn refusals_tell_no_secret() {
    let sandbox = Sandbox::new();
    let client = sandbox.session("Admin");
    let token = token(&sandbox, &client, EndpointOptions::default());
    let scan = SecretScan::new()
        .token(&token)
        .secret("secret access key", &client.secret)
        .secret("session token", client.token.as_deref().unwrap());
    let replayed = replayed(&token, "demo");
    let signed = client.identity();
    for request in [
        retargeted(&replayed, "X-Amz-Date=2", "X-Amz-Date=1"),
        retargeted(&replayed, "X-Amz-Security-Token=", "X-Amz-Security-Token=a"),
        retargeted(&replayed, "X-Amz-Signature=", "X-Amz-Signature=0"),
        retargeted(
            &replayed,
            "X-Amz-SignedHeaders=",
            "X-Amz-Signature=0&X-Amz-SignedHeaders=",
        ),
        retargeted(&replayed, "Action=", "Actions="),
        with_header(&replayed, "x-k8s-aws-id", "other"),
        with_header(&replayed, "accept", "*/*"),
        with_header(&signed, "x-amz-date", "20201124T120000Z"),
        with_header(&signed, "x-amz-more", "1"),
    ] {
        let response = sandbox
            .aws
            .answer(with_header(&request, "x-more", "1"))
            .await
            .unwrap();
        scan.assert_clean("the answer", response.body());
        scan.assert_clean("the headers", format!("{:?}", response.headers()));
    }
    scan.assert_clean("the counters", format!("{:?}", sandbox.counters.snapshot()));
    scan.assert_clean("Debug", format!("{:?}", sandbox.aws));
}

//! Nothing secret is shown. That none is logged is tested with the global log, against AWS.

use eksauth_testing::SecretScan;

use super::*;

fn scan() -> SecretScan {
    SecretScan::new()
        .secret("secret key", SECRET)
        .secret("session token", SESSION_TOKEN)
}

/// The signatures that went over the wire are secret too.
fn scan_of(service: &HttpService) -> SecretScan {
    let requests = service.requests();
    assert!(!requests.is_empty());
    let headers = requests.iter().filter_map(|it| it.header("authorization"));
    let signatures = headers.filter_map(|it| it.split_once("Signature="));
    signatures.fold(scan(), |scan, (_, it)| scan.secret("signature", it))
}

#[tokio::test]
async fn a_lookup_and_what_it_finds_show_no_secret() {
    let service = describing(description());
    let lookup = lookup_at(&service);
    let cluster = lookup.describe("prod").await.unwrap();
    scan_of(&service).assert_clean("Debug", format!("{lookup:?} {cluster:?} {cluster:#?}"));
}

#[tokio::test]
async fn errors_show_no_secret() {
    for code in [
        "ResourceNotFoundException",
        "AccessDeniedException",
        "ExpiredTokenException",
        "ClientException",
    ] {
        let service = refusing(400, code, "no");
        let error = lookup_at(&service).describe("prod").await.unwrap_err();
        assert_shows_nothing(&scan_of(&service), &error);
    }
}

/// An answer that echoes the request, as some proxies and debugging servers do.
#[tokio::test]
async fn an_answer_that_repeats_the_secrets_is_not_repeated() {
    for status in [200, 403] {
        let echo = format!("{{\"secret\": \"{SECRET}\", \"token\": \"{SESSION_TOKEN}\"");
        let service = HttpService::start(move |_| Answer::new(status, echo.clone()));
        let error = lookup_at(&service).describe("prod").await.unwrap_err();
        assert_shows_nothing(&scan(), &error);
    }
}

/// As AWS words it, but for the length.
#[tokio::test]
async fn the_request_that_aws_would_have_signed_is_not_repeated() {
    let service = HttpService::start(|_| {
        let message = format!(
            "The request signature we calculated does not match the signature you provided.\n\n\
             The Canonical String for this request should have been\n'GET\n/clusters/prod\n\n\
             host:eks.eu-west-1.amazonaws.com\nx-amz-security-token:{SESSION_TOKEN}\n"
        );
        refusal(403, "InvalidSignatureException", &message)
    });
    let error = lookup_at(&service).describe("prod").await.unwrap_err();
    let told = told(&error);
    assert_shows_nothing(&scan(), &error);
    assert!(told.ends_with("the signature you provided."), "{told}");
}

#[track_caller]
fn assert_shows_nothing(scan: &SecretScan, error: &DescribeError) {
    scan.assert_clean("the error", told(error));
    scan.assert_clean("the error's Debug", format!("{error:?} {error:#?}"));
}

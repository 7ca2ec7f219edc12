//! Which service answers.

use aws_sigv4::http_request::SignatureLocation;
use http::StatusCode;

use super::Sandbox;
use super::client::request;
use crate::aws::*;

#[tokio::test]
async fn a_custom_endpoint_is_whatever_was_signed_for() {
    let sandbox = Sandbox::new();
    let client = sandbox.user("developer");
    let target = "/?Action=GetCallerIdentity&Version=2011-06-15";
    for (service, target, code) in [
        ("sts", target, ""),
        ("eks", "/clusters/demo", ""),
        ("eks", "/clusters/none", "ResourceNotFoundException"),
        ("s3", target, "NotImplemented"),
    ] {
        let request = request("GET", &format!("http://127.0.0.1:4566{target}"));
        let request = request.body(Bytes::new()).unwrap();
        let request = client.signed_for(request, SignatureLocation::Headers, Some(service));
        assert_eq!(sandbox.code(request).await, code, "{service}");
    }
    let unsigned = |target: &str| {
        let request = request("GET", &format!("http://127.0.0.1:4566{target}"));
        request.body(Bytes::new()).unwrap()
    };
    let code = sandbox.code(unsigned("/clusters")).await;
    assert_eq!(code, "MissingAuthenticationTokenException");
    assert_eq!(
        sandbox.code(unsigned(target)).await,
        "MissingAuthenticationToken"
    );
}

#[tokio::test]
async fn other_services_are_said_to_be_absent() {
    let sandbox = Sandbox::new();
    let request = sandbox
        .user("developer")
        .get("iam.amazonaws.com", "/?Action=ListUsers");
    let answer = sandbox.ask(request).await;
    assert_eq!(answer.status, StatusCode::NOT_IMPLEMENTED);
    assert_eq!(answer.code(), "NotImplemented");
    assert!(answer.message().contains("STS or EKS"));
}

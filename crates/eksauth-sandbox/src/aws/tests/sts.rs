//! What STS answers.

use http::StatusCode;
use serde_json::json;

use super::Sandbox;
use super::client::{STS, request, unsigned_post, with_header};
use crate::aws::*;

#[tokio::test]
async fn users_and_sessions_are_told_who_they_are() {
    let sandbox = Sandbox::new();
    let answer = sandbox.ask(sandbox.user("ci").identity()).await;
    let result = answer.result();
    assert_eq!(
        result["Arn"],
        "arn:aws:iam::111122223333:user/automation/ci"
    );
    assert_eq!(result["Account"], "111122223333");
    let id = result["UserId"].as_str().unwrap();
    assert!(id.starts_with("AIDA") && id.len() == 21, "{id}");
    assert_eq!(answer.headers["x-amzn-requestid"].len(), 36);

    let answer = sandbox
        .ask(sandbox.session("teams/Viewer").presigned("demo"))
        .await;
    let result = answer.result();
    assert_eq!(
        result["Arn"],
        "arn:aws:sts::111122223333:assumed-role/Viewer/test-session"
    );
    assert!(
        result["UserId"]
            .as_str()
            .unwrap()
            .ends_with(":test-session")
    );
}

#[tokio::test]
async fn answers_are_xml_unless_json_is_asked_for() {
    let sandbox = Sandbox::new();
    let client = sandbox.user("developer");
    for (accept, media_type) in [
        ("application/json", "application/json"),
        ("text/html, application/json;q=0.5", "application/json"),
        ("*/*", "text/xml"),
        ("text/xml", "text/xml"),
    ] {
        let request = with_header(&client.presigned("demo"), "accept", accept);
        let answer = sandbox.ask(request.clone()).await;
        assert_eq!(answer.headers["content-type"], media_type, "{accept}");
        let refused = sandbox
            .ask(with_header(&request, "x-k8s-aws-id", "other"))
            .await;
        assert_eq!(refused.headers["content-type"], media_type, "{accept}");
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn a_form_counts_as_much_as_a_query() {
    let sandbox = Sandbox::new();
    let client = sandbox.user("developer");
    let query = client.get(STS, "/?Version=2011-06-15&Action=GetCallerIdentity");
    assert_eq!(sandbox.code(query).await, "");
    // The same parameter in both is one too many.
    let post = request("POST", &format!("https://{STS}/?Action=GetCallerIdentity"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from_static(
            b"Action=GetCallerIdentity&Version=2011-06-15",
        ))
        .unwrap();
    let location = aws_sigv4::http_request::SignatureLocation::Headers;
    assert_eq!(
        sandbox.code(client.signed(post, location)).await,
        "IncompleteSignature"
    );
}

#[tokio::test]
async fn what_sts_does_not_know_is_an_invalid_action() {
    let sandbox = Sandbox::new();
    let client = sandbox.user("developer");
    for (form, code, told) in [
        ("Version=2011-06-15", "MissingAction", "missing an action"),
        (
            "Action=GetCallerIdentity",
            "InvalidAction",
            "version NO_VERSION_SPECIFIED",
        ),
        (
            "Action=GetCallerIdentity&Version=2011-06-16",
            "InvalidAction",
            "version 2011-06-16",
        ),
        (
            "Action=getCallerIdentity&Version=2011-06-15",
            "InvalidAction",
            "Could not find operation getCallerIdentity for version 2011-06-15",
        ),
        (
            "action=GetCallerIdentity&Version=2011-06-15",
            "MissingAction",
            "",
        ),
        (
            "Action=GetFederationToken&Version=2011-06-15",
            "InvalidAction",
            "GetFederationToken",
        ),
    ] {
        let answer = sandbox.ask(client.post(form)).await;
        assert_eq!(answer.code(), code, "{form}");
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.message().contains(told), "{}", answer.message());
    }
    let path = client.get(STS, "/clusters");
    assert_eq!(sandbox.ask(path).await.status, StatusCode::NOT_FOUND);
    let unsigned = unsigned_post("Action=ListUsers&Version=2011-06-15");
    assert_eq!(sandbox.code(unsigned).await, "MissingAuthenticationToken");
}

#[tokio::test]
async fn what_is_asked_is_counted() {
    let sandbox = Sandbox::new();
    let client = sandbox.user("developer");
    for request in [
        client.identity(),
        client.assume("Admin", ""),
        client.post("Action=Whatever&Version=2011-06-15"),
        client.get("iam.amazonaws.com", "/"),
        client.get("eks.eu-west-1.amazonaws.com", "/clusters/none"),
        client.get("eks.eu-west-1.amazonaws.com", "/nodegroups"),
    ] {
        sandbox.ask(request).await;
    }
    let snapshot = serde_json::to_value(sandbox.counters.snapshot()).unwrap();
    assert_eq!(
        snapshot["requests"],
        json!({
            "sts": {"GetCallerIdentity": 1, "AssumeRole": 1, "other": 1},
            "eks": {"DescribeCluster": 1, "other": 1},
            "other": {"other": 1},
        })
    );
    assert_eq!(
        snapshot["refusals"],
        json!({
            "InvalidAction": 1,
            "NotImplemented": 1,
            "ResourceNotFoundException": 1,
            "UnknownOperationException": 1,
        })
    );
}

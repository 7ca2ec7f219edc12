//! What EKS answers.

use http::StatusCode;
use serde_json::json;

use super::client::{EKS, request, with_header};
use super::{Client, Sandbox};
use crate::aws::*;

#[tokio::test]
async fn a_cluster_is_described() {
    let sandbox = Sandbox::new();
    let url = "https://127.0.0.1:6443".to_owned();
    sandbox
        .aws
        .set_cluster_endpoint("demo", url, "PEM".to_owned());
    let answer = sandbox
        .ask(sandbox.user("developer").get(EKS, "/clusters/demo"))
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["content-type"], "application/json");
    let cluster = &answer.json["cluster"];
    assert_eq!(cluster["name"], "demo");
    assert_eq!(
        cluster["arn"],
        "arn:aws:eks:eu-west-1:111122223333:cluster/demo"
    );
    assert_eq!(cluster["status"], "ACTIVE");
    assert_eq!(cluster["version"], "1.34");
    assert_eq!(cluster["createdAt"], 1_795_521_600.0);
    assert_eq!(cluster["endpoint"], "https://127.0.0.1:6443");
    assert_eq!(cluster["certificateAuthority"]["data"], "UEVN");
    assert_eq!(cluster.get("id"), None);
}

#[tokio::test]
async fn there_is_an_endpoint_only_with_an_api_server() {
    let world = "clusters: [{name: a, status: CREATING}, {name: b, status: UPDATING}, \
                 {name: c, status: DELETING}, {name: d, id: 1111-2222}]\nusers: [{name: u}]";
    let sandbox = Sandbox::of(&World::parse(world).unwrap());
    for (name, status, has_endpoint) in [
        ("a", "CREATING", false),
        ("b", "UPDATING", true),
        ("c", "DELETING", false),
        ("d", "ACTIVE", true),
    ] {
        sandbox
            .aws
            .set_cluster_endpoint(name, "https://x".to_owned(), "PEM".to_owned());
        let target = format!("/clusters/{name}");
        let answer = sandbox.ask(sandbox.user("u").get(EKS, &target)).await;
        let cluster = &answer.json["cluster"];
        assert_eq!(cluster["status"], status);
        assert_eq!(cluster.get("endpoint").is_some(), has_endpoint, "{name}");
        assert_eq!(
            cluster.get("certificateAuthority").is_some(),
            has_endpoint,
            "{name}"
        );
        assert_eq!(cluster.get("id").is_some(), name == "d");
    }
}

#[tokio::test]
async fn clusters_are_of_an_account_and_a_region() {
    let world = "accounts: [{id: '111122223333'}, {id: '444455556666'}]\nusers: [{name: u}]\n\
                 clusters: [{name: here}, {name: there, region: eu-west-2}, \
                 {name: others, account: '444455556666'}]";
    let sandbox = Sandbox::of(&World::parse(world).unwrap());
    let user = sandbox.user("u");
    for (name, code) in [
        ("here", ""),
        ("there", "ResourceNotFoundException"),
        ("others", "ResourceNotFoundException"),
        ("he%72e", ""),
    ] {
        let target = format!("/clusters/{name}");
        assert_eq!(sandbox.code(user.get(EKS, &target)).await, code, "{name}");
    }
    let answer = sandbox.ask(user.get(EKS, "/clusters/there")).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(
        answer.json,
        json!({"message": "No cluster found for name: there."})
    );

    let there = Client {
        region: "eu-west-2",
        ..user
    };
    let host = "eks.eu-west-2.amazonaws.com";
    assert_eq!(sandbox.code(there.get(host, "/clusters/there")).await, "");
    let list = sandbox.ask(there.get(host, "/clusters")).await;
    assert_eq!(list.json, json!({"clusters": ["there"], "nextToken": null}));
}

#[tokio::test]
async fn names_are_listed_page_by_page() {
    let world = "users: [{name: u}]\nclusters: [{name: c}, {name: a}, {name: b}]";
    let sandbox = Sandbox::of(&World::parse(world).unwrap());
    let user = sandbox.user("u");
    let all = sandbox.ask(user.get(EKS, "/clusters")).await;
    assert_eq!(
        all.json,
        json!({"clusters": ["a", "b", "c"], "nextToken": null})
    );

    let first = sandbox.ask(user.get(EKS, "/clusters?maxResults=2")).await;
    assert_eq!(first.json["clusters"], json!(["a", "b"]));
    let token = first.json["nextToken"].as_str().unwrap();
    let target = format!("/clusters?maxResults=2&nextToken={token}");
    let second = sandbox.ask(user.get(EKS, &target)).await;
    assert_eq!(second.json, json!({"clusters": ["c"], "nextToken": null}));

    for query in [
        "maxResults=0",
        "maxResults=101",
        "maxResults=a",
        "nextToken=%24",
    ] {
        let answer = sandbox
            .ask(user.get(EKS, &format!("/clusters?{query}")))
            .await;
        assert_eq!(answer.code(), "InvalidParameterException", "{query}");
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn what_is_denied_is_refused() {
    let sandbox = Sandbox::new();
    let ci = sandbox.user("ci");
    let answer = sandbox.ask(ci.get(EKS, "/clusters/demo")).await;
    assert_eq!(
        (answer.code().as_str(), answer.status),
        ("AccessDeniedException", StatusCode::FORBIDDEN)
    );
    let message = "User: arn:aws:iam::111122223333:user/automation/ci is not authorized to perform: \
                   eks:DescribeCluster on resource: \
                   arn:aws:eks:eu-west-1:111122223333:cluster/demo";
    assert!(
        answer.message().starts_with(message),
        "{}",
        answer.message()
    );
    assert_eq!(
        sandbox.code(ci.get(EKS, "/clusters")).await,
        "AccessDeniedException"
    );
    assert_eq!(sandbox.code(ci.identity()).await, "");
}

#[tokio::test]
async fn signatures_are_checked_in_ekss_own_words() {
    let sandbox = Sandbox::new();
    let (user, session) = (sandbox.user("developer"), sandbox.session("Admin"));
    let signed = user.get(EKS, "/clusters/demo");
    let wrong_secret = Client {
        secret: "wrong".to_owned(),
        ..user.clone()
    };
    let unknown = Client {
        id: "AKIANOBODY".to_owned(),
        ..user.clone()
    };
    let no_token = Client {
        token: None,
        ..session.clone()
    };
    let unsigned = request("GET", &format!("https://{EKS}/clusters/demo"));
    for (request, code) in [
        (
            unsigned.body(Bytes::new()).unwrap(),
            "MissingAuthenticationTokenException",
        ),
        (
            with_header(&signed, "authorization", "Bearer x"),
            "IncompleteSignatureException",
        ),
        (
            with_header(&signed, "x-amz-date", "20261124T120001Z"),
            "InvalidSignatureException",
        ),
        (
            with_header(&signed, "x-amz-date", "20251124T120000Z"),
            "InvalidSignatureException",
        ),
        (
            wrong_secret.get(EKS, "/clusters/demo"),
            "InvalidSignatureException",
        ),
        (
            unknown.get(EKS, "/clusters/demo"),
            "UnrecognizedClientException",
        ),
        (
            no_token.get(EKS, "/clusters/demo"),
            "UnrecognizedClientException",
        ),
    ] {
        let answer = sandbox.ask(request).await;
        assert_eq!(
            (answer.code().as_str(), answer.status),
            (code, StatusCode::FORBIDDEN)
        );
    }
    sandbox.faults.expire_sessions();
    let code = sandbox.code(session.get(EKS, "/clusters/demo")).await;
    assert_eq!(code, "ExpiredTokenException");
}

#[tokio::test]
async fn what_eks_does_not_have_is_an_unknown_operation() {
    let sandbox = Sandbox::new();
    let user = sandbox.user("developer");
    for target in [
        "/",
        "/nodegroups",
        "/clusters/demo/node-groups",
        "/clustersx",
    ] {
        let answer = sandbox.ask(user.get(EKS, target)).await;
        assert_eq!(answer.code(), "UnknownOperationException", "{target}");
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
}

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn token(body: impl AsRef<[u8]>) -> Result<String, NotATokenReview> {
    TokenReview::parse(body.as_ref()).map(|review| review.token().to_owned())
}

fn version(body: &serde_json::Value) -> Option<ReviewVersion> {
    let body = body.to_string();
    TokenReview::parse(body.as_bytes()).unwrap().version()
}

#[test]
fn the_token_is_read_from_both_versions_and_from_none() {
    for api_version in ["authentication.k8s.io/v1", "authentication.k8s.io/v1beta1"] {
        let review = json!({
            "kind": "TokenReview",
            "apiVersion": api_version,
            "metadata": {"creationTimestamp": null},
            "spec": {"token": "a-token", "audiences": ["https://kubernetes.default.svc"]},
            "status": {"user": {}},
        });
        assert_eq!(token(review.to_string()).unwrap(), "a-token");
        assert_eq!(version(&review).unwrap().as_str(), api_version);
    }
    assert_eq!(token(r#"{"spec":{"token":"t"}}"#).unwrap(), "t");
}

#[test]
fn only_the_names_of_a_token_review_are_a_version() {
    for (api_version, kind) in [
        ("authentication.k8s.io/v1", "SubjectAccessReview"),
        ("authentication.k8s.io/v2", "TokenReview"),
        ("<script>", "TokenReview"),
        ("authentication.k8s.io/v1", ""),
        ("", "TokenReview"),
    ] {
        let review = json!({"apiVersion": api_version, "kind": kind, "spec": {"token": "t"}});
        assert_eq!(version(&review), None, "{review}");
    }
}

#[test]
fn what_is_not_there_is_an_empty_token() {
    for body in [
        "null",
        "{}",
        r#"{"spec":null}"#,
        r#"{"spec":{}}"#,
        r#"{"spec":{"token":null}}"#,
        r#"{"metadata":null,"status":null,"kind":null,"apiVersion":null}"#,
        r#"{"Spec":{"Token":"t"}}"#,
    ] {
        assert_eq!(token(body).as_deref(), Ok(""), "{body}");
    }
}

#[test]
fn what_follows_the_first_value_does_not_count() {
    for rest in [
        "",
        "\n",
        " garbage",
        r#"{"spec":{"token":"other"}}"#,
        "\u{0}",
    ] {
        let body = format!(r#"  {{"spec":{{"token":"t"}}}}{rest}"#);
        assert_eq!(token(&body).as_deref(), Ok("t"), "{body}");
    }
}

#[test]
fn another_type_is_no_token_review() {
    for body in [
        "",
        " ",
        "{",
        "nul",
        "[]",
        r#"["authentication.k8s.io/v1","TokenReview"]"#,
        "7",
        "true",
        r#""text""#,
        r#"{"spec":[]}"#,
        r#"{"spec":["t"]}"#,
        r#"{"spec":"t"}"#,
        r#"{"spec":{"token":7}}"#,
        r#"{"spec":{"token":["t"]}}"#,
        r#"{"spec":{"audiences":"a"}}"#,
        r#"{"spec":{"audiences":[7]}}"#,
        r#"{"apiVersion":1}"#,
        r#"{"kind":{}}"#,
        r#"{"metadata":7}"#,
        r#"{"status":[]}"#,
        r#"{"spec":{"token":"t"}"#,
        r#"{"spec":{"token":"t"},}"#,
        "\u{feff}{}",
    ] {
        assert_eq!(token(body), Err(NotATokenReview), "{body}");
    }
    assert_eq!(
        token(b"{\"spec\":{\"token\":\"\xff\"}}"),
        Err(NotATokenReview)
    );
}

#[test]
fn two_tokens_are_no_token_review() {
    for body in [
        r#"{"spec":{"token":"a","token":"b"}}"#,
        r#"{"spec":{"token":"a"},"spec":{"token":"b"}}"#,
        r#"{"spec":{"token":"a","\u0074oken":"b"}}"#,
    ] {
        assert_eq!(token(body), Err(NotATokenReview), "{body}");
    }
}

#[test]
fn a_token_without_escapes_is_not_copied() {
    let body = br#"{"spec":{"token":"k8s-aws-v1.aHR0cHM6"}}"#;
    let review = TokenReview::parse(body).unwrap();
    assert!(body.as_ptr_range().contains(&review.token().as_ptr()));
}

#[test]
fn depth_is_no_way_to_exhaust_the_stack() {
    let nested = "[".repeat(60_000);
    let body = format!(r#"{{"spec":{{"token":"t"}},"other":{nested}"#);
    assert_eq!(token(&body), Err(NotATokenReview));
    let (open, close) = ("{\"a\":".repeat(5_000), "}".repeat(5_000));
    let body = format!(r#"{{"metadata":{open}1{close},"spec":{{"token":"t"}}}}"#);
    assert_eq!(token(&body).as_deref(), Ok("t"));
}

proptest! {
    #[test]
    fn every_token_comes_back(text in any::<String>(), other in any::<String>()) {
        let review = json!({"other": other, "spec": {"token": text}});
        prop_assert_eq!(token(review.to_string()).unwrap(), text);
    }

    #[test]
    fn no_bytes_are_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..256)) {
        let _ = token(bytes);
    }
}

use std::time::{Duration, UNIX_EPOCH};

use http_body_util::BodyExt as _;

use super::*;
use crate::InstanceId;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const SESSION_TOKEN: &str = "FwoGZXIvYXdzEJr+/w8aDBhZ4kXq0vPz9wErTyUiOpAsDfGh==";

fn ids() -> [InstanceId; 2] {
    ["i-0123456789abcdef0", "i-01234567"].map(|it| it.parse().unwrap())
}

fn signed(body: &str) -> Request<Full<Bytes>> {
    let credentials = Credentials::new(
        "ASIAIOSFODNN7EXAMPLE",
        SECRET,
        Some(SESSION_TOKEN.to_owned()),
        None,
        "test",
    );
    let unsigned = Unsigned {
        endpoint: &Uri::from_static("https://ec2.eu-west-1.amazonaws.com/"),
        region: &Region::new("eu-west-1").unwrap(),
        // 2026-01-01T12:00:00Z
        time: UNIX_EPOCH + Duration::from_secs(1_767_268_800),
        body: body.to_owned(),
    };
    unsigned.sign(credentials).unwrap()
}

#[test]
fn instances_are_asked_for_with_a_filter_which_passes_over_unknown_ones() {
    let query = InstanceQuery {
        ids: &ids(),
        next_token: None,
    };
    assert_eq!(
        body(query),
        "Action=DescribeInstances&Version=2016-11-15&Filter.1.Name=instance-id\
         &Filter.1.Value.1=i-0123456789abcdef0&Filter.1.Value.2=i-01234567"
    );
}

#[test]
fn the_next_page_is_asked_for_with_its_token_whatever_is_in_it() {
    let query = InstanceQuery {
        ids: &ids()[..1],
        next_token: Some("eyJ2+/=&Action=TerminateInstances ü"),
    };
    let body = body(query);
    let (_, token) = body.split_once("&NextToken=").unwrap();
    assert_eq!(
        token,
        "eyJ2%2B%2F%3D%26Action%3DTerminateInstances%20%C3%BC"
    );
}

#[test]
fn everything_that_counts_is_signed() {
    let request = signed("Action=DescribeInstances");
    let header = |name: &str| request.headers()[name].to_str().unwrap();
    let authorization = header("authorization");
    assert!(
        authorization.starts_with(
            "AWS4-HMAC-SHA256 Credential=ASIAIOSFODNN7EXAMPLE/20260101/eu-west-1/ec2/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature="
        ),
        "{authorization}"
    );
    assert_eq!(header("x-amz-date"), "20260101T120000Z");
    assert_eq!(header("x-amz-security-token"), SESSION_TOKEN);
    let other = signed("Action=TerminateInstances");
    assert_ne!(
        other.headers()["authorization"],
        request.headers()["authorization"]
    );
}

#[tokio::test]
async fn what_was_signed_is_sent() {
    let request = signed("Action=DescribeInstances");
    let sent = request.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(sent, "Action=DescribeInstances");
}

#[test]
fn nothing_secret_is_in_the_debug_of_a_request() {
    let text = format!("{:?}", signed("Action=DescribeInstances"));
    for secret in [SECRET, SESSION_TOKEN, "Signature="] {
        assert!(!text.contains(secret), "{text}");
    }
}

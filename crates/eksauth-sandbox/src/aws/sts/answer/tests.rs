use serde_json::json;

use super::*;

fn identity() -> Node {
    Node::branch([
        ("Arn", Node::text("arn:aws:iam::111122223333:user/a<&>b")),
        ("UserId", Node::text("AIDA")),
        ("Account", Node::text("111122223333")),
    ])
}

fn refusal() -> Refusal {
    Refusal::new(StatusCode::FORBIDDEN, "AccessDenied", "no <way>")
}

fn text(response: &Response<Bytes>) -> &str {
    std::str::from_utf8(response.body()).unwrap()
}

#[test]
fn success_in_xml() {
    let response = Rendering::Xml.success(Operation::GetCallerIdentity, identity(), "id-1");
    assert_eq!(
        text(&response),
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
         <GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/a&lt;&amp;&gt;b</Arn>\
         <UserId>AIDA</UserId><Account>111122223333</Account></GetCallerIdentityResult>\
         <ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata>\
         </GetCallerIdentityResponse>"
    );
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/xml");
    assert_eq!(response.headers()["x-amzn-RequestId"], "id-1");
}

#[test]
fn success_in_json() {
    let response = Rendering::Json.success(Operation::GetCallerIdentity, identity(), "id-1");
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(text(&response)).unwrap(),
        json!({"GetCallerIdentityResponse": {
            "GetCallerIdentityResult": {
                "Arn": "arn:aws:iam::111122223333:user/a<&>b",
                "UserId": "AIDA",
                "Account": "111122223333",
            },
            "ResponseMetadata": {"RequestId": "id-1"},
        }})
    );
    assert_eq!(response.headers()["content-type"], "application/json");
}

#[test]
fn errors_in_xml() {
    let response = Rendering::Xml.error(&refusal(), "id-1");
    assert_eq!(
        text(&response),
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error>\
         <Type>Sender</Type><Code>AccessDenied</Code><Message>no &lt;way&gt;</Message></Error>\
         <RequestId>id-1</RequestId></ErrorResponse>"
    );
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
}

#[test]
fn errors_in_json() {
    let response = Rendering::Json.error(&refusal(), "id-1");
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(text(&response)).unwrap(),
        json!({
            "Error": {"Type": "Sender", "Code": "AccessDenied", "Message": "no <way>"},
            "RequestId": "id-1",
        })
    );
}

#[test]
fn a_time_is_a_date_in_xml_and_a_number_in_json() {
    let time = || Node::branch([("At", Node::Time("2026-11-24T12:00:00Z".parse().unwrap()))]);
    assert!(xml::document("R", &time()).contains("<At>2026-11-24T12:00:00Z</At>"));
    assert_eq!(json::document(&time()), r#"{"At":1795521600}"#);
}

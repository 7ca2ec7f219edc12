use super::*;

/// As EC2 writes it, shortened.
const ANSWER: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <requestId>8f7724cf-496f-496e-8fe3-example</requestId>
    <reservationSet>
        <item>
            <reservationId>r-1234567890abcdef0</reservationId>
            <groupSet/>
            <instancesSet>
                <item>
                    <instanceId>i-1234567890abcdef0</instanceId>
                    <instanceState><code>16</code><name>running</name></instanceState>
                    <privateDnsName>ip-192-168-1-88.eu-west-1.compute.internal</privateDnsName>
                    <networkInterfaceSet><item>
                        <privateDnsName>another.internal</privateDnsName>
                        <instanceId>i-another</instanceId>
                    </item></networkInterfaceSet>
                </item>
                <item>
                    <instanceId>i-0598c7d356eba48d7</instanceId>
                    <privateDnsName/>
                </item>
            </instancesSet>
        </item>
        <item>
            <instancesSet>
                <item>
                    <instanceId>i-01234567</instanceId>
                    <privateDnsName>a&amp;b.internal</privateDnsName>
                </item>
            </instancesSet>
        </item>
    </reservationSet>
    <nextToken>token+/=</nextToken>
</DescribeInstancesResponse>
"#;

fn answered(body: &str) -> Result<InstancePage, DescribeError> {
    read(StatusCode::OK, body.as_bytes())
}

fn refused(status: u16, body: &str) -> DescribeError {
    read(StatusCode::from_u16(status).unwrap(), body.as_bytes()).unwrap_err()
}

fn error(code: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<Response><Errors><Error><Code>{code}</Code><Message>words of EC2\
         </Message></Error></Errors><RequestID>8f7724cf</RequestID></Response>"
    )
}

#[test]
fn instances_are_read_from_all_reservations_and_from_nowhere_else() {
    let page = answered(ANSWER).unwrap();
    let names: Vec<_> = page
        .names
        .iter()
        .map(|(id, name)| (&**id, &**name))
        .collect();
    assert_eq!(
        names,
        [
            (
                "i-1234567890abcdef0",
                "ip-192-168-1-88.eu-west-1.compute.internal"
            ),
            ("i-0598c7d356eba48d7", ""),
            ("i-01234567", "a&b.internal"),
        ]
    );
    assert_eq!(page.next_token.as_deref(), Some("token+/="));
}

#[test]
fn an_answer_without_instances_is_an_answer() {
    let empty = "<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>";
    assert_eq!(answered(empty), Ok(InstancePage::default()));
}

#[test]
fn an_answer_that_is_cut_off_is_none() {
    let answer = ANSWER.trim_end();
    for end in (0..answer.len()).filter(|end| answer.is_char_boundary(*end)) {
        let cut = answered(&answer[..end]);
        assert_eq!(cut, Err(DescribeError::UnexpectedAnswer), "{end}");
    }
}

#[test]
fn another_document_is_no_answer() {
    for body in [
        "",
        "{}",
        "<html></html>",
        "<a></DescribeInstancesResponse>",
        "<GetCallerIdentityResponse></GetCallerIdentityResponse>",
    ] {
        assert_eq!(
            answered(body),
            Err(DescribeError::UnexpectedAnswer),
            "{body}"
        );
    }
    let not_utf8 = read(StatusCode::OK, b"\xff<DescribeInstancesResponse>");
    assert_eq!(not_utf8, Err(DescribeError::UnexpectedAnswer));
}

#[test]
fn a_refusal_is_told_by_its_code_alone() {
    let refusal = refused(403, &error("UnauthorizedOperation"));
    assert_eq!(
        refusal.to_string(),
        "EC2 refused the call with UnauthorizedOperation (HTTP 403)"
    );
    assert_eq!(
        refused(403, &error("words & more")),
        DescribeError::UnexpectedAnswer
    );
}

#[test]
fn throttling_is_told_by_the_code_or_the_status() {
    for (status, code) in [
        (503, "RequestLimitExceeded"),
        (400, "Throttling"),
        (429, "Anything"),
    ] {
        assert_eq!(
            refused(status, &error(code)),
            DescribeError::Throttled { status }
        );
    }
}

#[test]
fn what_is_not_said_by_ec2_is_an_outage_or_strange() {
    let outage = refused(502, "<html>Bad Gateway</html>");
    assert!(outage.is_transient(), "{outage:?}");
    let strange = refused(302, "");
    assert_eq!(strange, DescribeError::UnexpectedAnswer);
}

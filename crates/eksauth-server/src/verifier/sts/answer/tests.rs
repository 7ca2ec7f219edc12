use super::*;

const GOOD: &str = r#"{"GetCallerIdentityResponse":{"GetCallerIdentityResult":{
    "Account":"123456789012","Arn":"arn:aws:iam::123456789012:user/dev","UserId":"AIDACKCEVSQ6C2EXAMPLE"},
    "ResponseMetadata":{"RequestId":"01234567-89ab-cdef-0123-456789abcdef"}}}"#;

fn read(status: u16, body: &str) -> Result<CallerIdentity, VerifyError> {
    super::read(StatusCode::from_u16(status).unwrap(), body.as_bytes())
}

fn dev() -> CallerIdentity {
    CallerIdentity {
        account: "123456789012".to_owned(),
        arn: "arn:aws:iam::123456789012:user/dev".to_owned(),
        user_id: "AIDACKCEVSQ6C2EXAMPLE".to_owned(),
    }
}

fn json(code: &str) -> String {
    format!(
        r#"{{"Error":{{"Code":"{code}","Message":"words of STS","Type":"Sender"}},"RequestId":"0"}}"#
    )
}

fn xml(code: &str) -> String {
    format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <Error>\n    \
         <Type>Sender</Type>\n    <Code>{code}</Code>\n    <Message>words of STS</Message>\n  \
         </Error>\n  <RequestId>0</RequestId>\n</ErrorResponse>\n"
    )
}

fn unexpected(status: u16) -> VerifyError {
    VerifyError::UnexpectedAnswer(UnexpectedAnswer::Status { status })
}

fn outage(status: u16) -> VerifyError {
    VerifyError::Unavailable(Outage::Server { status })
}

fn denied(status: u16, code: &str) -> VerifyError {
    VerifyError::Denied {
        status,
        code: StsErrorCode::parse(code).unwrap(),
    }
}

#[test]
fn the_identity_is_read_from_the_json_of_sts() {
    assert_eq!(read(200, GOOD), Ok(dev()));
}

#[test]
fn fields_that_sts_may_add_are_passed_over() {
    let more = GOOD
        .replace(r#""Account""#, r#""Tags":[{"k":null}],"Account""#)
        .replace(r#""ResponseMetadata""#, r#""New":1,"ResponseMetadata""#);
    assert_ne!(more, GOOD);
    assert_eq!(read(200, &more), Ok(dev()));
}

#[test]
fn the_request_id_is_not_needed() {
    let (without, _) = GOOD.split_once(r#""ResponseMetadata""#).unwrap();
    let without = format!("{}}}}}", without.trim_end().trim_end_matches(','));
    assert_eq!(read(200, &without), Ok(dev()));
}

#[test]
fn a_200_that_is_not_the_document_is_unexpected() {
    let (_, unwrapped) = GOOD.split_once(':').unwrap();
    let unwrapped = unwrapped.strip_suffix('}').unwrap();
    serde_json::from_str::<serde_json::Value>(unwrapped).unwrap();
    let twice = format!("{GOOD}{GOOD}");
    let cut = &GOOD[..GOOD.len() - 1];
    for body in [
        "",
        " ",
        "null",
        "[]",
        "{}",
        "<html><body>Sign in to the network</body></html>",
        "<GetCallerIdentityResponse/>",
        r#"{"GetCallerIdentityResponse":{}}"#,
        r#"{"GetCallerIdentityResponse":{"GetCallerIdentityResult":{}}}"#,
        r#"{"GetCallerIdentityResponse":{"GetCallerIdentityResult":null}}"#,
        &GOOD.replace(r#""Arn""#, r#""NoArn""#),
        &GOOD.replace(r#""UserId""#, r#""NoUserId""#),
        &GOOD.replace(r#""123456789012""#, "123456789012"),
        // Which of the two would count?
        &GOOD.replace(r#""Account""#, r#""Account":"210987654321","Account""#),
        unwrapped,
        &twice,
        cut,
    ] {
        let expected = VerifyError::UnexpectedAnswer(UnexpectedAnswer::NotGetCallerIdentity);
        assert_eq!(read(200, body), Err(expected), "{body}");
    }
}

#[test]
fn only_200_is_success() {
    for status in [201, 202, 204, 206] {
        assert_eq!(read(status, GOOD), Err(unexpected(status)));
    }
}

#[test]
fn an_error_code_of_sts_denies_in_json_as_in_xml() {
    for (status, code) in [
        (403, "SignatureDoesNotMatch"),
        (403, "InvalidClientTokenId"),
        (403, "ExpiredTokenException"),
        (403, "AccessDenied"),
        (400, "IncompleteSignature"),
        (400, "RequestExpired"),
        (404, "Some.Dotted"),
    ] {
        assert_eq!(read(status, &json(code)), Err(denied(status, code)));
        assert_eq!(read(status, &xml(code)), Err(denied(status, code)));
    }
}

#[test]
fn throttling_is_told_by_its_code_whatever_the_status() {
    for code in [
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "EC2ThrottledException",
        "RequestLimitExceeded",
        "TooManyRequestsException",
    ] {
        for status in [400, 403, 429, 500, 503] {
            let throttled = Err(VerifyError::Throttled { status });
            assert_eq!(read(status, &json(code)), throttled, "{code} in JSON");
            assert_eq!(read(status, &xml(code)), throttled, "{code} in XML");
        }
    }
}

#[test]
fn a_429_throttles_whatever_is_in_it() {
    for body in ["", "slow down", &json("AccessDenied"), "<html/>", GOOD] {
        let throttled = VerifyError::Throttled { status: 429 };
        assert_eq!(read(429, body), Err(throttled), "{body}");
    }
}

#[test]
fn the_word_throttling_outside_the_code_throttles_nothing() {
    let message = json("AccessDenied").replace("words of STS", "no Throttling here");
    assert_eq!(read(403, &message), Err(denied(403, "AccessDenied")));
}

#[test]
fn a_5xx_is_an_outage_with_or_without_a_code() {
    for status in [500, 502, 503, 504, 599] {
        for body in ["", "Bad gateway", &json("InternalFailure"), GOOD] {
            assert_eq!(read(status, body), Err(outage(status)), "{body}");
        }
    }
}

#[test]
fn a_redirect_is_unexpected_even_with_a_code() {
    for status in [300, 301, 302, 303, 307, 308] {
        for body in ["", &json("TemporaryRedirect"), GOOD] {
            assert_eq!(read(status, body), Err(unexpected(status)), "{body}");
        }
    }
}

#[test]
fn the_page_of_a_proxy_denies_nobody() {
    let page = "<html><head><title>403 Forbidden</title></head><body>by policy</body></html>";
    for status in [400, 401, 403, 404, 407] {
        assert_eq!(read(status, page), Err(unexpected(status)));
        assert_eq!(read(status, ""), Err(unexpected(status)));
    }
    let bytes = b"\xff<Code>AccessDenied</Code>";
    let not_utf8 = super::read(StatusCode::FORBIDDEN, bytes);
    assert_eq!(not_utf8, Err(unexpected(403)));
}

#[test]
fn a_code_that_is_none_is_not_repeated() {
    let too_long = "A".repeat(65);
    for code in [
        "",
        " AccessDenied",
        "Access Denied",
        "Access-Denied",
        "Ünzulässig",
        "<b>AccessDenied",
        "AKIA/20260101/eu-west-1",
        &too_long,
    ] {
        assert_eq!(read(403, &json(code)), Err(unexpected(403)), "{code:?}");
        assert_eq!(read(403, &xml(code)), Err(unexpected(403)), "{code:?}");
    }
    let longest = "A".repeat(64);
    assert_eq!(read(403, &json(&longest)), Err(denied(403, &longest)));
}

#[test]
fn an_answer_cut_inside_the_code_has_none() {
    for body in [
        r#"{"Error":{"Code":"AccessDenied""#,
        r#"{"Error":{}}"#,
        r#"{"Error":"AccessDenied"}"#,
        r#"{"Code":"AccessDenied"}"#,
        "<ErrorResponse><Error><Code>AccessDenied",
    ] {
        assert_eq!(read(403, body), Err(unexpected(403)), "{body}");
    }
}

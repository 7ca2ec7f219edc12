//! Against the vectors that AWS published: of its documentation, and of its signing test suite.

use hyper::body::Bytes;

use super::*;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// The example of AWS's documentation of Signature Version 4.
const LIST_USERS: &str = "\
GET /?Action=ListUsers&Version=2010-05-08
host: iam.amazonaws.com
content-type: application/x-www-form-urlencoded; charset=utf-8
x-amz-date: 20150830T123600Z
authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
SignedHeaders=content-type;host;x-amz-date, \
Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";

/// A request from its request line, headers and, after an empty line, body.
fn received(text: &str) -> Received {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let (method, target) = lines.next().unwrap().split_once(' ').unwrap();
    let mut request = http::Request::builder().method(method).uri(target);
    for (name, value) in lines.map(|it| it.split_once(':').unwrap()) {
        request = request.header(name, value);
    }
    let body = Bytes::copy_from_slice(body.as_bytes());
    Received::new(request.body(body).unwrap())
}

fn judged(text: &str) -> Result<(), SignatureFault> {
    let request = received(text);
    let claim = Claim::of(&request)?.ok_or(SignatureFault::Missing)?;
    check_signature(&request, &claim, SECRET)
}

/// A vector of the test suite, which all have the same host, date and credential.
fn vector(request: &str, signed_headers: &str, signature: &str) -> String {
    let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
    format!(
        "{head}\nhost: example.amazonaws.com\nx-amz-date: 20150830T123600Z\nauthorization: \
         AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
         SignedHeaders={signed_headers}, Signature={signature}\n\n{body}"
    )
}

#[test]
fn the_documented_stages_are_reproduced() {
    let request = received(LIST_USERS);
    let claim = Claim::of(&request).unwrap().unwrap();
    let canonical = canonical::request(&request, &claim).unwrap();
    let string_to_sign = string_to_sign(&claim, &canonical);
    assert_eq!(
        string_to_sign,
        "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n\
         f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59"
    );
    let documented_key = "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9";
    let mut by_documented_key = keyed(&HEXLOWER.decode(documented_key.as_bytes()).unwrap());
    by_documented_key.update(b"message");
    let mut derived = key::derive(SECRET, &claim.scope);
    derived.update(b"message");
    assert_eq!(
        derived.finalize().into_bytes(),
        by_documented_key.finalize().into_bytes()
    );
    assert_eq!(judged(LIST_USERS), Ok(()));
}

#[test]
fn the_vectors_of_the_test_suite_are_accepted() {
    let (plain, token) = (
        "host;x-amz-date",
        "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267",
    );
    for (name, request, signed_headers, signature) in [
        (
            "get-header-value-trim",
            "GET /\nmy-header1: value1\nmy-header2: \"a   b   c\"",
            "host;my-header1;my-header2;x-amz-date",
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        ),
        (
            "get-header-key-duplicate",
            "GET /\nMy-Header1:value2\nMy-Header1:value2\nMy-Header1:value1",
            "host;my-header1;x-amz-date",
            "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
        ),
        (
            "get-vanilla-query-order-encoded",
            "GET /?Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
            plain,
            "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac",
        ),
        (
            "get-slashes-normalized",
            "GET //example//",
            plain,
            "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
        ),
        (
            "get-relative-relative-normalized",
            "GET /example1/example2/../..",
            plain,
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        ),
        (
            "get-unreserved",
            "GET /-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
            plain,
            "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
        ),
        (
            "post-vanilla-query",
            "POST /?Param1=value1",
            plain,
            "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
        ),
        (
            "post-x-www-form-urlencoded",
            "POST /\ncontent-type: application/x-www-form-urlencoded\ncontent-length: 13\n\
             x-amz-content-sha256: \
             9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e\n\nParam1=value1",
            "content-length;content-type;host;x-amz-content-sha256;x-amz-date",
            "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b",
        ),
        (
            "get-vanilla-with-session-token",
            &format!("GET /\nx-amz-security-token: {token}"),
            "host;x-amz-date;x-amz-security-token",
            "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
        ),
    ] {
        let request = vector(request, signed_headers, signature);
        assert_eq!(judged(&request), Ok(()), "{name}");
    }
}

#[test]
fn a_path_is_encoded_twice() {
    // `double-url-encode` of the test suite.
    let request = "POST /2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-west-2%3A892717189312\
                   %3Afunction%3Amy-rusty-fun/invocations\nhost:lambda.us-east-2.amazonaws.com\n\
                   x-amz-date:20210511T154045Z\nauthorization: AWS4-HMAC-SHA256 \
                   Credential=AKIDEXAMPLE/20210511/us-east-2/lambda/aws4_request, \
                   SignedHeaders=host;x-amz-date, \
                   Signature=4b93abbcc68be32bd64c18e2c71150660ab4c29bbd6c32a383a7517a88fc1804";
    assert_eq!(judged(request), Ok(()));
}

#[test]
fn presigned_vectors_are_accepted() {
    // `get-vanilla` and `get-vanilla-with-session-token` of the test suite, presigned.
    let token = "&X-Amz-Security-Token=\
                 6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";
    for (token, signature) in [
        (
            "",
            "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d",
        ),
        (
            token,
            "7ff2b50b376cb4d151970630573d6291dc128cc5c2a12ffb237f73cc53f67b6c",
        ),
    ] {
        let request = format!(
            "GET /?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830\
             %2Fus-east-1%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z\
             &X-Amz-SignedHeaders=host&X-Amz-Expires=3600{token}&X-Amz-Signature={signature}\n\
             host:example.amazonaws.com"
        );
        assert_eq!(judged(&request), Ok(()));
    }
}

#[test]
fn whatever_is_signed_counts() {
    for (signed, sent) in [
        ("GET /?", "POST /?"),
        ("GET /?", "GET /x?"),
        ("ListUsers", "ListRoles"),
        ("2010-05-08", "2010-05-08&More="),
        ("host: iam.", "host: sts."),
        ("utf-8", "utf-16"),
        ("content-type: ", "content-other: "),
        (
            "x-amz-date: 20150830T123600Z",
            "x-amz-date: 20150830T123601Z",
        ),
        ("20150830/us-east-1", "20150831/us-east-1"),
        ("us-east-1/iam", "us-east-2/iam"),
        ("/iam/", "/sts/"),
        ("Signature=5d67", "Signature=5d68"),
        ("Signature=5d67", "Signature=5D67"),
        ("a6f2b5d7", "a6f2b5d"),
        ("a6f2b5d7", "a6f2b5d7\n\nbody"),
        ("SignedHeaders=content-type;host", "SignedHeaders=host"),
    ] {
        let tampered = LIST_USERS.replace(signed, sent);
        assert_ne!(tampered, LIST_USERS, "{signed}");
        assert_eq!(judged(&tampered), Err(SignatureFault::Mismatch), "{sent}");
    }
}

#[test]
fn what_should_be_signed_must_be() {
    let host = LIST_USERS.replace("content-type;host;", "content-type;");
    let fault = judged(&host).unwrap_err().to_string();
    assert!(fault.contains("'Host' or ':authority'"), "{fault}");

    let extra = LIST_USERS.replace("x-amz-date: ", "x-amz-user-agent: a\nx-amz-date: ");
    let fault = judged(&extra).unwrap_err().to_string();
    assert!(
        fault.contains("'x-amz-user-agent' must be a 'SignedHeader'"),
        "{fault}"
    );

    let token = LIST_USERS.replace("x-amz-date: ", "x-amz-security-token: a\nx-amz-date: ");
    assert!(matches!(judged(&token), Err(SignatureFault::Scope(_))));
}

#[test]
fn a_content_hash_must_be_true() {
    for hash in ["UNSIGNED-PAYLOAD", &"0".repeat(64)] {
        let headers = "content-type;host;x-amz-content-sha256;x-amz-date";
        let request = LIST_USERS
            .replace(
                "x-amz-date: ",
                &format!("x-amz-content-sha256: {hash}\nx-amz-date: "),
            )
            .replace("content-type;host;x-amz-date", headers);
        assert_eq!(judged(&request), Err(SignatureFault::Mismatch), "{hash}");
    }
}

#[test]
fn an_incomplete_signature_is_told_what_it_lacks() {
    for (whole, incomplete, told) in [
        ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA512", "algorithm"),
        ("AWS4-HMAC-SHA256 ", "Bearer ", "algorithm"),
        ("Credential=", "Credentials=", "'Credential'"),
        ("SignedHeaders=", "Signed=", "'SignedHeaders'"),
        ("Signature=5d672d", "Sign=5d672d", "'Signature'"),
        (
            "SignedHeaders=",
            "Signature=1, SignedHeaders=",
            "each component once",
        ),
        ("x-amz-date: ", "date: ", "'X-Amz-Date'"),
        ("x-amz-date: ", "x-amz-date: 1\nx-amz-date: ", "only once"),
        ("T123600Z", "T123600", "ISO-8601"),
        ("/aws4_request", "", "5 slash-delimited"),
        ("AKIDEXAMPLE", "", "5 slash-delimited"),
        ("content-type;host", "host;content-type", "sorted"),
        ("content-type;host", "Content-Type;host", "lower case"),
        ("content-type;host", "host;host", "each once"),
        ("Version", "action=1&Version", "only once"),
        ("Version", "X-Amz-Algorithm=a&Version", "Only one"),
    ] {
        let request = LIST_USERS.replace(whole, incomplete);
        assert_ne!(request, LIST_USERS, "{whole}");
        match judged(&request) {
            Err(SignatureFault::Incomplete(text)) => assert!(text.contains(told), "{told}: {text}"),
            other => panic!("{told}: {other:?}"),
        }
    }
    let unsigned = LIST_USERS.split("\nauthorization").next().unwrap();
    assert_eq!(judged(unsigned), Err(SignatureFault::Missing));
}

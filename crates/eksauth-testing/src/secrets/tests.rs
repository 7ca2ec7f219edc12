use super::*;
use data_encoding::{BASE64, HEXLOWER, HEXUPPER};

/// Has everything that some encoding changes: `/ + =`, a quote, a backslash, a line feed.
const SECRET: &str = "wJalr/XUtn+FEMI=K7\"MDENG\\bPxRfi\nCYzEXAMPLEKEY";

fn scan() -> SecretScan {
    SecretScan::new().secret("secret access key", SECRET)
}

fn shows(scan: &SecretScan, text: impl AsRef<[u8]>) -> bool {
    scan.find(text.as_ref()).is_some()
}

#[test]
fn a_clean_text_passes() {
    scan().assert_clean("the log", "");
    scan().assert_clean(
        "the log",
        "signed for eu-west-1 with AKIDEXAMPLE, ends in 14 min",
    );
    // Fifteen bytes are not enough to tell.
    scan().assert_clean("the log", &SECRET[..15]);
}

#[test]
fn the_secret_itself_is_found_anywhere() {
    assert!(shows(&scan(), SECRET));
    assert!(shows(&scan(), format!("key: {SECRET}.")));
}

#[test]
fn every_sixteen_bytes_of_it_are_found() {
    for start in 0..=SECRET.len() - WINDOW {
        let piece = &SECRET[start..start + WINDOW];
        assert!(
            shows(&scan(), format!("{piece}…")),
            "the piece from {start} on is not found"
        );
    }
}

#[test]
fn its_percent_encoding_is_found() {
    // Between two changed characters there are never sixteen bytes here.
    let encoded = "%2FXUtn%2BFEMI%3DK7%22M";
    assert!(shows(&scan(), encoded));
}

#[test]
fn its_hex_is_found_in_both_cases() {
    assert!(shows(&scan(), HEXLOWER.encode(SECRET.as_bytes())));
    assert!(shows(&scan(), HEXUPPER.encode(SECRET.as_bytes())));
}

#[test]
fn its_base64_is_found_at_every_alignment() {
    for before in ["", "a", "ab", "abc", "abcd"] {
        for after in ["", "z", "zy", "zyx"] {
            let text = format!("{before}{SECRET}{after}");
            for encoding in [BASE64, BASE64URL_NOPAD] {
                let encoded = encoding.encode(text.as_bytes());
                assert!(
                    shows(&scan(), encoded),
                    "not found between {before:?} and {after:?}"
                );
            }
        }
    }
}

#[test]
fn each_base64_alphabet_is_found() {
    // Every third character of its base64 is `+` or `/`, in base64url `-` or `_`.
    let value = ">>>???".repeat(6);
    let scan = SecretScan::new().secret("key", &value);
    assert!(shows(&scan, BASE64.encode(value.as_bytes())));
    assert!(shows(&scan, BASE64URL_NOPAD.encode(value.as_bytes())));
}

#[test]
fn its_escapes_are_found() {
    // Each escape is shorter than sixteen bytes away from the next; `'` is none.
    let value = "a\"b'c\u{1}defghij\\klm\u{2}nopq";
    let scan = SecretScan::new().secret("key", value);
    assert!(shows(&scan, format!("{value:?}")));
    assert!(shows(
        &scan,
        serde_json::json!({ "key": value }).to_string()
    ));
    // A secret may end with what is quoted.
    let quote = SecretScan::new().secret("key", "ab\"cd\"");
    assert!(shows(&quote, format!("{:?}", "ab\"cd\"")));
}

#[test]
fn a_short_secret_is_found_whole_only() {
    let scan = SecretScan::new().secret("MFA code", "492817");
    assert!(shows(&scan, "code 492817 refused"));
    assert!(shows(&scan, HEXLOWER.encode(b"492817")));
    for before in ["", "a", "ab"] {
        assert!(shows(
            &scan,
            BASE64.encode(format!("{before}492817z").as_bytes())
        ));
    }
    scan.assert_clean("the error", "code 49281 refused");
}

#[test]
#[should_panic(expected = "too short")]
fn too_short_a_secret_is_refused() {
    let _ = SecretScan::new().secret("nothing", "");
}

#[test]
fn a_failure_names_the_secret_and_the_place_and_never_the_value() {
    let leak = || scan().assert_clean("the debug output", format!("key {SECRET}"));
    let message = *std::panic::catch_unwind(leak)
        .expect_err("a leak panics")
        .downcast::<String>()
        .expect("with a message");
    assert!(message.contains("the debug output"), "{message}");
    assert!(message.contains("secret access key"), "{message}");
    scan().assert_clean("the message", &message);
    scan().assert_clean("the scan's Debug", format!("{:?}", scan()));
}

/// In the URL of a token: encoded, since it has `/`, `+` and `=`.
const SESSION_TOKEN: &str = "IQoJb3JpZ2lu/X2Vj+EXAMPLE/SESSION+TOKEN==";
const SIGNATURE: &str = "10b80a4931bbba0b7a3e099ec099681a97134e4f7e6dbe1c2886e723cf98b715";

fn url(before: &str, session_token: Option<&str>) -> String {
    let security_token = session_token.map_or_else(String::new, |token| {
        let encoded = token
            .replace('/', "%2F")
            .replace('+', "%2B")
            .replace('=', "%3D");
        format!("X-Amz-Security-Token={encoded}&")
    });
    format!(
        "https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15\
         &X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE{before}%2F20260102%2F\
         eu-west-1%2Fsts%2Faws4_request&X-Amz-Date=20260102T030405Z&X-Amz-Expires=60&\
         {security_token}X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature={SIGNATURE}"
    )
}

fn token(url: &str) -> String {
    format!("k8s-aws-v1.{}", BASE64URL_NOPAD.encode(url.as_bytes()))
}

#[test]
fn a_token_is_found_whole_and_by_its_tail() {
    for before in ["", "1", "12"] {
        for session_token in [None, Some(SESSION_TOKEN)] {
            let url = url(before, session_token);
            let token = token(&url);
            let scan = SecretScan::new().token(&token);
            assert!(shows(&scan, &token));
            assert!(shows(&scan, &token[token.len() - 40..]));
            assert!(shows(&scan, &url));
            assert!(shows(&scan, SIGNATURE));
            assert!(shows(&scan, &SIGNATURE[20..40]));
        }
    }
}

#[test]
fn the_session_token_of_a_token_is_found_in_every_coat() {
    let url = url("", Some(SESSION_TOKEN));
    let token = token(&url);
    let scan = SecretScan::new().token(&token);
    assert!(shows(&scan, SESSION_TOKEN));
    assert!(shows(&scan, "lu%2FX2Vj%2BEXAMPLE"));
}

#[test]
fn a_token_cut_off_before_its_signature_is_found() {
    // The second one is little else than what a URL encodes.
    for session_token in [SESSION_TOKEN, "ab/cd+ef=gh/ij+kl=mn/op+qr=st/uv"] {
        let scan = SecretScan::new().token(&token(&url("", Some(session_token))));
        for before in ["", "1", "12"] {
            let url = url(before, Some(session_token));
            let end = url.find("X-Amz-SignedHeaders").expect("it is in the URL");
            let cut = "k8s-aws-v1.".len() + end * 4 / 3;
            assert!(
                shows(&scan, &token(&url)[..cut]),
                "not found after {before:?}"
            );
        }
    }
}

#[test]
fn what_every_token_starts_with_is_no_secret() {
    let url = url("", Some(SESSION_TOKEN));
    let token = token(&url);
    let scan = SecretScan::new().token(&token);
    let public = url
        .find("X-Amz-Security-Token")
        .expect("the URL has a session token");
    scan.assert_clean("the log", &url[..public]);
    scan.assert_clean("the log", &token[.."k8s-aws-v1.".len() + public * 4 / 3]);
    scan.assert_clean("the log", "host%3Bx-k8s-aws-id&X-Amz-Signature=[redacted]");
}

#[test]
#[should_panic(expected = "starts with k8s-aws-v1.")]
fn what_is_no_token_is_refused() {
    let _ = SecretScan::new().token("https://sts.amazonaws.com/");
}

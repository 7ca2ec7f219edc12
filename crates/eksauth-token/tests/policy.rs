//! Each rule of the accept policy, broken alone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use data_encoding::BASE64URL_NOPAD;
use eksauth_token::{Inspection, Partition, Policy, PresignedUrl, Problem};
use jiff::{SignedDuration, Timestamp};

const SIGNATURE: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// The URL of a token, in parts that a test can change.
struct Url {
    before_query: &'static str,
    query: Vec<(&'static str, String)>,
    after_query: &'static str,
}

impl Url {
    fn accepted() -> Self {
        let query = [
            ("Action", "GetCallerIdentity"),
            ("Version", "2011-06-15"),
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
            (
                "X-Amz-Credential",
                "AKIDEXAMPLE%2F20261124%2Fus-west-2%2Fsts%2Faws4_request",
            ),
            ("X-Amz-Date", "20261124T120000Z"),
            ("X-Amz-Expires", "60"),
            ("X-Amz-Security-Token", "abc%2Fdef%3D"),
            ("X-Amz-SignedHeaders", "host%3Bx-k8s-aws-id"),
            ("X-Amz-Signature", SIGNATURE),
        ];
        Self {
            before_query: "https://sts.us-west-2.amazonaws.com/?",
            query: query.map(|(name, value)| (name, value.to_owned())).to_vec(),
            after_query: "",
        }
    }

    fn at(before_query: &'static str) -> Self {
        Self {
            before_query,
            ..Self::accepted()
        }
    }

    fn ending(after_query: &'static str) -> Self {
        Self {
            after_query,
            ..Self::accepted()
        }
    }

    fn with(name: &str, value: &str) -> Self {
        let mut url = Self::accepted();
        let slot = url
            .query
            .iter_mut()
            .find(|(it, _)| *it == name)
            .expect("a known parameter");
        slot.1 = value.to_owned();
        url
    }

    fn without(name: &str) -> Self {
        let mut url = Self::accepted();
        url.query.retain(|(it, _)| *it != name);
        url
    }

    fn and(mut self, name: &'static str, value: &str) -> Self {
        self.query.push((name, value.to_owned()));
        self
    }

    fn and_first(mut self, name: &'static str, value: &str) -> Self {
        self.query.insert(0, (name, value.to_owned()));
        self
    }

    fn text(&self) -> String {
        let query: Vec<_> = self
            .query
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!(
            "{}{}{}",
            self.before_query,
            query.join("&"),
            self.after_query
        )
    }

    fn token(&self) -> String {
        encode(&self.text())
    }
}

fn encode(url: &str) -> String {
    format!("k8s-aws-v1.{}", BASE64URL_NOPAD.encode(url.as_bytes()))
}

fn noon() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn codes_at(token: &str, partition: Partition, now: Timestamp) -> Vec<&'static str> {
    let policy = Policy::new(partition);
    let inspection = Inspection::of(token, &policy, now);
    let codes: Vec<_> = inspection.problems().iter().map(Problem::code).collect();
    // The two ways to judge must agree, whatever the token.
    let first = PresignedUrl::decode(token, &policy, now).err();
    assert_eq!(first.as_ref(), inspection.problems().first());
    codes
}

fn codes(token: &str) -> Vec<&'static str> {
    codes_at(token, Partition::Aws, noon())
}

#[test]
fn a_token_within_the_rules_is_accepted_and_read() {
    let token = Url::accepted().token();
    assert_eq!(codes(&token), [""; 0]);
    let url = PresignedUrl::decode(&token, &Policy::new(Partition::Aws), noon()).unwrap();
    assert_eq!(url.expose(), Url::accepted().text());
    assert_eq!(url.host(), "sts.us-west-2.amazonaws.com");
    assert_eq!(url.region().unwrap().as_str(), "us-west-2");
    assert_eq!(url.partition(), Partition::Aws);
    assert_eq!(url.access_key_id(), "AKIDEXAMPLE");
    assert_eq!(url.signed_at(), noon());
    assert_eq!(url.expiry(), noon() + SignedDuration::from_mins(15));
}

#[test]
fn what_is_free_is_accepted() {
    let mut reversed = Url::accepted();
    reversed.query.reverse();
    for url in [
        reversed,
        Url::without("X-Amz-Security-Token"),
        Url::with("X-Amz-Expires", "0"),
        // Empty pairs carry nothing, and every program skips them.
        Url::ending("&&"),
        Url::with("X-Amz-Expires", "900"),
        Url::with("X-Amz-SignedHeaders", "Host%3BX-K8s-Aws-Id"),
        Url::with(
            "X-Amz-SignedHeaders",
            "x-k8s-aws-id;host".replace(';', "%3b").leak(),
        ),
        Url::with(
            "X-Amz-Credential",
            "AKIDEXAMPLE/20261124/us-west-2/sts/aws4_request",
        ),
        // Names are compared without case, as the incumbent does.
        Url::without("Action").and("action", "GetCallerIdentity"),
        Url::without("X-Amz-Date").and("x-amz-date", "20261124T120000Z"),
        // The name itself may be encoded, as long as it is one of the known.
        Url::without("Action").and("%41ction", "GetCallerIdentity"),
    ] {
        assert_eq!(codes(&url.token()), [""; 0], "{}", url.text());
    }
}

#[test]
fn each_rule_alone_refuses() {
    let long = "x".repeat(3200).leak();
    for (url, code) in [
        (Url::with("X-Amz-Security-Token", long), "too_large"),
        (Url::at("http://sts.us-west-2.amazonaws.com/?"), "scheme"),
        (Url::at("HTTPS://sts.us-west-2.amazonaws.com/?"), "scheme"),
        (
            Url::at("https://user@sts.us-west-2.amazonaws.com/?"),
            "user_info",
        ),
        (
            Url::at("https://user:pass@sts.us-west-2.amazonaws.com/?"),
            "user_info",
        ),
        (
            Url::at("https://@sts.us-west-2.amazonaws.com/?"),
            "user_info",
        ),
        (
            Url::at("https://sts.us-west-2.amazonaws.com.example.org/?"),
            "host",
        ),
        (Url::at("https://sts.us-west-2.amazonaws.com:443/?"), "host"),
        (Url::at("https://sts.us-west-2.amazonaws.com./?"), "host"),
        (Url::at("https://sts.us-west-2%2eamazonaws.com/?"), "host"),
        (Url::at("https:///?"), "host"),
        (Url::at("https://sts.us-west-2.amazonaws.com?"), "path"),
        (Url::at("https://sts.us-west-2.amazonaws.com//?"), "path"),
        (Url::at("https://sts.us-west-2.amazonaws.com/x?"), "path"),
        (Url::at("https://sts.us-west-2.amazonaws.com/%2F?"), "path"),
        (Url::ending("#fragment"), "fragment"),
        (Url::ending("#"), "fragment"),
        (Url::with("X-Amz-Security-Token", "a;b"), "malformed_query"),
        (Url::with("X-Amz-Security-Token", "%zz"), "malformed_query"),
        (Url::with("X-Amz-Security-Token", "%"), "malformed_query"),
        (Url::with("X-Amz-Security-Token", "%ff"), "malformed_query"),
        (Url::accepted().and("X-Amz-Foo", "1"), "unknown_parameter"),
        (Url::ending("&=x"), "unknown_parameter"),
        (
            Url::accepted().and("Action", "GetCallerIdentity"),
            "repeated_parameter",
        ),
        (Url::with("Action", "GetSessionToken"), "action"),
        (Url::with("Action", "getcalleridentity"), "action"),
        (Url::with("Action", ""), "action"),
        (Url::without("Action"), "action"),
        (
            Url::with("X-Amz-SignedHeaders", "host"),
            "cluster_header_not_signed",
        ),
        (
            Url::with("X-Amz-SignedHeaders", "host%3B%20x-k8s-aws-id"),
            "cluster_header_not_signed",
        ),
        (
            Url::without("X-Amz-SignedHeaders"),
            "cluster_header_not_signed",
        ),
        (Url::with("X-Amz-Expires", "901"), "expires"),
        (Url::with("X-Amz-Expires", "-1"), "expires"),
        (Url::with("X-Amz-Expires", "60s"), "expires"),
        (
            Url::with("X-Amz-Expires", "99999999999999999999"),
            "expires",
        ),
        (Url::without("X-Amz-Expires"), "expires"),
        (Url::with("X-Amz-Date", "20261124T110000Z"), "expired"),
        (Url::with("X-Amz-Date", "20261124T120501Z"), "not_yet_valid"),
        (Url::with("Version", "2011-06-16"), "version"),
        (Url::without("Version"), "version"),
        (
            Url::with("X-Amz-Algorithm", "AWS4-ECDSA-P256-SHA256"),
            "algorithm",
        ),
        (Url::without("X-Amz-Algorithm"), "algorithm"),
        (Url::without("X-Amz-Credential"), "credential"),
        (
            Url::with("X-Amz-Credential", "/20261124/us-west-2/sts/aws4_request"),
            "credential",
        ),
        (
            Url::with(
                "X-Amz-Credential",
                "AKID/20261123/us-west-2/sts/aws4_request",
            ),
            "credential",
        ),
        (
            Url::with(
                "X-Amz-Credential",
                "AKID/20261124/us-west-2/iam/aws4_request",
            ),
            "credential",
        ),
        (
            Url::with(
                "X-Amz-Credential",
                "AKID/20261124/us-west-2/sts/aws4_request/x",
            ),
            "credential",
        ),
        (
            Url::with(
                "X-Amz-Credential",
                "AKID/20261124/US-WEST-2/sts/aws4_request",
            ),
            "credential",
        ),
        (
            Url::with(
                "X-Amz-Credential",
                "system:x/20261124/us-west-2/sts/aws4_request",
            ),
            "credential",
        ),
        (
            Url::with(
                "X-Amz-Credential",
                "AKID/20261124/us-east-1/sts/aws4_request",
            ),
            "scope_region",
        ),
        (
            Url::with("X-Amz-SignedHeaders", "x-k8s-aws-id"),
            "signed_headers",
        ),
        (
            Url::with("X-Amz-SignedHeaders", "host%3Bx-amz-foo%3Bx-k8s-aws-id"),
            "signed_headers",
        ),
        (Url::without("X-Amz-Signature"), "signature"),
        (Url::with("X-Amz-Signature", "abc"), "signature"),
        (
            Url::with("X-Amz-Signature", &SIGNATURE.to_uppercase()),
            "signature",
        ),
    ] {
        assert_eq!(codes(&url.token()), [code], "{}", url.text());
    }
}

#[test]
fn a_date_that_cannot_be_read_leaves_the_credential_without_its_day() {
    for date in [
        "",
        "2026-11-24T12:00:00Z",
        "20261124T120000",
        "20261324T120000Z",
    ] {
        assert_eq!(
            codes(&Url::with("X-Amz-Date", date).token())[0],
            "date",
            "{date}"
        );
    }
    assert_eq!(
        codes(&Url::without("X-Amz-Date").token()),
        ["date", "credential"]
    );
}

#[test]
fn what_is_no_token_of_this_protocol_is_refused() {
    let token = Url::accepted().token();
    for (text, code) in [
        (String::new(), "prefix"),
        ("k8s-aws-v1".to_owned(), "prefix"),
        (token.replace("k8s-aws-v1.", "K8S-AWS-V1."), "prefix"),
        (token.replace("k8s-aws-v1.", "k8s-aws-v2."), "prefix"),
        (format!("Bearer {token}"), "prefix"),
        (format!(" {token}"), "prefix"),
        (format!("{token}="), "base64"),
        (format!("{token}\n"), "base64"),
        ("k8s-aws-v1.a+b/".to_owned(), "base64"),
        ("k8s-aws-v1.a".to_owned(), "base64"),
        // Trailing bits that decode to nothing: the same URL would have several tokens.
        ("k8s-aws-v1.QR".to_owned(), "base64"),
        ("k8s-aws-v1.".to_owned(), "malformed_url"),
        (encode("not a url"), "malformed_url"),
        (
            encode("sts.us-west-2.amazonaws.com/?Action=GetCallerIdentity"),
            "malformed_url",
        ),
        (
            encode("https://sts.us-west-2.amazonaws.com/?a=ü"),
            "malformed_url",
        ),
        (
            encode("https://sts.us-west-2.amazonaws.com/?a=\n"),
            "malformed_url",
        ),
        (
            encode("https://sts.us-west-2.amazonaws.com\\@example.org/?"),
            "malformed_url",
        ),
        (
            format!("k8s-aws-v1.{}", BASE64URL_NOPAD.encode(b"https://\xff\xfe")),
            "malformed_url",
        ),
    ] {
        assert_eq!(codes(&text), [code], "{text}");
    }
}

#[test]
fn the_size_limit_counts_the_prefix_and_is_inclusive() {
    // 3063 bytes are encoded to 4084, and the prefix has 11.
    let padded = |length: usize| {
        let rest = length - Url::with("X-Amz-Security-Token", "").text().len();
        Url::with("X-Amz-Security-Token", &"x".repeat(rest)).token()
    };
    assert_eq!(padded(3063).len(), 4095);
    assert_eq!(codes(&padded(3063)), [""; 0]);
    assert_eq!(padded(3064).len(), 4097);
    assert_eq!(codes(&padded(3064)), ["too_large"]);
    assert_eq!(codes(&"x".repeat(1 << 20)), ["too_large"]);
}

#[test]
fn times_are_judged_to_the_second_at_both_ends() {
    let token = Url::accepted().token();
    let judged = |seconds: i64| {
        codes_at(
            &token,
            Partition::Aws,
            noon() + SignedDuration::from_secs(seconds),
        )
    };
    assert_eq!(judged(15 * 60), [""; 0]);
    assert_eq!(judged(15 * 60 + 1), ["expired"]);
    assert_eq!(judged(-5 * 60), [""; 0]);
    assert_eq!(judged(-5 * 60 - 1), ["not_yet_valid"]);
    for extreme in [Timestamp::MIN, Timestamp::MAX] {
        assert_eq!(codes_at(&token, Partition::Aws, extreme).len(), 1);
    }
}

#[test]
fn the_partition_decides_which_hosts_are_accepted() {
    let china = Url {
        before_query: "https://sts.cn-north-1.amazonaws.com.cn/?",
        ..Url::with(
            "X-Amz-Credential",
            "AKID/20261124/cn-north-1/sts/aws4_request",
        )
    };
    assert_eq!(codes_at(&china.token(), Partition::AwsCn, noon()), [""; 0]);
    assert_eq!(codes_at(&china.token(), Partition::Aws, noon()), ["host"]);
    let inspection = Inspection::of(&china.token(), &Policy::new(Partition::Aws), noon());
    assert_eq!(inspection.partition(), Some(Partition::AwsCn));
    assert!(inspection.problems()[0].to_string().contains("`aws-cn`"));

    let global = Url {
        before_query: "https://sts.amazonaws.com/?",
        ..Url::with(
            "X-Amz-Credential",
            "AKID/20261124/us-east-1/sts/aws4_request",
        )
    };
    assert_eq!(codes(&global.token()), [""; 0]);
    assert_eq!(
        codes_at(&global.token(), Partition::AwsUsGov, noon()),
        ["host"]
    );
    let elsewhere = Url {
        before_query: "https://sts.amazonaws.com/?",
        ..Url::accepted()
    };
    assert_eq!(codes(&elsewhere.token()), ["scope_region"]);
}

/// CVE-2022-2385: one parameter in two spellings, of which verifier and STS each read another.
#[test]
fn parameters_cannot_be_smuggled_in() {
    let smuggled = [
        ("Action", "action", "GetSessionToken"),
        ("Action", "ACTION", "GetCallerIdentity"),
        ("Version", "version", "2011-06-15"),
        ("X-Amz-Algorithm", "x-amz-algorithm", "AWS4-HMAC-SHA256"),
        (
            "X-Amz-Credential",
            "x-amz-credential",
            "AKIDOTHER/20261124/us-west-2/sts/aws4_request",
        ),
        ("X-Amz-Date", "X-AMZ-DATE", "20261124T120000Z"),
        ("X-Amz-Expires", "x-amz-expires", "900"),
        ("X-Amz-Security-Token", "x-amz-security-token", "other"),
        ("X-Amz-SignedHeaders", "x-amz-signedheaders", "host"),
        (
            "X-Amz-SignedHeaders",
            "X-Amz-signedheaders",
            "host%3Bx-k8s-aws-id",
        ),
        ("X-Amz-Signature", "x-amz-signature", SIGNATURE),
        // Two spellings that differ in their encoding are the same name twice.
        (
            "X-Amz-Credential",
            "X-Amz-Credentia%6c",
            "AKIDOTHER/20261124/us-west-2/sts/aws4_request",
        ),
        ("X-Amz-SignedHeaders", "%58-Amz-SignedHeaders", "host"),
    ];
    for (name, spelling, value) in smuggled {
        for url in [
            Url::accepted().and(spelling, value),
            Url::accepted().and_first(spelling, value),
            Url::accepted().and(spelling, ""),
        ] {
            let codes = codes(&url.token());
            let expected = if spelling.contains('%') {
                "repeated_parameter"
            } else {
                "parameter_spelled_twice"
            };
            assert_eq!(codes[0], expected, "{}", url.text());
            let policy = Policy::new(Partition::Aws);
            let problem = PresignedUrl::decode(&url.token(), &policy, noon()).unwrap_err();
            assert!(
                problem.to_string().contains(&format!("`{name}`")),
                "{problem}"
            );
        }
    }
}

#[test]
fn two_spellings_come_first_wherever_they_stand() {
    let url = Url::accepted()
        .and("X-Amz-Foo", "1")
        .and("Version", "1")
        .and("action", "x");
    assert_eq!(
        codes(&url.token()),
        [
            "parameter_spelled_twice",
            "unknown_parameter",
            "repeated_parameter"
        ]
    );
}

#[test]
fn inspection_finds_everything_that_is_wrong() {
    let mut url = Url::with("X-Amz-Date", "20261124T110000Z");
    url.before_query = "http://sts.example.org/x?";
    let url = url.and("X-Amz-Foo", "1");
    let token = url.token();
    assert_eq!(
        codes(&token),
        ["scheme", "host", "path", "unknown_parameter", "expired"]
    );
    let inspection = Inspection::of(&token, &Policy::new(Partition::Aws), noon());
    assert_eq!(inspection.host(), Some("sts.example.org"));
    assert_eq!(inspection.partition(), None);
    assert_eq!(inspection.region(), Some("us-west-2"));
    assert_eq!(inspection.access_key_id(), Some("AKIDEXAMPLE"));
    assert!(inspection.cluster_header_signed() && inspection.has_session_token());
    assert_eq!(
        inspection.expiry().unwrap().to_string(),
        "2026-11-24T11:15:00Z"
    );
}

#[test]
fn no_message_shows_what_may_be_secret() {
    let secret = SIGNATURE;
    for url in [
        Url::accepted().and_first(SIGNATURE, "1"),
        Url::ending(concat!(
            "&X-Amz-Signature%3D0123456789abcdef0123456789abcdef",
            "="
        )),
        Url::with("Action", SIGNATURE),
        Url::with("X-Amz-Date", SIGNATURE),
        Url::with("X-Amz-Credential", SIGNATURE),
        Url::with("X-Amz-Expires", SIGNATURE),
        Url::with("Version", SIGNATURE),
    ] {
        let inspection = Inspection::of(&url.token(), &Policy::new(Partition::Aws), noon());
        assert!(!inspection.is_valid());
        let shown = format!("{inspection:?} {}", messages(&inspection));
        assert!(!shown.contains(&secret[..16]), "{shown}");
    }
    for authority in ["AKID:sesame@sts.us-west-2.amazonaws.com", "se$ame"] {
        let token = encode(&format!("https://{authority}/?"));
        let inspection = Inspection::of(&token, &Policy::new(Partition::Aws), noon());
        let shown = format!("{inspection:?} {}", messages(&inspection));
        assert!(
            !shown.contains("ame@") && !shown.contains("se$ame"),
            "{shown}"
        );
    }
}

fn messages(inspection: &Inspection) -> String {
    inspection
        .problems()
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

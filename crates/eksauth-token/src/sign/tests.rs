use serde::Deserialize;

use super::*;
use crate::{EndpointOptions, Region};

/// Made by `vectors/generate.py`.
const GOLDEN: &str = include_str!("../../vectors/golden.json");

#[derive(Deserialize)]
struct Vector {
    name: String,
    cluster: String,
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    host: String,
    region: String,
    sdk_region: Option<String>,
    at: Timestamp,
    canonical_request: String,
    string_to_sign: String,
    signature: String,
    url: String,
    token: String,
}

impl Vector {
    fn all() -> Vec<Self> {
        serde_json::from_str(GOLDEN).unwrap()
    }

    fn signer(&self) -> Signer {
        let mut credentials = SigningCredentials::new(&self.access_key_id, &self.secret_access_key);
        if let Some(session_token) = &self.session_token {
            credentials = credentials.with_session_token(session_token);
        }
        let region = Region::new(self.sdk_region.as_ref().unwrap_or(&self.region)).unwrap();
        Signer::new(
            credentials,
            StsEndpoint::new(&region, EndpointOptions::default()),
        )
        .unwrap()
    }
}

fn url_in(token: &str) -> String {
    let encoded = token.strip_prefix(crate::TOKEN_PREFIX).unwrap();
    let url = data_encoding::BASE64URL_NOPAD.decode(encoded.as_bytes());
    String::from_utf8(url.unwrap()).unwrap()
}

fn collected(write_all: impl FnOnce(&mut dyn FnMut(&[u8]))) -> String {
    let mut bytes = Vec::new();
    write_all(&mut |part| bytes.extend_from_slice(part));
    String::from_utf8(bytes).unwrap()
}

#[test]
fn every_stage_is_what_botocore_computes() {
    let vectors = Vector::all();
    assert!(vectors.len() > 20);
    for vector in vectors {
        let name = &vector.name;
        let signer = vector.signer();
        let cluster = ClusterId::new(&vector.cluster).unwrap();
        let date = AmzDate::of(vector.at).unwrap();

        assert_eq!(signer.endpoint().host(), vector.host, "{name}");
        let request = collected(|write| signer.canonical_request(&cluster, date, write));
        assert_eq!(request, vector.canonical_request, "{name}");
        let hash = Sha256::digest(request.as_bytes()).into();
        let string = collected(|write| signer.string_to_sign(&hash, date, write));
        assert_eq!(string, vector.string_to_sign, "{name}");
        assert_eq!(
            signer.signature(&cluster, date).as_slice(),
            vector.signature.as_bytes(),
            "{name}"
        );
        let token = signer.sign(&cluster, vector.at).unwrap();
        assert_eq!(url_in(token.expose()), vector.url, "{name}");
        assert_eq!(token.expose(), vector.token, "{name}");
    }
}

#[test]
fn buffers_are_reserved_to_the_byte_so_that_no_secret_is_left_behind_by_growing() {
    for vector in Vector::all() {
        let signer = vector.signer();
        let cluster = ClusterId::new(&vector.cluster).unwrap();
        let text = signer.template.token(
            AmzDate::of(vector.at).unwrap(),
            &signer.signature(&cluster, AmzDate::of(vector.at).unwrap()),
        );
        assert_eq!(*text, vector.token);
        assert_eq!(text.capacity(), text.len());
    }
}

fn signer_until(expiry: Option<&str>) -> Signer {
    let mut credentials = SigningCredentials::new("AKID", "secret");
    if let Some(expiry) = expiry {
        credentials = credentials.with_expiry(expiry.parse().unwrap());
    }
    let endpoint = StsEndpoint::new(
        &Region::from_static("us-east-1"),
        EndpointOptions::default(),
    );
    Signer::new(credentials, endpoint).unwrap()
}

fn announced(expiry: Option<&str>, at: &str) -> Result<String, SignError> {
    let token = signer_until(expiry).sign(&ClusterId::new("c").unwrap(), at.parse().unwrap())?;
    Ok(token.announced_expiry().to_string())
}

#[test]
fn the_announced_end_is_a_minute_before_the_earlier_of_request_and_credentials() {
    for (expiry, expected) in [
        (None, "2026-11-24T12:14:00Z"),
        (Some("2026-11-24T18:00:00Z"), "2026-11-24T12:14:00Z"),
        (Some("2026-11-24T12:15:00Z"), "2026-11-24T12:14:00Z"),
        (Some("2026-11-24T12:14:59Z"), "2026-11-24T12:13:59Z"),
        (Some("2026-11-24T12:05:00.750Z"), "2026-11-24T12:04:00Z"),
        (Some("2026-11-24T12:01:01Z"), "2026-11-24T12:00:01Z"),
    ] {
        assert_eq!(
            announced(expiry, "2026-11-24T12:00:00Z").as_deref(),
            Ok(expected),
            "{expiry:?}"
        );
    }
}

#[test]
fn credentials_too_close_to_their_end_are_an_error_and_not_a_dead_token() {
    for expiry in [
        "2026-11-24T12:01:00Z",
        "2026-11-24T12:00:00Z",
        "2020-01-01T00:00:00Z",
    ] {
        let error = announced(Some(expiry), "2026-11-24T12:00:00Z").unwrap_err();
        assert!(
            matches!(error, SignError::CredentialsExpiring { .. }),
            "{error:?}"
        );
    }
    // With the fraction of a second counted, a minute is not left any more.
    assert!(announced(Some("2026-11-24T12:01:01Z"), "2026-11-24T12:00:01.001Z").is_err());
}

#[test]
fn times_at_the_ends_of_the_calendar_are_errors_or_tokens_but_no_panics() {
    let cluster = ClusterId::new("c").unwrap();
    let signer = signer_until(None);
    assert!(matches!(
        signer.sign(&cluster, Timestamp::MIN),
        Err(SignError::SigningTime { .. })
    ));
    assert!(signer.sign(&cluster, Timestamp::MAX).is_err());
}

#[test]
fn holes_are_filled_wherever_they_fall_in_a_group_of_base64() {
    for length in 1..=9 {
        let credentials = SigningCredentials::new("A".repeat(length), "secret");
        let endpoint = StsEndpoint::new(
            &Region::from_static("us-east-1"),
            EndpointOptions::default(),
        );
        let signer = Signer::new(credentials, endpoint).unwrap();
        let token = signer
            .sign(
                &ClusterId::new("c").unwrap(),
                "2026-11-24T12:34:56Z".parse().unwrap(),
            )
            .unwrap();
        let url = url_in(token.expose());
        assert!(
            url.contains(&format!(
                "={}%2F20261124%2Fus-east-1%2F",
                "A".repeat(length)
            )),
            "{url}"
        );
        assert!(url.contains("&X-Amz-Date=20261124T123456Z&"), "{url}");
        let (_, signature) = url.rsplit_once("&X-Amz-Signature=").unwrap();
        let date = AmzDate::of(token.signed_at()).unwrap();
        let expected = signer.signature(&ClusterId::new("c").unwrap(), date);
        assert_eq!(signature.as_bytes(), expected.as_slice());
    }
}

#[test]
fn a_new_day_has_a_new_key() {
    let cluster = ClusterId::new("c").unwrap();
    let signer = signer_until(None);
    let sign = |at: &str| signer.sign(&cluster, at.parse().unwrap()).unwrap();
    let before = sign("2026-11-24T23:59:59Z");
    let after = sign("2026-11-25T00:00:00Z");
    let fresh = signer_until(None)
        .sign(&cluster, after.signed_at())
        .unwrap();
    assert_eq!(after.expose(), fresh.expose());
    assert_eq!(sign("2026-11-24T23:59:59Z").expose(), before.expose());
}

#[test]
fn a_session_token_too_long_for_verifiers_is_refused_before_signing() {
    let endpoint = StsEndpoint::new(
        &Region::from_static("us-east-1"),
        EndpointOptions::default(),
    );
    let signer = |length: usize| {
        let credentials =
            SigningCredentials::new("AKID", "s").with_session_token("x".repeat(length));
        Signer::new(credentials, endpoint.clone())
    };
    let cluster = ClusterId::new("c").unwrap();
    let longest = (1..MAX_TOKEN_LEN)
        .rev()
        .find(|length| signer(*length).is_ok())
        .unwrap();
    let token = signer(longest)
        .unwrap()
        .sign(&cluster, "2026-11-24T12:00:00Z".parse().unwrap());
    assert!((MAX_TOKEN_LEN - 2..=MAX_TOKEN_LEN).contains(&token.unwrap().expose().len()));
    let error = signer(longest + 1).unwrap_err();
    assert!(matches!(error, SignError::SessionTokenTooLong { .. }));
    assert!(
        error
            .to_string()
            .contains(&format!("{} bytes", longest + 1)),
        "{error}"
    );
}

#[test]
fn empty_credentials_are_refused() {
    let endpoint = StsEndpoint::new(
        &Region::from_static("us-east-1"),
        EndpointOptions::default(),
    );
    for (id, secret) in [("", "s"), ("AKID", ""), ("", "")] {
        let result = Signer::new(SigningCredentials::new(id, secret), endpoint.clone());
        assert_eq!(result.unwrap_err(), SignError::EmptyCredentials);
    }
}

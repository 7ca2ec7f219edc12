//! What a token costs in process: beside the floor of hashing the same bytes, and beside
//! `aws-sigv4`, in one run.
//!
//!     cargo bench -p eksauth-token
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark fails by panicking"
)]

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use divan::Bencher;
use eksauth_token::{
    ClusterId, EndpointOptions, Partition, Policy, PresignedUrl, Region, Signer,
    SigningCredentials, StsEndpoint,
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

/// Lengths of the session token, in bytes: none, and that of an assumed role.
const SESSION_TOKENS: [usize; 2] = [0, 1000];

fn main() {
    divan::main();
}

fn now() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn session_token(length: usize) -> Option<String> {
    (length > 0).then(|| {
        "IQoJb3JpZ2luX2VjEPT+/="
            .chars()
            .cycle()
            .take(length)
            .collect()
    })
}

fn signer(length: usize) -> Signer {
    let mut credentials = SigningCredentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG");
    if let Some(session_token) = session_token(length) {
        credentials = credentials.with_session_token(session_token);
    }
    let endpoint = StsEndpoint::new(
        &Region::new("us-east-1").unwrap(),
        EndpointOptions::default(),
    );
    Signer::new(credentials, endpoint).unwrap()
}

fn token(length: usize) -> String {
    let token = signer(length)
        .sign(&ClusterId::new("prod").unwrap(), now())
        .unwrap();
    token.expose().to_owned()
}

fn url(length: usize) -> String {
    let token = token(length);
    let url = BASE64URL_NOPAD.decode(token.trim_start_matches("k8s-aws-v1.").as_bytes());
    String::from_utf8(url.unwrap()).unwrap()
}

/// The least that any signer must do: hash the canonical request, authenticate the string to sign
/// under a key at hand, and encode the URL.
#[divan::bench(args = SESSION_TOKENS)]
fn sign_floor(bencher: Bencher<'_, '_>, length: usize) {
    let url = url(length);
    let (_, query) = url.split_once('?').unwrap();
    let (query, _) = query.rsplit_once("&X-Amz-Signature=").unwrap();
    let request = format!(
        "GET\n/\n{query}\nhost:sts.us-east-1.amazonaws.com\nx-k8s-aws-id:prod\n\n\
         host;x-k8s-aws-id\n{}",
        "0".repeat(64)
    );
    let key = Hmac::<Sha256>::new_from_slice(&[7; 32]).unwrap();
    let mut string_to_sign =
        *b"AWS4-HMAC-SHA256\n20261124T120000Z\n20261124/us-east-1/sts/aws4_request\n\
           0000000000000000000000000000000000000000000000000000000000000000";
    let hash_at = string_to_sign.len() - 64;
    bencher.bench_local(|| {
        let hash: [u8; 32] = Sha256::digest(black_box(&request)).into();
        HEXLOWER.encode_mut(&hash, &mut string_to_sign[hash_at..]);
        let mut mac = key.clone();
        mac.update(&string_to_sign);
        black_box(mac.finalize());
        BASE64URL_NOPAD.encode(black_box(url.as_bytes()))
    });
}

#[divan::bench(args = SESSION_TOKENS)]
fn sign_with_the_days_key(bencher: Bencher<'_, '_>, length: usize) {
    let (signer, cluster, now) = (signer(length), ClusterId::new("prod").unwrap(), now());
    bencher.bench_local(|| signer.sign(black_box(&cluster), black_box(now)).unwrap());
}

/// As in a process that signs once.
#[divan::bench(args = SESSION_TOKENS)]
fn sign_from_scratch(bencher: Bencher<'_, '_>, length: usize) {
    let (cluster, now) = (ClusterId::new("prod").unwrap(), now());
    bencher.bench_local(|| {
        signer(length)
            .sign(black_box(&cluster), black_box(now))
            .unwrap()
    });
}

#[divan::bench(args = SESSION_TOKENS)]
fn sign_aws_sigv4(bencher: Bencher<'_, '_>, length: usize) {
    let session_token = session_token(length);
    let identity = Credentials::new(
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG",
        session_token,
        None,
        "bench",
    )
    .into();
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(now().as_second().unsigned_abs());
    bencher.bench_local(|| {
        let mut settings = SigningSettings::default();
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(Duration::from_secs(60));
        settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region("us-east-1")
            .name("sts")
            .time(time)
            .settings(settings)
            .build()
            .unwrap()
            .into();
        let url =
            "https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15";
        let headers = [("x-k8s-aws-id", "prod")];
        let request =
            SignableRequest::new("GET", url, headers.into_iter(), SignableBody::Bytes(&[]))
                .unwrap();
        let (instructions, _) = sign(request, &params).unwrap().into_parts();
        let mut request = http::Request::builder().uri(url).body(()).unwrap();
        instructions.apply_to_request_http1x(&mut request);
        BASE64URL_NOPAD.encode(request.uri().to_string().as_bytes())
    });
}

#[divan::bench(args = SESSION_TOKENS)]
fn decode_and_judge(bencher: Bencher<'_, '_>, length: usize) {
    let (token, policy, now) = (token(length), Policy::new(Partition::Aws), now());
    bencher.bench_local(|| PresignedUrl::decode(black_box(&token), &policy, now).unwrap());
}

/// Tokens that are refused before anything is decoded, and the longest ones that are not.
#[divan::bench(args = ["prefix", "base64", "too_large", "action"])]
fn refuse(bencher: Bencher<'_, '_>, problem: &str) {
    let (policy, now) = (Policy::new(Partition::Aws), now());
    let token = match problem {
        "prefix" => "eyJhbGciOiJSUzI1NiJ9.".repeat(40),
        "base64" => format!("k8s-aws-v1.{}=", "A".repeat(600)),
        "too_large" => format!("k8s-aws-v1.{}", "A".repeat(60_000)),
        _ => {
            let url = url(0).replace("GetCallerIdentity", "GetSessionToken");
            format!("k8s-aws-v1.{}", BASE64URL_NOPAD.encode(url.as_bytes()))
        }
    };
    let found = PresignedUrl::decode(&token, &policy, now).unwrap_err();
    assert_eq!(found.code(), problem);
    bencher.bench_local(|| PresignedUrl::decode(black_box(&token), &policy, now).unwrap_err());
}

//! Properties over generated input, with `aws-sigv4` as a second signer.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use data_encoding::BASE64URL_NOPAD;
use eksauth_token::{
    Arn, ArnPattern, ClusterId, EndpointOptions, Inspection, Partition, Policy, PresignedUrl,
    Region, Signer, SigningCredentials, StsEndpoint,
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

/// The query parameters of a URL. Their order is free, and the two signers' differ.
fn parameters(url: &str) -> BTreeMap<String, String> {
    let (_, query) = url.split_once('?').unwrap();
    query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn signed_by_aws_sigv4(
    key: &(String, String, Option<String>),
    endpoint: &StsEndpoint,
    cluster: &str,
    at: Timestamp,
) -> BTreeMap<String, String> {
    let identity = Credentials::new(&key.0, &key.1, key.2.clone(), None, "test").into();
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(Duration::from_secs(60));
    settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(endpoint.signing_region().as_str())
        .name("sts")
        .time(SystemTime::UNIX_EPOCH + Duration::from_secs(at.as_second().unsigned_abs()))
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let url = format!(
        "https://{}/?Action=GetCallerIdentity&Version=2011-06-15",
        endpoint.host()
    );
    let headers = [("x-k8s-aws-id", cluster)];
    let request =
        SignableRequest::new("GET", &url, headers.into_iter(), SignableBody::Bytes(&[])).unwrap();
    let (instructions, _) = sign(request, &params).unwrap().into_parts();
    let mut request = http_request(&url);
    instructions.apply_to_request_http1x(&mut request);
    parameters(&request.uri().to_string())
}

fn http_request(url: &str) -> http::Request<()> {
    http::Request::builder().uri(url).body(()).unwrap()
}

fn key() -> impl Strategy<Value = (String, String, Option<String>)> {
    (
        "[A-Z0-9]{16,32}",
        "[A-Za-z0-9/+]{1,64}",
        proptest::option::of("[ -~]{1,1000}"),
    )
}

fn region() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "us-east-1",
        "eu-central-1",
        "cn-north-1",
        "us-gov-west-1",
        "us-iso-east-1",
        "eusc-de-east-1",
        "aws-global",
    ])
}

fn instant() -> impl Strategy<Value = Timestamp> {
    (0_i64..4_000_000_000).prop_map(|second| Timestamp::from_second(second).unwrap())
}

fn signer(key: &(String, String, Option<String>), endpoint: &StsEndpoint) -> Signer {
    let mut credentials = SigningCredentials::new(&key.0, &key.1);
    if let Some(session_token) = &key.2 {
        credentials = credentials.with_session_token(session_token);
    }
    Signer::new(credentials, endpoint.clone()).unwrap()
}

proptest! {
    #[test]
    fn aws_sigv4_signs_the_same(
        key in key(),
        region in region(),
        fips: bool,
        cluster in "[!-~]([ -~]{0,98}[!-~])?",
        at in instant(),
    ) {
        let options = EndpointOptions { fips, ..Default::default() };
        let endpoint = StsEndpoint::new(&Region::new(region).unwrap(), options);
        let token = signer(&key, &endpoint).sign(&ClusterId::new(&cluster).unwrap(), at).unwrap();
        let encoded = token.expose().strip_prefix("k8s-aws-v1.").unwrap();
        let url = String::from_utf8(BASE64URL_NOPAD.decode(encoded.as_bytes()).unwrap()).unwrap();
        prop_assert_eq!(parameters(&url), signed_by_aws_sigv4(&key, &endpoint, &cluster, at));
    }

    #[test]
    fn what_is_signed_here_is_accepted_here(
        key in key(),
        region in region(),
        fips: bool,
        dual_stack: bool,
        at in instant(),
        age in -300_i64..=900,
    ) {
        let options = EndpointOptions { fips, dual_stack, legacy_global: false };
        // The pseudo region has a plain endpoint only.
        prop_assume!(region != "aws-global" || options == EndpointOptions::default());
        let endpoint = StsEndpoint::new(&Region::new(region).unwrap(), options);
        let partition = endpoint.partition();
        prop_assume!(!dual_stack || partition.verifies_dual_stack());
        let token = signer(&key, &endpoint).sign(&ClusterId::new("c").unwrap(), at).unwrap();
        let now = at + SignedDuration::from_secs(age);
        let url = PresignedUrl::decode(token.expose(), &Policy::new(partition), now).unwrap();
        prop_assert_eq!(url.host(), endpoint.host());
        prop_assert_eq!(url.access_key_id(), key.0);
        prop_assert_eq!(url.signed_at(), at);
        let again = format!("k8s-aws-v1.{}", BASE64URL_NOPAD.encode(url.expose().as_bytes()));
        prop_assert_eq!(again, token.expose());
    }

    #[test]
    fn any_change_of_a_byte_is_found_or_leaves_a_different_request(
        at in 0_usize..600,
        byte in any::<u8>(),
    ) {
        let endpoint = StsEndpoint::new(&Region::new("us-east-1").unwrap(), EndpointOptions::default());
        let key = ("AKIDEXAMPLE".to_owned(), "secret".to_owned(), Some("token".to_owned()));
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let token = signer(&key, &endpoint).sign(&ClusterId::new("c").unwrap(), now).unwrap();
        let mut changed = token.expose().as_bytes().to_vec();
        let at = at % changed.len();
        prop_assume!(changed[at] != byte);
        changed[at] = byte;
        if let Ok(changed) = String::from_utf8(changed) {
            let original = PresignedUrl::decode(token.expose(), &Policy::new(Partition::Aws), now).unwrap();
            if let Ok(url) = PresignedUrl::decode(&changed, &Policy::new(Partition::Aws), now) {
                prop_assert_ne!(url.expose(), original.expose());
            }
        }
    }

    #[test]
    fn foreign_text_never_panics_and_both_ways_to_judge_agree(
        text in prop_oneof![
            any::<String>(),
            any::<Vec<u8>>().prop_map(|bytes| format!("k8s-aws-v1.{}", BASE64URL_NOPAD.encode(&bytes))),
            "https://(sts\\.us-east-1\\.amazonaws\\.com|[a-z.@:]{1,20})/?\\?([A-Za-z%-]{0,12}=[ -~]{0,12}&){0,12}"
                .prop_map(|url| format!("k8s-aws-v1.{}", BASE64URL_NOPAD.encode(url.as_bytes()))),
        ],
    ) {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let policy = Policy::new(Partition::Aws);
        let inspection = Inspection::of(&text, &policy, now);
        let first = PresignedUrl::decode(&text, &policy, now).err();
        prop_assert_eq!(first.as_ref(), inspection.problems().first());
    }

    #[test]
    fn canonical_arns_are_their_own_canonical_form(
        service in "(iam|sts)",
        resource in "(assumed-role|role|user|root|federated-user|group)(/[A-Za-z0-9+=,.@_-]{0,8}){0,4}",
    ) {
        let text = format!("arn:aws:{service}::123456789012:{resource}");
        if let Ok(canonical) = Arn::parse(&text).unwrap().canonical() {
            let again = Arn::parse(&canonical).unwrap();
            prop_assert_eq!(again.canonical().unwrap(), canonical.clone());
            prop_assert!(ArnPattern::new(&canonical).unwrap().matches(&canonical).unwrap());
            let short = again.without_path().into_owned();
            prop_assert_eq!(Arn::parse(&short).unwrap().without_path(), short.clone());
        }
    }
}

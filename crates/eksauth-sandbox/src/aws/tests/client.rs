//! A client that signs as the AWS SDK for Rust does.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_async::time::TimeSource as _;
use eksauth_testing::ManualTime;
use http::StatusCode;
use serde_json::Value;

use super::super::*;

pub(super) const STS: &str = "sts.eu-west-1.amazonaws.com";
pub(super) const EKS: &str = "eks.eu-west-1.amazonaws.com";

const FORM: &str = "application/x-www-form-urlencoded";

/// A local AWS, its clock and its switches.
pub(super) struct Sandbox {
    pub(super) aws: Aws,
    pub(super) time: ManualTime,
    pub(super) faults: Faults,
    pub(super) counters: Arc<Counters>,
}

/// Somebody with credentials.
#[derive(Clone)]
pub(super) struct Client {
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) token: Option<String>,
    pub(super) region: &'static str,
    pub(super) now: SystemTime,
}

/// An answer, its body as JSON.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: http::HeaderMap,
    pub(super) json: Value,
}

impl Sandbox {
    pub(super) fn new() -> Self {
        Self::of(&World::default())
    }

    pub(super) fn of(world: &World) -> Self {
        let time = ManualTime::at_unix(1_795_521_600);
        let (faults, counters) = (Faults::default(), Arc::new(Counters::default()));
        let options = AwsOptions {
            time_source: time.shared(),
            presigned_lifetime: Duration::from_secs(900),
        };
        let aws = Aws::new(world, options, faults.clone(), Arc::clone(&counters)).unwrap();
        Self {
            aws,
            time,
            faults,
            counters,
        }
    }

    /// A user of the world, by name, as of now.
    pub(super) fn user(&self, name: &str) -> Client {
        let keys = self.aws.access_keys();
        let key = keys.iter().find(|it| it.user_name == name).unwrap();
        Client {
            id: key.id.clone(),
            secret: key.secret.to_string(),
            token: None,
            region: "eu-west-1",
            now: self.time.now(),
        }
    }

    /// A session of a role of the first account, as of now.
    pub(super) fn session(&self, role: &str) -> Client {
        let arn = format!("arn:aws:iam::111122223333:role/{role}");
        let session = self.aws.session(&arn, "test-session").unwrap();
        Client {
            id: session.access_key_id().to_owned(),
            secret: session.secret_access_key().to_owned(),
            token: Some(session.session_token().to_owned()),
            ..self.user("developer")
        }
    }

    pub(super) async fn ask(&self, request: Request<Bytes>) -> Answer {
        let response = self.aws.answer(request).await.expect("no outage");
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            json: serde_json::from_slice(&body).unwrap_or_default(),
        }
    }

    /// The error code that a request gets; `""` when it is granted.
    pub(super) async fn code(&self, request: Request<Bytes>) -> String {
        self.ask(request).await.code()
    }
}

impl Answer {
    pub(super) fn code(&self) -> String {
        let header = self.headers.get("x-amzn-errortype");
        let code = header.map(|it| it.to_str().unwrap());
        let code = code.or_else(|| self.json["Error"]["Code"].as_str());
        let code = code.unwrap_or_default().to_owned();
        assert_eq!(
            code.is_empty(),
            self.status.is_success(),
            "{code} {}",
            self.status
        );
        code
    }

    pub(super) fn message(&self) -> &str {
        let message = self.json["Error"]["Message"].as_str();
        message
            .or_else(|| self.json["message"].as_str())
            .unwrap_or_default()
    }

    /// What is in the two envelopes of STS.
    pub(super) fn result(&self) -> &Value {
        let response = self.json.as_object().unwrap().values().next().unwrap();
        let mut members = response.as_object().unwrap().iter();
        members
            .find(|(name, _)| name.ends_with("Result"))
            .unwrap()
            .1
    }

    /// Whoever the credentials in this answer make one.
    pub(super) fn client(&self, of: &Client) -> Client {
        let credentials = &self.result()["Credentials"];
        let text = |name: &str| credentials[name].as_str().unwrap().to_owned();
        Client {
            id: text("AccessKeyId"),
            secret: text("SecretAccessKey"),
            token: Some(text("SessionToken")),
            ..of.clone()
        }
    }
}

impl Client {
    /// The presigned request of a token for a cluster.
    pub(super) fn presigned(&self, cluster: &str) -> Request<Bytes> {
        let url = format!("https://{STS}/?Action=GetCallerIdentity&Version=2011-06-15");
        let request = request("GET", &url).header("x-k8s-aws-id", cluster);
        self.signed(
            request.body(Bytes::new()).unwrap(),
            SignatureLocation::QueryParams,
        )
    }

    /// A posted request to STS.
    pub(super) fn post(&self, form: &str) -> Request<Bytes> {
        self.signed(unsigned_post(form), SignatureLocation::Headers)
    }

    pub(super) fn assume(&self, role: &str, more: &str) -> Request<Bytes> {
        let arn = format!("arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2F{role}");
        self.post(&format!(
            "Action=AssumeRole&Version=2011-06-15&RoleArn={arn}&RoleSessionName=me{more}"
        ))
    }

    pub(super) fn identity(&self) -> Request<Bytes> {
        self.post("Action=GetCallerIdentity&Version=2011-06-15")
    }

    pub(super) fn get(&self, host: &str, target: &str) -> Request<Bytes> {
        let request = request("GET", &format!("https://{host}{target}"));
        self.signed(
            request.body(Bytes::new()).unwrap(),
            SignatureLocation::Headers,
        )
    }

    pub(super) fn signed(
        &self,
        request: Request<Bytes>,
        location: SignatureLocation,
    ) -> Request<Bytes> {
        self.signed_for(request, location, None)
    }

    /// For the service that the request's host begins with, unless another is given.
    pub(super) fn signed_for(
        &self,
        mut request: Request<Bytes>,
        location: SignatureLocation,
        service: Option<&str>,
    ) -> Request<Bytes> {
        let identity = Credentials::new(&self.id, &self.secret, self.token.clone(), None, "test");
        let mut settings = SigningSettings::default();
        settings.signature_location = location;
        settings.expires_in =
            (location == SignatureLocation::QueryParams).then_some(Duration::from_secs(60));
        settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
        let host = request.uri().host().unwrap().to_owned();
        let identity = identity.into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.region)
            .name(service.unwrap_or(&host[..3]))
            .time(self.now)
            .settings(settings)
            .build()
            .unwrap()
            .into();
        let headers = request.headers().iter();
        let headers = headers.map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
        let signable = SignableRequest::new(
            request.method().as_str(),
            request.uri().to_string(),
            headers.filter(|(name, _)| *name != "accept"),
            SignableBody::Bytes(request.body()),
        );
        let (instructions, _) = sign(signable.unwrap(), &params).unwrap().into_parts();
        instructions.apply_to_request_http1x(&mut request);
        request
    }
}

pub(super) fn unsigned_post(form: &str) -> Request<Bytes> {
    let request = request("POST", &format!("https://{STS}/")).header("content-type", FORM);
    request
        .body(Bytes::copy_from_slice(form.as_bytes()))
        .unwrap()
}

pub(super) fn request(method: &str, url: &str) -> http::request::Builder {
    let uri: http::Uri = url.parse().unwrap();
    let host = uri.authority().unwrap().to_string();
    Request::builder()
        .method(method)
        .uri(uri)
        .header("host", host)
        .header("accept", "application/json")
}

/// The same request with something else in its target.
pub(super) fn retargeted(request: &Request<Bytes>, from: &str, to: &str) -> Request<Bytes> {
    let target = request.uri().to_string();
    assert!(target.contains(from), "{from}");
    let mut request = request.clone();
    *request.uri_mut() = target.replacen(from, to, 1).parse().unwrap();
    request
}

/// The same request with another header.
pub(super) fn with_header(request: &Request<Bytes>, name: &str, value: &str) -> Request<Bytes> {
    let mut request = request.clone();
    let name = http::HeaderName::from_bytes(name.as_bytes()).unwrap();
    request.headers_mut().insert(name, value.parse().unwrap());
    request
}

//! The request in EC2's query protocol, signed.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use eksauth_token::Region;
use http::header::{CONTENT_TYPE, HeaderName};
use http::{Request, Uri};
use http_body_util::Full;
use hyper::body::Bytes;

use super::InstanceQuery;

const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

/// What carries credentials, or what stands for them.
const SENSITIVE: [HeaderName; 2] = [
    http::header::AUTHORIZATION,
    HeaderName::from_static("x-amz-security-token"),
];

/// The form of a query.
///
/// A filter rather than a list of ids: of a list, one unknown id fails the whole call.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html>
pub(super) fn body(query: InstanceQuery<'_>) -> String {
    let mut form = String::from("Action=DescribeInstances&Version=2016-11-15");
    form.push_str("&Filter.1.Name=instance-id");
    for (number, id) in (1..).zip(query.ids) {
        form.push_str(&format!("&Filter.1.Value.{number}={id}"));
    }
    if let Some(token) = query.next_token {
        form.push_str("&NextToken=");
        form.extend(token.bytes().map(escaped));
    }
    form
}

/// A byte as it stands in a form.
fn escaped(byte: u8) -> String {
    match byte {
        b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    }
}

/// A request that is to be signed.
pub(super) struct Unsigned<'a> {
    pub(super) endpoint: &'a Uri,
    pub(super) region: &'a Region,
    pub(super) time: SystemTime,
    pub(super) body: String,
}

impl Unsigned<'_> {
    /// The signed request, unless the endpoint or the credentials hold what cannot be sent.
    pub(super) fn sign(self, credentials: Credentials) -> Option<Request<Full<Bytes>>> {
        let identity = Identity::from(credentials);
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.region.as_str())
            .name("ec2")
            .time(self.time)
            .settings(SigningSettings::default())
            .build()
            .ok()?;
        let signable = SignableRequest::new(
            "POST",
            self.endpoint.to_string(),
            [(CONTENT_TYPE.as_str(), FORM)].into_iter(),
            SignableBody::Bytes(self.body.as_bytes()),
        );
        let signed = sign(signable.ok()?, &params.into()).ok()?;
        let mut request = Request::post(self.endpoint.clone())
            .header(CONTENT_TYPE, FORM)
            .body(Full::default())
            .ok()?;
        let (instructions, _) = signed.into_parts();
        instructions.apply_to_request_http1x(&mut request);
        for name in &SENSITIVE {
            if let Some(value) = request.headers_mut().get_mut(name) {
                value.set_sensitive(true);
            }
        }
        *request.body_mut() = Full::from(self.body);
        Some(request)
    }
}

#[cfg(test)]
mod tests;

//! The rules, applied in order. Verification and inspection are two ways to listen to this one walk.
//!
//! The order decides which reason is reported first, and follows the incumbent authenticator so
//! that its error classes stay comparable; rules that it does not have come where they belong, or
//! last.

mod query;
mod url;

use std::ops::ControlFlow;

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::endpoint::GLOBAL_SIGNING_REGION;
use crate::instant::later;
use crate::policy::{MAX_CLOCK_SKEW, Policy, StsHost};
use crate::token::{MAX_TOKEN_LEN, TOKEN_LIFETIME, TOKEN_PREFIX};
use crate::{Partition, Problem, amz_date};

use query::{Parameter, Parameters};
use url::UrlParts;

/// Longest token that is looked into after it was found too large, in bytes.
const MAX_EXAMINED_LEN: usize = 64 * 1024;

/// What a token says. Nothing here is proven: only STS can tell who signed it.
#[derive(Default)]
pub(crate) struct Contents {
    pub(crate) url: Option<Zeroizing<String>>,
    pub(crate) host: Option<String>,
    pub(crate) sts: Option<StsHost>,
    pub(crate) scope_region: Option<String>,
    pub(crate) access_key_id: Option<String>,
    pub(crate) signed_at: Option<Timestamp>,
    pub(crate) cluster_header_signed: bool,
    pub(crate) has_session_token: bool,
}

/// Applies every rule to a token, reporting each that is broken, until `report` breaks off.
pub(crate) fn examine(
    token: &str,
    policy: &Policy,
    now: Timestamp,
    contents: &mut Contents,
    mut report: impl FnMut(Problem) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let Some(url) = decode(token, &mut report)? else {
        return ControlFlow::Continue(());
    };
    let Some(parts) = UrlParts::split(&url) else {
        return report(Problem::MalformedUrl);
    };
    check_origin(&parts, policy, contents, &mut report)?;
    match Parameters::parse(parts.query, &mut report)? {
        Some(parameters) => check_parameters(&parameters, now, contents, &mut report)?,
        None => report(Problem::MalformedQuery)?,
    }
    contents.url = Some(url);
    ControlFlow::Continue(())
}

type Report<'r> = &'r mut dyn FnMut(Problem) -> ControlFlow<()>;

fn decode(token: &str, report: Report<'_>) -> ControlFlow<(), Option<Zeroizing<String>>> {
    if token.len() > MAX_TOKEN_LEN {
        report(Problem::TooLarge {
            length: token.len(),
        })?;
    }
    if token.len() > MAX_EXAMINED_LEN {
        return ControlFlow::Continue(None);
    }
    let Some(encoded) = token.strip_prefix(TOKEN_PREFIX) else {
        report(Problem::Prefix)?;
        return ControlFlow::Continue(None);
    };
    // Stricter than RFC 4648 demands: one URL has one token, so a token can be a cache key.
    let Ok(bytes) = BASE64URL_NOPAD.decode(encoded.as_bytes()) else {
        report(Problem::Base64)?;
        return ControlFlow::Continue(None);
    };
    match String::from_utf8(bytes) {
        Ok(url) => ControlFlow::Continue(Some(Zeroizing::new(url))),
        Err(error) => {
            drop(Zeroizing::new(error.into_bytes()));
            report(Problem::MalformedUrl)?;
            ControlFlow::Continue(None)
        }
    }
}

fn check_origin(
    parts: &UrlParts<'_>,
    policy: &Policy,
    contents: &mut Contents,
    report: Report<'_>,
) -> ControlFlow<()> {
    if parts.scheme != "https" {
        report(Problem::Scheme)?;
    }
    if parts.has_user_info() {
        report(Problem::UserInfo)?;
    } else {
        check_host(parts.authority, policy, contents, report)?;
    }
    if parts.path != "/" {
        report(Problem::Path)?;
    }
    if parts.has_fragment {
        report(Problem::Fragment)?;
    }
    ControlFlow::Continue(())
}

fn check_host(
    host: &str,
    policy: &Policy,
    contents: &mut Contents,
    report: Report<'_>,
) -> ControlFlow<()> {
    contents.sts = policy.accepted_host(host);
    if contents.sts.is_some() {
        contents.host = Some(host.to_owned());
        return ControlFlow::Continue(());
    }
    let shown = url::shown_host(host);
    let elsewhere = Partition::ALL
        .iter()
        .find_map(|it| Policy::new(*it).accepted_host(host));
    report(Problem::Host {
        found: shown
            .clone()
            .unwrap_or_else(|| format!("a text of {} bytes", host.len())),
        partition: policy.partition(),
        belongs_to: elsewhere.as_ref().map(|it| it.partition),
    })?;
    contents.host = shown;
    contents.sts = elsewhere;
    ControlFlow::Continue(())
}

fn check_parameters(
    parameters: &Parameters<'_>,
    now: Timestamp,
    contents: &mut Contents,
    report: Report<'_>,
) -> ControlFlow<()> {
    if parameters.get(Parameter::Action).as_deref() != Some("GetCallerIdentity") {
        report(Problem::Action)?;
    }
    let signed_headers = parameters.get(Parameter::SignedHeaders).unwrap_or_default();
    contents.cluster_header_signed = names_header(&signed_headers, "x-k8s-aws-id");
    if !contents.cluster_header_signed {
        report(Problem::ClusterHeaderNotSigned)?;
    }
    if !parameters
        .get(Parameter::Expires)
        .is_some_and(|it| is_accepted_expiry(&it))
    {
        report(Problem::Expires)?;
    }
    check_date(parameters, now, contents, report)?;
    if parameters.get(Parameter::Version).as_deref() != Some("2011-06-15") {
        report(Problem::Version)?;
    }
    if parameters.get(Parameter::Algorithm).as_deref() != Some("AWS4-HMAC-SHA256") {
        report(Problem::Algorithm)?;
    }
    check_credential(parameters, contents, report)?;
    if !names_header(&signed_headers, "host") || signed_headers.split(';').count() != 2 {
        // Without the cluster header this was said above already.
        if contents.cluster_header_signed {
            report(Problem::SignedHeaders)?;
        }
    }
    contents.has_session_token = parameters.has(Parameter::SecurityToken);
    if !parameters
        .get(Parameter::Signature)
        .is_some_and(|it| is_signature(&it))
    {
        report(Problem::Signature)?;
    }
    ControlFlow::Continue(())
}

fn check_date(
    parameters: &Parameters<'_>,
    now: Timestamp,
    contents: &mut Contents,
    report: Report<'_>,
) -> ControlFlow<()> {
    let date = parameters.get(Parameter::Date);
    let Some(signed_at) = date.as_deref().and_then(amz_date::parse) else {
        return report(Problem::Date);
    };
    contents.signed_at = Some(signed_at);
    if now > later(signed_at, TOKEN_LIFETIME) {
        report(Problem::Expired { signed_at })?;
    }
    if signed_at > later(now, MAX_CLOCK_SKEW) {
        report(Problem::NotYetValid { signed_at })?;
    }
    ControlFlow::Continue(())
}

fn check_credential(
    parameters: &Parameters<'_>,
    contents: &mut Contents,
    report: Report<'_>,
) -> ControlFlow<()> {
    let date = parameters.get(Parameter::Date);
    let day = date.as_deref().and_then(|date| date.get(..8));
    let credential = parameters.get(Parameter::Credential);
    let parsed = credential
        .as_deref()
        .and_then(|it| parse_credential(it, day));
    let Some((access_key_id, region)) = parsed else {
        return report(Problem::Credential);
    };
    contents.access_key_id = Some(access_key_id.to_owned());
    contents.scope_region = Some(region.to_owned());
    let expected = contents.sts.as_ref().map(|sts| match &sts.region {
        Some(region) => region.as_str(),
        None => GLOBAL_SIGNING_REGION,
    });
    match expected {
        Some(expected) if expected != region => report(Problem::ScopeRegion {
            expected: expected.to_owned(),
            found: region.to_owned(),
        }),
        _ => ControlFlow::Continue(()),
    }
}

/// `<access key id>/<day>/<region>/sts/aws4_request`. The key id may end up in a user name, so
/// its characters are held to what AWS issues.
fn parse_credential<'q>(credential: &'q str, day: Option<&str>) -> Option<(&'q str, &'q str)> {
    const MAX_KEY_ID_LEN: usize = 128;
    let mut sections = credential.split('/');
    let access_key_id = sections.next()?;
    let scope_day = sections.next()?;
    let region = sections.next()?;
    let rest = [sections.next()?, sections.next()?];
    let well_formed = (1..=MAX_KEY_ID_LEN).contains(&access_key_id.len())
        && access_key_id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && Some(scope_day) == day
        && crate::Region::new(region).is_ok()
        && rest == ["sts", "aws4_request"]
        && sections.next().is_none();
    well_formed.then_some((access_key_id, region))
}

fn names_header(signed_headers: &str, name: &str) -> bool {
    signed_headers
        .split(';')
        .any(|it| it.eq_ignore_ascii_case(name))
}

fn is_accepted_expiry(seconds: &str) -> bool {
    seconds
        .parse::<i64>()
        .is_ok_and(|it| (0..=TOKEN_LIFETIME.as_secs()).contains(&it))
}

fn is_signature(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

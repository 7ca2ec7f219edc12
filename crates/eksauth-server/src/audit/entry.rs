//! One decision as a line.

use std::net::SocketAddr;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use crate::webhook::{Decision, RequestId};

/// A decision, and what came of it.
pub(crate) struct Entry<'a> {
    pub(crate) time: Timestamp,
    pub(crate) client: SocketAddr,
    pub(crate) request: RequestId,
    pub(crate) decision: &'a Decision,
    pub(crate) result: &'static str,
    pub(crate) status: u16,
    pub(crate) latency: Duration,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    time: String,
    request_id: String,
    source: String,
    decision: &'static str,
    status: u16,
    class: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "is_false")]
    scrubbed: bool,
    #[serde(flatten)]
    signer: Option<SignerPart<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sts_host: Option<&'a str>,
    #[serde(flatten)]
    grant: Option<GrantPart<'a>>,
    latency_ms: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SignerPart<'a> {
    arn: &'a str,
    canonical_arn: &'a str,
    account_id: &'a str,
    user_id: &'a str,
    session_name: &'a str,
    access_key_id: &'a str,
}

#[derive(Serialize)]
struct GrantPart<'a> {
    username: &'a str,
    groups: &'a [String],
    backend: &'a str,
    rule: &'a str,
}

impl Entry<'_> {
    /// The line, with its end.
    pub(super) fn line(&self) -> Vec<u8> {
        let grant = self.decision.verdict.as_ref().ok();
        let signer = self.decision.signer.as_ref();
        line_of(&Line {
            time: rfc3339(self.time),
            request_id: self.request.to_string(),
            source: self.client.to_string(),
            decision: if grant.is_some() { "granted" } else { "denied" },
            status: self.status,
            class: self.result,
            reason: self.decision.told_reason(),
            scrubbed: signer.is_some_and(|it| it.scrubbed),
            signer: self.decision.told_signer().map(|it| SignerPart {
                arn: &it.principal.arn,
                canonical_arn: &it.principal.canonical_arn,
                account_id: &it.principal.account_id,
                user_id: &it.principal.user_id,
                session_name: &it.principal.session_name,
                access_key_id: &it.principal.access_key_id,
            }),
            sts_host: signer.map(|it| it.sts_host.as_str()),
            grant: grant.map(|it| GrantPart {
                username: &it.user.username,
                groups: &it.user.groups,
                backend: &it.backend,
                rule: &it.rule,
            }),
            latency_ms: in_milliseconds(self.latency),
        })
    }
}

pub(super) fn line_of(value: &impl Serialize) -> Vec<u8> {
    // Texts, numbers and lists under names that are texts: all of that is JSON.
    let mut line = serde_json::to_vec(value).unwrap_or_default();
    line.push(b'\n');
    line
}

pub(super) fn rfc3339(time: Timestamp) -> String {
    format!("{time:.3}")
}

/// To a microsecond.
fn in_milliseconds(time: Duration) -> f64 {
    let microseconds = u32::try_from(time.as_micros()).unwrap_or(u32::MAX);
    f64::from(microseconds) / 1000.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_false(it: &bool) -> bool {
    !it
}

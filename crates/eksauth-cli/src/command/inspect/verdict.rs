//! What was found, for people and for programs.

use std::fmt;

use anstyle::{AnsiColor, Style};
use eksauth::token::{ClusterId, Inspection, Partition};
use jiff::Timestamp;
use serde::Serialize;

use crate::relative_time::relative;

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const LABEL: Style = Style::new().dimmed();

/// An inspection, and how it was judged.
pub(super) struct Verdict<'i> {
    pub(super) inspection: &'i Inspection,
    /// The cluster that somebody thinks it is for.
    pub(super) cluster: Option<ClusterId>,
    /// The partition of the verifier.
    pub(super) partition: Partition,
    pub(super) now: Timestamp,
}

/// The stable shape of `-o json`. What a token does not say is `null`.
#[derive(Serialize)]
pub(super) struct Json<'i> {
    valid: bool,
    problems: Vec<JsonProblem>,
    cluster_header_signed: bool,
    host: Option<&'i str>,
    region: Option<&'i str>,
    partition: Option<&'static str>,
    access_key_id: Option<&'i str>,
    temporary_credentials: bool,
    signed_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    judged_at: Timestamp,
    judged_partition: &'static str,
}

#[derive(Serialize)]
struct JsonProblem {
    code: &'static str,
    message: String,
}

impl<'i> Verdict<'i> {
    pub(super) fn to_json(&self) -> Json<'i> {
        let it = self.inspection;
        let problem = |it: &eksauth::token::Problem| JsonProblem {
            code: it.code(),
            message: it.to_string(),
        };
        Json {
            valid: it.is_valid(),
            problems: it.problems().iter().map(problem).collect(),
            cluster_header_signed: it.cluster_header_signed(),
            host: it.host(),
            region: it.region(),
            partition: it.partition().map(Partition::id),
            access_key_id: it.access_key_id(),
            temporary_credentials: it.has_session_token(),
            signed_at: it.signed_at(),
            expires_at: it.expiry(),
            judged_at: self.now,
            judged_partition: self.partition.id(),
        }
    }

    fn headline(&self) -> String {
        match self.inspection.problems().len() {
            0 => format!("{GOOD}valid{GOOD:#}"),
            1 => format!("{BAD}not valid{BAD:#}: 1 problem"),
            count => format!("{BAD}not valid{BAD:#}: {count} problems"),
        }
    }

    /// The name itself is not in the token, so nobody but STS can compare it.
    fn cluster_name(&self) -> String {
        match (self.inspection.cluster_header_signed(), &self.cluster) {
            (true, None) => "signed".to_owned(),
            (true, Some(name)) => format!("signed (whether it is `{name}`, only AWS can tell)"),
            (false, _) => "not signed".to_owned(),
        }
    }

    fn rows(&self) -> [(&'static str, String); 7] {
        let it = self.inspection;
        let or_dash = |text: Option<&str>| text.unwrap_or("-").to_owned();
        let time = |at: Option<Timestamp>| {
            at.map_or("-".to_owned(), |at| {
                format!("{at} ({})", relative(at, self.now))
            })
        };
        let key = match (it.access_key_id(), it.has_session_token()) {
            (Some(id), true) => format!("{id} (temporary credentials)"),
            (Some(id), false) => format!("{id} (long-lived credentials)"),
            (None, _) => "-".to_owned(),
        };
        [
            ("Cluster name", self.cluster_name()),
            ("Host", or_dash(it.host())),
            ("Region", or_dash(it.region())),
            ("Partition", or_dash(it.partition().map(Partition::id))),
            ("Access key", key),
            ("Signed at", time(it.signed_at())),
            ("Expires at", time(it.expiry())),
        ]
    }
}

impl fmt::Display for Verdict<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Token        {}", self.headline())?;
        for (label, value) in self.rows() {
            writeln!(f, "{LABEL}{label:<12}{LABEL:#} {value}")?;
        }
        for problem in self.inspection.problems() {
            writeln!(f, "\n{BAD}{}{BAD:#}\n  {problem}", problem.code())?;
        }
        Ok(())
    }
}

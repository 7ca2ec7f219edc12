//! What came of it.

use std::fmt;

use anstyle::Style;
use eksauth_map::{BackendMode, Denial, IdentityMap, MapError, MappedUser, Match, Principal};
use serde::Serialize;

use crate::output;

const LABEL: Style = Style::new().dimmed();

/// More mappings than these that nearly match are not read anyway.
const MAX_HINTS: usize = 10;

/// The decision, in the shape of `-o json`, whose keys programs rely on.
#[derive(Serialize)]
pub(super) struct Answer {
    mapped: bool,
    username: Option<String>,
    groups: Vec<String>,
    backend: Option<&'static str>,
    rule: Option<String>,
    /// Why it is not mapped.
    reason: Option<String>,
    /// By what the rule was found.
    #[serde(skip)]
    matched_by: Option<String>,
    #[serde(skip)]
    decided_by: Option<BackendMode>,
    #[serde(skip)]
    hints: Vec<String>,
}

impl Answer {
    pub(super) fn of(
        map: &IdentityMap,
        principal: &Principal,
        private_dns_name: Option<&str>,
    ) -> Self {
        match map.decide(principal) {
            Ok(found) => {
                let rendered = found.render(principal, private_dns_name);
                let unknown = unknown_parts(&found, principal, private_dns_name, &rendered);
                let answer = match rendered {
                    Ok(user) => Self::mapped(&found, user),
                    Err(error) => Self::not_rendered(&found, &error),
                };
                answer.with_hints(unknown)
            }
            Err(denial) => Self::denied(&denial, map, principal),
        }
    }

    fn by(found: &Match<'_>) -> Self {
        Self {
            mapped: false,
            username: None,
            groups: Vec::new(),
            backend: Some(found.backend().name()),
            rule: Some(found.place().to_string()),
            reason: None,
            matched_by: Some(found.matched_by().to_string()),
            decided_by: Some(found.backend()),
            hints: Vec::new(),
        }
    }

    fn mapped(found: &Match<'_>, user: MappedUser) -> Self {
        Self {
            mapped: true,
            username: Some(user.username),
            groups: user.groups,
            ..Self::by(found)
        }
    }

    fn not_rendered(found: &Match<'_>, error: &MapError) -> Self {
        let advice = match error {
            MapError::NoPrivateDnsName => Some("name it with `--private-dns-name NAME`"),
            MapError::NotAnInstance { .. } => Some("name the session with `--session-name ID`"),
            _ => None,
        };
        Self {
            reason: Some(error.to_string()),
            hints: advice.into_iter().map(str::to_owned).collect(),
            ..Self::by(found)
        }
    }

    fn denied(denial: &Denial, map: &IdentityMap, principal: &Principal) -> Self {
        let near = map.near_misses(principal);
        let mut hints: Vec<_> = near
            .iter()
            .take(MAX_HINTS)
            .map(ToString::to_string)
            .collect();
        if near.len() > MAX_HINTS {
            hints.push(format!("{} more nearly match", near.len() - MAX_HINTS));
        }
        let first = match denial {
            Denial::Mismatched(mismatches) => mismatches.first(),
            _ => None,
        };
        Self {
            mapped: false,
            username: None,
            groups: Vec::new(),
            backend: first.map(|it| it.backend.name()),
            rule: first.map(|it| it.place.to_string()),
            reason: Some(denial.to_string()),
            matched_by: None,
            decided_by: first.map(|it| it.backend),
            hints,
        }
    }

    fn with_hints(mut self, hints: Vec<String>) -> Self {
        self.hints.extend(hints);
        self
    }

    pub(super) fn is_mapped(&self) -> bool {
        self.mapped
    }

    /// The backend whose rule was the last word.
    pub(super) fn backend(&self) -> Option<BackendMode> {
        self.decided_by
    }

    /// What would have to be otherwise.
    pub(super) fn tell_hints(&self) {
        for hint in &self.hints {
            output::note(format_args!("hint: {hint}"));
        }
    }
}

/// What the server would know of the identity, changes the user, and was not said.
fn unknown_parts(
    found: &Match<'_>,
    principal: &Principal,
    private_dns_name: Option<&str>,
    rendered: &Result<MappedUser, MapError>,
) -> Vec<String> {
    const ANYTHING: &str = "X";
    let is_role = principal.canonical_arn.contains(":role/");
    let mut hints = Vec::new();
    let mut look_at = |part: fn(&mut Principal) -> &mut String, hint: &str| {
        let mut known = principal.clone();
        let part = part(&mut known);
        if part.is_empty() {
            ANYTHING.clone_into(part);
            if found.render(&known, private_dns_name) != *rendered {
                hints.push(hint.to_owned());
            }
        }
    };
    if is_role && !matches!(rendered, Err(MapError::NotAnInstance { .. })) {
        look_at(
            |it| &mut it.session_name,
            "the user depends on the name of the session: give it with `--session-name NAME`",
        );
    }
    look_at(
        |it| &mut it.access_key_id,
        "the user depends on the access key id: give it with `--access-key-id ID`",
    );
    hints
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut row = |label: &str, value: Option<&str>| match value {
            Some(value) => writeln!(
                f,
                "{LABEL}{label:<12}{LABEL:#} {}",
                value.replace(char::is_control, "\u{fffd}")
            ),
            None => Ok(()),
        };
        let groups = (!self.groups.is_empty()).then(|| self.groups.join(", "));
        let rule = match (&self.rule, &self.matched_by) {
            (Some(rule), Some(by)) => Some(format!("{rule}, by its {by}")),
            (rule, _) => rule.clone(),
        };
        if !self.mapped {
            row("Not mapped", self.reason.as_deref())?;
        }
        row("Username", self.username.as_deref())?;
        row("Groups", groups.as_deref())?;
        row("Backend", self.backend)?;
        row("Rule", rule.as_deref())
    }
}

//! Parameters of operations, checked as AWS does.

use jiff::SignedDuration;

use super::refusals::{shown, validation};
use crate::aws::parameters::Parameters;
use crate::aws::refusal::Refusal;
use crate::world::is_iam_character;

/// The shortest session, in seconds.
const SHORTEST: u32 = 900;

/// What would narrow a session down. Ignoring it would make a session that may more than at AWS.
const UNSUPPORTED: [&str; 4] = [
    "Policy",
    "PolicyArns.",
    "ProvidedContexts.",
    "SourceIdentity",
];

pub(super) fn required<'a>(
    parameters: &'a Parameters,
    name: &'static str,
) -> Result<&'a str, Refusal> {
    let value = parameters.get(name).filter(|it| !it.is_empty());
    value.ok_or_else(|| constraint("null", name, "Member must not be null"))
}

pub(super) fn session_name(parameters: &Parameters) -> Result<&str, Refusal> {
    let name = required(parameters, "RoleSessionName")?;
    if is_session_name(name) {
        return Ok(name);
    }
    let broken = match name.chars().count() {
        0..2 => "Member must have length greater than or equal to 2",
        65.. => "Member must have length less than or equal to 64",
        _ => r"Member must satisfy regular expression pattern: [\w+=,.@-]*",
    };
    Err(constraint(&quoted(name), "RoleSessionName", broken))
}

/// `[\w+=,.@-]{2,64}`
pub(in crate::aws) fn is_session_name(name: &str) -> bool {
    (2..=64).contains(&name.len()) && name.chars().all(is_iam_character)
}

pub(super) fn external_id(parameters: &Parameters) -> Result<Option<&str>, Refusal> {
    let Some(id) = parameters.get("ExternalId") else {
        return Ok(None);
    };
    let valid = (2..=1224).contains(&id.len())
        && id.chars().all(|c| is_iam_character(c) || ":/".contains(c));
    if valid {
        return Ok(Some(id));
    }
    // An external id is half a secret: it is not quoted.
    let pattern = r"Member must satisfy regular expression pattern: [\w+=,.@:\/-]{2,1224}";
    Err(constraint("", "ExternalId", pattern))
}

/// How long a session is to last: what was asked for, or `default`. All in seconds.
pub(super) fn duration(
    parameters: &Parameters,
    default: u32,
    longest: u32,
) -> Result<SignedDuration, Refusal> {
    let Some(text) = parameters.get("DurationSeconds") else {
        return Ok(SignedDuration::from_secs(default.into()));
    };
    let failed = |broken: &str| Err(constraint(&quoted(text), "DurationSeconds", broken));
    match text.parse::<u32>() {
        Err(_) => failed("Member must be an integer"),
        Ok(it) if it < SHORTEST => failed("Member must have value greater than or equal to 900"),
        Ok(it) if it > longest => failed(&format!(
            "Member must have value less than or equal to {longest}"
        )),
        Ok(it) => Ok(SignedDuration::from_secs(it.into())),
    }
}

pub(super) fn check_supported(parameters: &Parameters) -> Result<(), Refusal> {
    let matches =
        |name: &str, rule: &str| name == rule || rule.ends_with('.') && name.starts_with(rule);
    let mut names = parameters.iter().map(|(name, _)| name);
    match names.find(|name| UNSUPPORTED.iter().any(|rule| matches(name, rule))) {
        Some(name) => Err(validation(format!(
            "expected no '{}', which this local AWS could not enforce: leave it out",
            shown(name)
        ))),
        None => Ok(()),
    }
}

fn constraint(value: &str, name: &str, broken: &str) -> Refusal {
    let (first, rest) = name.split_at(1);
    let name = first.to_ascii_lowercase() + rest;
    let value = if value.is_empty() {
        String::new()
    } else {
        format!("{value} ")
    };
    validation(format!(
        "1 validation error detected: Value {value}at '{name}' failed to satisfy constraint: {broken}"
    ))
}

fn quoted(value: &str) -> String {
    format!("'{}'", shown(value))
}

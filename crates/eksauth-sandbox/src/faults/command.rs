//! Faults as words of a command line.

use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use jiff::SignedDuration;

/// Longer than any client waits; what is longer still is a slip of the unit.
const LONGEST_LATENCY: SignedDuration = SignedDuration::from_mins(10);
/// Beyond it, times could no longer be written in four digits of a year.
const LARGEST_SKEW: SignedDuration = SignedDuration::from_hours(24 * 366 * 10);

/// One change to the [`Faults`](crate::Faults).
///
/// # Examples
///
/// ```
/// use eksauth_sandbox::Fault;
///
/// assert_eq!("outage on".parse(), Ok(Fault::Outage(true)));
///
/// let error = "throttle often".parse::<Fault>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "expected `throttle N`, a whole number of requests, or `throttle off`, but found `often`"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// `throttle 3`: every third request; `throttle off`.
    Throttle(Option<NonZeroU32>),
    /// `latency 500ms`; `latency off`.
    Latency(Duration),
    /// `outage on`: no answer at all; `outage off`.
    Outage(bool),
    /// `unavailable on`: 503; `unavailable off`.
    Unavailable(bool),
    /// `clock +10m`: AWS's clock is ahead; `clock -10m`; `clock off`.
    Clock(SignedDuration),
    /// `expire-sessions`.
    ExpireSessions,
    /// `revoke AKIA…`.
    Revoke(String),
    /// `restore AKIA…`.
    Restore(String),
    /// `clear`.
    Clear,
}

impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let mut words = text.split_whitespace();
        let name = words.next().unwrap_or_default();
        let value = words.next();
        if let Some(found) = words.next() {
            return Err(invalid("nothing after the value", found));
        }
        match name {
            "throttle" => throttle(value).map(Self::Throttle),
            "latency" => latency(value).map(Self::Latency),
            "outage" => switch(value, "`outage on` or `outage off`").map(Self::Outage),
            "unavailable" => {
                switch(value, "`unavailable on` or `unavailable off`").map(Self::Unavailable)
            }
            "clock" => clock(value).map(Self::Clock),
            "expire-sessions" => alone(value, Self::ExpireSessions),
            "revoke" => access_key(value, "`revoke ID`, an access key id").map(Self::Revoke),
            "restore" => access_key(value, "`restore ID`, an access key id").map(Self::Restore),
            "clear" => alone(value, Self::Clear),
            found => Err(invalid(
                "one of `throttle`, `latency`, `outage`, `unavailable`, `clock`, \
                 `expire-sessions`, `revoke`, `restore`, `clear`",
                found,
            )),
        }
    }
}

fn throttle(value: Option<&str>) -> Result<Option<NonZeroU32>, InvalidFault> {
    let expected = "`throttle N`, a whole number of requests, or `throttle off`";
    match value {
        Some("off" | "0") => Ok(None),
        Some(found) => found
            .parse()
            .map(Some)
            .map_err(|_not_a_number| invalid(expected, found)),
        None => Err(invalid(expected, "")),
    }
}

fn latency(value: Option<&str>) -> Result<Duration, InvalidFault> {
    let expected = "`latency TIME` such as `latency 500ms`, at most 10m, or `latency off`";
    let found = value.unwrap_or_default();
    duration(found)
        .filter(|it| *it <= LONGEST_LATENCY)
        .and_then(|it| Duration::try_from(it).ok())
        .ok_or_else(|| invalid(expected, found))
}

fn clock(value: Option<&str>) -> Result<SignedDuration, InvalidFault> {
    let expected = "`clock TIME` such as `clock +10m` or `clock -90s`, at most 10 years, or \
                    `clock off`";
    let found = value.unwrap_or_default();
    duration(found)
        .filter(|it| it.abs() <= LARGEST_SKEW)
        .ok_or_else(|| invalid(expected, found))
}

fn duration(text: &str) -> Option<SignedDuration> {
    match text {
        "off" | "0" => Some(SignedDuration::ZERO),
        text => text.parse().ok(),
    }
}

fn switch(value: Option<&str>, expected: &'static str) -> Result<bool, InvalidFault> {
    match value {
        Some("on") => Ok(true),
        Some("off") => Ok(false),
        found => Err(invalid(expected, found.unwrap_or_default())),
    }
}

fn alone(value: Option<&str>, fault: Fault) -> Result<Fault, InvalidFault> {
    match value {
        None => Ok(fault),
        Some(found) => Err(invalid("nothing after it", found)),
    }
}

/// IAM's own rule for access key ids.
fn access_key(value: Option<&str>, expected: &'static str) -> Result<String, InvalidFault> {
    let found = value.unwrap_or_default();
    let valid = (16..=128).contains(&found.len())
        && found
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if valid {
        Ok(found.to_owned())
    } else {
        Err(invalid(expected, found))
    }
}

fn invalid(expected: &'static str, found: &str) -> InvalidFault {
    InvalidFault {
        expected,
        found: found.escape_debug().take(64).collect(),
    }
}

/// Words that are no [`Fault`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, but found {}", quoted(found))]
pub struct InvalidFault {
    expected: &'static str,
    found: String,
}

fn quoted(found: &str) -> String {
    if found.is_empty() {
        "nothing".to_owned()
    } else {
        format!("`{found}`")
    }
}

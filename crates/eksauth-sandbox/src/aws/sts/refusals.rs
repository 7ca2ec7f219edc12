//! The errors of STS.
//!
//! Specification: <https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html>

use http::StatusCode;

use crate::aws::caller::Caller;
use crate::aws::parameters::Malformed;
use crate::aws::refusal::{Refusal, Trouble};
use crate::aws::sigv4::SignatureFault;

pub(super) fn of_signature(fault: SignatureFault) -> Refusal {
    let (status, code) = match fault {
        SignatureFault::Missing => (StatusCode::FORBIDDEN, "MissingAuthenticationToken"),
        SignatureFault::Incomplete(_) => (StatusCode::BAD_REQUEST, "IncompleteSignature"),
        SignatureFault::MalformedQuery => (StatusCode::NOT_FOUND, "MalformedQueryString"),
        SignatureFault::Mismatch | SignatureFault::Scope(_) | SignatureFault::OutOfDate(_) => {
            (StatusCode::FORBIDDEN, "SignatureDoesNotMatch")
        }
        SignatureFault::PresignedExpired => (StatusCode::BAD_REQUEST, "RequestExpired"),
        SignatureFault::InvalidKey => (StatusCode::FORBIDDEN, "InvalidClientTokenId"),
        SignatureFault::ExpiredSession => (StatusCode::FORBIDDEN, "ExpiredToken"),
    };
    Refusal::new(status, code, fault.to_string())
}

pub(super) fn of_malformed(malformed: Malformed) -> Refusal {
    of_signature(match malformed {
        Malformed::Encoding => SignatureFault::MalformedQuery,
        Malformed::Repeated => {
            SignatureFault::Incomplete("Parameters must be given only once.".to_owned())
        }
    })
}

pub(super) fn of_trouble(trouble: Trouble) -> Refusal {
    match trouble {
        Trouble::Throttled => bad_request("Throttling", "Rate exceeded"),
        Trouble::Unavailable => Refusal::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "ServiceUnavailable",
            "The request has failed due to a temporary failure of the server.",
        ),
    }
}

pub(super) fn missing_action() -> Refusal {
    bad_request(
        "MissingAction",
        "The request is missing an action or a required parameter.",
    )
}

pub(super) fn invalid_action(action: &str, version: &str) -> Refusal {
    let (action, version) = (shown(action), shown(version));
    bad_request(
        "InvalidAction",
        format!("Could not find operation {action} for version {version}"),
    )
}

pub(super) fn not_found() -> Refusal {
    let message = "The requested resource could not be found: STS has only the path '/'.";
    Refusal::new(StatusCode::NOT_FOUND, "InvalidAction", message)
}

pub(super) fn method_not_allowed() -> Refusal {
    let message = "STS takes GET and POST requests only.";
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "InvalidAction", message)
}

pub(super) fn validation(message: impl Into<String>) -> Refusal {
    bad_request("ValidationError", message)
}

pub(super) fn access_denied(message: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::FORBIDDEN, "AccessDenied", message)
}

/// A role that cannot be assumed, be it that it does not exist: AWS does not say which.
pub(super) fn not_authorized(caller: &Caller, role_arn: &str) -> Refusal {
    let (caller, role_arn) = (caller.arn(), shown(role_arn));
    access_denied(format!(
        "User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role_arn}"
    ))
}

pub(super) fn denied_explicitly(caller: &Caller, role_arn: &str) -> Refusal {
    let mut refusal = not_authorized(caller, role_arn);
    refusal.message += " with an explicit deny in an identity-based policy";
    refusal
}

pub(super) fn invalid_identity_token(message: &str) -> Refusal {
    bad_request("InvalidIdentityToken", message)
}

pub(super) fn expired_identity_token(now: i64, end: i64) -> Refusal {
    bad_request(
        "ExpiredTokenException",
        format!(
            "Token expired: current date/time {now} must be before the expiration date/time {end}"
        ),
    )
}

/// The operating system gave no randomness.
pub(super) fn no_randomness() -> Refusal {
    let message = "The request processing has failed because of an unknown error.";
    Refusal::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "InternalFailure",
        message,
    )
}

fn bad_request(code: &'static str, message: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, code, message)
}

/// As long as an ARN can be.
pub(super) fn shown(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(2048)
        .collect()
}

//! The errors of EKS.
//!
//! Specification: <https://docs.aws.amazon.com/eks/latest/APIReference/CommonErrors.html>

use http::StatusCode;

use crate::aws::caller::Caller;
use crate::aws::refusal::{Refusal, Trouble};
use crate::aws::sigv4::SignatureFault;
use crate::world::Action;

pub(super) fn of_signature(fault: SignatureFault) -> Refusal {
    let code = match fault {
        SignatureFault::Missing => "MissingAuthenticationTokenException",
        SignatureFault::Incomplete(_) | SignatureFault::MalformedQuery => {
            "IncompleteSignatureException"
        }
        SignatureFault::Mismatch
        | SignatureFault::Scope(_)
        | SignatureFault::OutOfDate(_)
        | SignatureFault::PresignedExpired => "InvalidSignatureException",
        SignatureFault::InvalidKey => "UnrecognizedClientException",
        SignatureFault::ExpiredSession => "ExpiredTokenException",
    };
    let message = match fault {
        SignatureFault::Missing => "Missing Authentication Token".to_owned(),
        fault => fault.to_string(),
    };
    Refusal::new(StatusCode::FORBIDDEN, code, message)
}

pub(super) fn of_trouble(trouble: Trouble) -> Refusal {
    match trouble {
        Trouble::Throttled => Refusal::new(
            StatusCode::TOO_MANY_REQUESTS,
            "ThrottlingException",
            "Rate exceeded",
        ),
        Trouble::Unavailable => Refusal::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "ServiceUnavailableException",
            "Service is currently unavailable",
        ),
    }
}

pub(super) fn unknown_operation() -> Refusal {
    let message = "expected GET /clusters or GET /clusters/NAME, which are all that this local EKS \
                   has";
    Refusal::new(StatusCode::NOT_FOUND, "UnknownOperationException", message)
}

pub(super) fn no_cluster(name: &str) -> Refusal {
    let name: String = name.chars().filter(|c| !c.is_control()).take(128).collect();
    let message = format!("No cluster found for name: {name}.");
    Refusal::new(StatusCode::NOT_FOUND, "ResourceNotFoundException", message)
}

pub(super) fn invalid_parameter(message: &str) -> Refusal {
    Refusal::new(
        StatusCode::BAD_REQUEST,
        "InvalidParameterException",
        message,
    )
}

pub(super) fn denied(caller: &Caller, action: Action, resource: &str) -> Refusal {
    let (caller, action) = (caller.arn(), action.name());
    Refusal::new(
        StatusCode::FORBIDDEN,
        "AccessDeniedException",
        format!(
            "User: {caller} is not authorized to perform: {action} on resource: {resource} with an \
             explicit deny in an identity-based policy"
        ),
    )
}

//! Reading what STS answers.

use http::StatusCode;
use serde::Deserialize;

use crate::identity::CallerIdentity;
use crate::{Outage, StsErrorCode, UnexpectedAnswer, VerifyError};

/// What an answer of STS says.
pub(super) fn read(status: StatusCode, body: &[u8]) -> Result<CallerIdentity, VerifyError> {
    if status == StatusCode::OK {
        return identity(body).ok_or(VerifyError::UnexpectedAnswer(
            UnexpectedAnswer::NotGetCallerIdentity,
        ));
    }
    Err(refusal(status, body))
}

fn refusal(status: StatusCode, body: &[u8]) -> VerifyError {
    let code = error_code(body);
    let number = status.as_u16();
    let throttled = status == StatusCode::TOO_MANY_REQUESTS
        || code.as_ref().is_some_and(StsErrorCode::is_throttling);
    match code {
        _ if throttled => VerifyError::Throttled { status: number },
        _ if status.is_server_error() => {
            VerifyError::Unavailable(Outage::Server { status: number })
        }
        Some(code) if status.is_client_error() => VerifyError::Denied {
            status: number,
            code,
        },
        _ => VerifyError::UnexpectedAnswer(UnexpectedAnswer::Status { status: number }),
    }
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>, in JSON.
#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "GetCallerIdentityResponse")]
    response: GetCallerIdentityResponse,
}

#[derive(Deserialize)]
struct GetCallerIdentityResponse {
    #[serde(rename = "GetCallerIdentityResult")]
    result: GetCallerIdentityResult,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetCallerIdentityResult {
    account: String,
    arn: String,
    user_id: String,
}

fn identity(body: &[u8]) -> Option<CallerIdentity> {
    let answer: Answer = serde_json::from_slice(body).ok()?;
    let result = answer.response.result;
    Some(CallerIdentity {
        account: result.account,
        arn: result.arn,
        user_id: result.user_id,
    })
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(rename = "Error")]
    error: RefusalError,
}

#[derive(Deserialize)]
struct RefusalError {
    #[serde(rename = "Code")]
    code: String,
}

/// The error code in JSON, or in XML: what stands before STS answers XML whatever was asked for.
fn error_code(body: &[u8]) -> Option<StsErrorCode> {
    if let Ok(refusal) = serde_json::from_slice::<Refusal>(body) {
        return StsErrorCode::parse(&refusal.error.code);
    }
    let text = std::str::from_utf8(body).ok()?;
    let (_, rest) = text.split_once("<Code>")?;
    let (code, _) = rest.split_once("</Code>")?;
    StsErrorCode::parse(code)
}

#[cfg(test)]
mod tests;

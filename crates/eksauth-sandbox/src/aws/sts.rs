//! The Security Token Service.
//!
//! Specification: <https://docs.aws.amazon.com/STS/latest/APIReference/>

mod answer;
mod assume_role;
mod get_caller_identity;
mod get_session_token;
mod input;
mod operation;
mod refusals;
mod web_identity;

use http::header::CONTENT_TYPE;
use http::{Method, Response};
use hyper::body::Bytes;

use super::gate::Visit;
use super::parameters::{Malformed, Parameters};
use super::received::Received;
use super::refusal::Refusal;
use super::{Shared, random};
use answer::{Node, Rendering};
use operation::Operation;

pub(super) use answer::REQUEST_ID;
pub(super) use input::is_session_name;

const SERVICE: &str = "sts";

const FORM: &str = "application/x-www-form-urlencoded";

pub(super) fn answer(aws: &Shared, visit: &Visit<'_>) -> Response<Bytes> {
    let parameters = parameters(visit.request);
    let operation = Operation::of(parameters.as_ref().unwrap_or(&Parameters::default()));
    let label = operation.as_ref().map_or("other", |it| it.name());
    aws.counters.aws_request(SERVICE, label);
    match outcome(aws, visit, parameters, operation) {
        Ok((operation, result)) => {
            Rendering::of(visit.request).success(operation, result, &random::request_id())
        }
        Err(refusal) => {
            aws.counters.aws_refusal(refusal.code);
            refused(visit.request, &refusal)
        }
    }
}

/// A refusal in the format of STS.
pub(super) fn refused(request: &Received, refusal: &Refusal) -> Response<Bytes> {
    Rendering::of(request).error(refusal, &random::request_id())
}

fn outcome(
    aws: &Shared,
    visit: &Visit<'_>,
    parameters: Result<Parameters, Malformed>,
    operation: Result<Operation, Refusal>,
) -> Result<(Operation, Node), Refusal> {
    visit.trouble(aws).map_err(refusals::of_trouble)?;
    check_target(visit.request)?;
    let parameters = parameters.map_err(refusals::of_malformed)?;
    // The only operation without signature: the web identity token is all that is asked for.
    if let Ok(operation @ Operation::AssumeRoleWithWebIdentity) = operation {
        return web_identity::answer(aws, &parameters).map(|it| (operation, it));
    }
    let authenticated = visit.authenticate(aws).map_err(refusals::of_signature)?;
    let (caller, operation) = (authenticated.caller, operation?);
    let result = match operation {
        Operation::GetCallerIdentity => get_caller_identity::answer(&caller),
        Operation::AssumeRole => assume_role::answer(aws, &caller, &parameters)?,
        Operation::GetSessionToken => get_session_token::answer(aws, &caller, &parameters)?,
        Operation::AssumeRoleWithWebIdentity => web_identity::answer(aws, &parameters)?,
    };
    Ok((operation, result))
}

fn check_target(request: &Received) -> Result<(), Refusal> {
    if request.path() != "/" && !request.path().is_empty() {
        return Err(refusals::not_found());
    }
    match *request.method() {
        Method::GET | Method::POST => Ok(()),
        _ => Err(refusals::method_not_allowed()),
    }
}

/// Of the query and, when one was posted, the form.
fn parameters(request: &Received) -> Result<Parameters, Malformed> {
    let query = request.query()?.clone();
    let media_type = request.headers().get(CONTENT_TYPE);
    let media_type = media_type
        .and_then(|it| it.to_str().ok())
        .unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    if request.method() != Method::POST || !media_type.eq_ignore_ascii_case(FORM) {
        return Ok(query);
    }
    let form = std::str::from_utf8(request.body()).map_err(|_no_text| Malformed::Encoding)?;
    query.and(Parameters::parse(form)?)
}

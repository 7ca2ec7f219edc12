//! The Elastic Kubernetes Service, as far as finding clusters goes.
//!
//! Specification: <https://docs.aws.amazon.com/eks/latest/APIReference/>

mod describe_cluster;
mod list_clusters;
mod operation;
mod refusals;

use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use hyper::body::Bytes;
use serde_json::{Value, json};

use super::gate::Visit;
use super::refusal::Refusal;
use super::sts::REQUEST_ID;
use super::{Shared, random};
use operation::Operation;

const SERVICE: &str = "eks";

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

pub(super) fn answer(aws: &Shared, visit: &Visit<'_>) -> Response<Bytes> {
    let operation = Operation::of(visit.request);
    let label = operation.as_ref().map_or("other", Operation::name);
    aws.counters.aws_request(SERVICE, label);
    outcome(aws, visit, operation).map_or_else(
        |refusal| {
            aws.counters.aws_refusal(refusal.code);
            error(&refusal)
        },
        |result| response(StatusCode::OK, &result),
    )
}

fn outcome(
    aws: &Shared,
    visit: &Visit<'_>,
    operation: Option<Operation>,
) -> Result<Value, Refusal> {
    visit.trouble(aws).map_err(refusals::of_trouble)?;
    let authenticated = visit.authenticate(aws).map_err(refusals::of_signature)?;
    match operation.ok_or_else(refusals::unknown_operation)? {
        Operation::DescribeCluster(name) => describe_cluster::answer(aws, &authenticated, &name),
        Operation::ListClusters => list_clusters::answer(aws, &authenticated, visit.request),
    }
}

fn error(refusal: &Refusal) -> Response<Bytes> {
    let mut response = response(refusal.status, &json!({"message": refusal.message}));
    let code = HeaderValue::from_static(refusal.code);
    response.headers_mut().insert(ERROR_TYPE, code);
    response
}

fn response(status: StatusCode, body: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // Cannot fail: ids are made of hexadecimal digits and hyphens.
    if let Ok(id) = HeaderValue::from_str(&random::request_id()) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

//! Questions about oneself.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use http_body_util::LengthLimitError;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::api::{Resource, Review};
use super::attributes::{Attributes, PathAttributes, ResourceAttributes};
use super::failure::Failure;
use super::media_type::{Encoding, accept_plain};
use super::user::User;
use super::{policy, protobuf};

/// How large a body may be, in bytes: a review has a few hundred, and the real server ends at 3 MiB.
pub(super) const BODY_LIMIT: usize = 1 << 20;

/// The review that was sent, with its `status`.
pub(super) async fn answer(
    review: Review,
    resource: &Resource,
    user: &User,
    request: Request,
) -> Result<(StatusCode, Value), Failure> {
    accept_plain(request.headers())?;
    let encoding = Encoding::of(request.headers())?;
    let body = read(request.into_body()).await?;
    let sent = match encoding {
        Encoding::Json => serde_json::from_slice(&body).map_err(|it| it.to_string()),
        Encoding::Protobuf => protobuf::decode(review, &body)
            .ok_or_else(|| "it is not in the protobuf of Kubernetes".to_owned()),
    };
    let sent = sent.map_err(|why| unrecognized(resource, &why))?;
    check_type(resource, &sent)?;
    let spec = sent.get("spec").cloned().unwrap_or_else(|| json!({}));
    let status = match review {
        Review::Identity => json!({ "userInfo": user_info(user) }),
        Review::Access => access_status(user, &spec, resource)?,
        Review::Rules => rules_status(user, &spec, resource)?,
    };
    let mut answer = json!({
        "kind": resource.kind,
        "apiVersion": resource.api_version(),
        "metadata": { "creationTimestamp": null },
        "status": status,
    });
    if !matches!(review, Review::Identity) {
        answer["spec"] = spec;
    }
    Ok((StatusCode::CREATED, answer))
}

async fn read(body: Body) -> Result<Vec<u8>, Failure> {
    match to_bytes(body, BODY_LIMIT).await {
        Ok(bytes) => Ok(bytes.into()),
        Err(error) if is_too_large(&error) => Err(Failure::too_large(BODY_LIMIT)),
        Err(_) => Err(Failure::bad_request("the body ended early")),
    }
}

fn is_too_large(error: &(dyn std::error::Error + 'static)) -> bool {
    error.is::<LengthLimitError>() || error.source().is_some_and(is_too_large)
}

/// An object may leave out what it is, but not be something else.
fn check_type(resource: &Resource, sent: &Value) -> Result<(), Failure> {
    let api_version = resource.api_version();
    let is = |field: &str, expected: &str| sent.get(field).is_none_or(|it| it == expected);
    if sent.is_object() && is("kind", resource.kind) && is("apiVersion", &api_version) {
        Ok(())
    } else {
        Err(unrecognized(resource, &"it says that it is something else"))
    }
}

fn unrecognized(resource: &Resource, why: &dyn std::fmt::Display) -> Failure {
    Failure::bad_request(format!(
        "the object provided is unrecognized (must be of type {}): {why}",
        resource.kind
    ))
}

fn user_info(user: &User) -> Value {
    let mut info = json!(user.info());
    if let Some(fields) = info.as_object_mut() {
        // As in Go's `omitempty`.
        fields.retain(|_, value| value != "");
    }
    info
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct AccessSpec {
    resource_attributes: Option<ResourceAttributes>,
    non_resource_attributes: Option<PathAttributes>,
}

fn access_status(user: &User, spec: &Value, resource: &Resource) -> Result<Value, Failure> {
    let spec: AccessSpec = typed(spec, resource)?;
    let asked = match (spec.resource_attributes, spec.non_resource_attributes) {
        (Some(it), None) => Attributes::Resource(it),
        (None, Some(it)) => Attributes::Path(it),
        _ => {
            return Err(Failure::invalid(
                resource.kind,
                resource.group,
                "spec: Invalid value: exactly one of nonResourceAttributes or \
                 resourceAttributes must be specified",
            ));
        }
    };
    Ok(match policy::allowing_group(user, &asked) {
        Some(group) => json!({
            "allowed": true,
            "reason": format!("allowed to the group {group:?}"),
        }),
        // Without a reason, as by RBAC: kubectl then prints a plain "no".
        None => json!({ "allowed": false }),
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RulesSpec {
    namespace: String,
}

fn rules_status(user: &User, spec: &Value, resource: &Resource) -> Result<Value, Failure> {
    let spec: RulesSpec = typed(spec, resource)?;
    if spec.namespace.is_empty() {
        return Err(Failure::bad_request("no namespace on request"));
    }
    Ok(policy::rules_status(user))
}

fn typed<T: DeserializeOwned>(spec: &Value, resource: &Resource) -> Result<T, Failure> {
    T::deserialize(spec).map_err(|why| unrecognized(resource, &why))
}

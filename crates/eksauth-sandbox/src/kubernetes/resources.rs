//! Requests for resources: looked up in the table of what is served, and answered.

use axum::extract::{Request, State};
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::api::{Collection, Resource, Service};
use super::attributes::{Attributes, ResourceAttributes};
use super::failure::Failure;
use super::form::{Form, partial};
use super::list_query::ListQuery;
use super::media_type::negotiate;
use super::objects::{Object, Objects};
use super::selection::Selection;
use super::table::Tables;
use super::user::User;
use super::{reviews, watch};

/// Answers what is at no fixed path.
pub(super) async fn serve(
    State(objects): State<Objects>,
    Extension(attributes): Extension<Attributes>,
    user: Option<Extension<User>>,
    request: Request,
) -> Result<Response, Failure> {
    let Attributes::Resource(wanted) = attributes else {
        return Err(Failure::not_found());
    };
    // Nothing anonymous is authorized for a resource.
    let Extension(user) = user.ok_or_else(Failure::unauthorized)?;
    match located(&wanted)? {
        (resource, Service::Review(review)) => match *request.method() {
            Method::POST => {
                let (status, object) = reviews::answer(review, resource, &user, request).await?;
                Ok((status, Json(object)).into_response())
            }
            _ => Err(Failure::method_not_allowed()),
        },
        (_, Service::Stored(collection)) => match *request.method() {
            Method::GET | Method::HEAD => read(&objects, collection, &wanted, &request),
            _ => Err(Failure::method_not_allowed()),
        },
    }
}

/// The resource served at a path, if one is.
fn located(wanted: &ResourceAttributes) -> Result<(&'static Resource, Service), Failure> {
    let ResourceAttributes {
        name, namespace, ..
    } = wanted;
    Resource::find(&wanted.group, &wanted.version, &wanted.resource)
        .filter(|_| wanted.subresource.is_empty())
        .filter(|resource| match resource.service {
            // All pods can be listed, but none is reached without its namespace.
            _ if resource.namespaced => !namespace.is_empty() || is_list(wanted),
            // `/namespaces/NAME`, and not `/namespaces/OTHER/namespaces/NAME`.
            Service::Stored(_) => namespace.is_empty() || namespace == name,
            Service::Review(_) => namespace.is_empty() && name.is_empty(),
        })
        .map(|resource| (resource, resource.service))
        .ok_or_else(Failure::not_found)
}

/// A list may bear a name too, when a selector asks for one.
fn is_list(wanted: &ResourceAttributes) -> bool {
    wanted.name.is_empty() || matches!(wanted.verb.as_str(), "list" | "watch")
}

fn read(
    objects: &Objects,
    collection: Collection,
    wanted: &ResourceAttributes,
    request: &Request,
) -> Result<Response, Failure> {
    let form = negotiate(request.headers(), Form::of)?;
    let query = ListQuery::of(request.uri())?;
    if wanted.verb == "get" {
        return get(objects, collection, wanted, &query, form);
    }
    let namespace = Some(wanted.namespace.clone()).filter(|it| !it.is_empty());
    let selection = Selection::new(collection, namespace, &query)?;
    match wanted.verb.as_str() {
        "watch" => watch::answer(objects, selection, &query, form),
        _ => list(objects, &selection, &query, form),
    }
}

fn get(
    objects: &Objects,
    collection: Collection,
    wanted: &ResourceAttributes,
    query: &ListQuery,
    form: Form,
) -> Result<Response, Failure> {
    let resource = collection.resource();
    let namespace = match resource.namespaced {
        true => &wanted.namespace,
        false => "",
    };
    let object = objects
        .get(collection, namespace, &wanted.name)
        .ok_or_else(|| Failure::no_such_object(resource, &wanted.name))?;
    let answer = match form {
        Form::Object => object.value.clone(),
        Form::Metadata => metadata_only(&object),
        Form::Table => {
            let version = &object.metadata()["resourceVersion"];
            let mut tables = Tables::new(collection, query.include_object, objects.now());
            tables.table(version, [&object.value])
        }
    };
    Ok(Json(answer).into_response())
}

fn list(
    objects: &Objects,
    selection: &Selection,
    query: &ListQuery,
    form: Form,
) -> Result<Response, Failure> {
    query.check_list()?;
    let (revision, found) = objects.list(|object| selection.includes(object));
    query.check_list_version(revision)?;
    let version = json!(revision.to_string());
    let resource = selection.collection.resource();
    let answer = match form {
        Form::Object => json!({
            "kind": format!("{}List", resource.kind),
            "apiVersion": resource.api_version(),
            "metadata": { "resourceVersion": version },
            "items": found.iter().map(|it| untyped(it)).collect::<Vec<_>>(),
        }),
        Form::Metadata => json!({
            "kind": "PartialObjectMetadataList",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": { "resourceVersion": version },
            "items": found.iter().map(|it| metadata_only(it)).collect::<Vec<_>>(),
        }),
        Form::Table => {
            let now = objects.now();
            let mut tables = Tables::new(selection.collection, query.include_object, now);
            tables.table(&version, found.iter().map(|it| &it.value))
        }
    };
    Ok(Json(answer).into_response())
}

/// In a list of one kind, the items do not repeat it.
fn untyped(object: &Object) -> Value {
    let fields = object.value.as_object().into_iter().flatten();
    fields
        .filter(|(name, _)| !matches!(name.as_str(), "apiVersion" | "kind"))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn metadata_only(object: &Object) -> Value {
    partial(object.metadata())
}

//! What the API tells about itself.
//!
//! In the old way, a document per group and version; or aggregated, all at once, which clients
//! have asked for since 1.27 and fall back from.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::Objects;
use super::api::{NAMED_GROUPS, Resource, group_version};
use super::failure::Failure;
use super::media_type::{Substitute, accept_plain, negotiate};

pub(super) fn routes() -> Router<Objects> {
    Router::new()
        .route("/api", get(core_versions))
        .route("/apis", get(groups))
        .route("/api/v1", get(core_resources))
        .route("/apis/{group}", get(group))
        .route("/apis/{group}/{version}", get(group_resources))
}

async fn core_versions(headers: HeaderMap) -> Result<Response, Failure> {
    answer(&headers, &[("", &["v1"])], || {
        json!({
            "kind": "APIVersions",
            "versions": ["v1"],
            // For clients that find a server by one address and should go on by another.
            "serverAddressByClientCIDRs": [],
        })
    })
}

async fn groups(headers: HeaderMap) -> Result<Response, Failure> {
    answer(&headers, &NAMED_GROUPS, || {
        let groups: Vec<_> = NAMED_GROUPS.iter().map(api_group).collect();
        json!({ "kind": "APIGroupList", "apiVersion": "v1", "groups": groups })
    })
}

async fn group(Path(name): Path<String>, headers: HeaderMap) -> Result<Json<Value>, Failure> {
    accept_plain(&headers)?;
    let found = NAMED_GROUPS.iter().find(|(group, _)| *group == name);
    let mut group = api_group(found.ok_or_else(Failure::not_found)?);
    group["kind"] = json!("APIGroup");
    group["apiVersion"] = json!("v1");
    Ok(Json(group))
}

async fn core_resources(headers: HeaderMap) -> Result<Json<Value>, Failure> {
    resource_list("", "v1", &headers)
}

async fn group_resources(
    Path((group, version)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Value>, Failure> {
    resource_list(&group, &version, &headers)
}

fn resource_list(group: &str, version: &str, headers: &HeaderMap) -> Result<Json<Value>, Failure> {
    accept_plain(headers)?;
    let resources: Vec<_> = Resource::all_of(group, version).map(api_resource).collect();
    if resources.is_empty() {
        return Err(Failure::not_found());
    }
    Ok(Json(json!({
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": group_version(group, version),
        "resources": resources,
    })))
}

fn api_group((name, versions): &Group) -> Value {
    let versions: Vec<_> = versions
        .iter()
        .map(|it| json!({ "groupVersion": group_version(name, it), "version": it }))
        .collect();
    json!({ "name": name, "preferredVersion": versions.first(), "versions": versions })
}

fn api_resource(resource: &Resource) -> Value {
    let mut told = json!({
        "name": resource.name,
        "singularName": resource.singular,
        "namespaced": resource.namespaced,
        "kind": resource.kind,
        "verbs": resource.verbs(),
    });
    add_names(&mut told, resource);
    told
}

/// A name and its versions, the preferred one first.
type Group = (&'static str, &'static [&'static str]);

/// The aggregated document of `groups`, or `plain`, as the client prefers.
fn answer(
    headers: &HeaderMap,
    groups: &[Group],
    plain: impl FnOnce() -> Value,
) -> Result<Response, Failure> {
    let Some(version) = negotiate(headers, aggregated_version)? else {
        return Ok(Json(plain()).into_response());
    };
    let media_type =
        format!("application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList");
    let items: Vec<_> = groups.iter().map(group_discovery).collect();
    let document = json!({
        "kind": "APIGroupDiscoveryList",
        "apiVersion": format!("apidiscovery.k8s.io/{version}"),
        "metadata": {},
        "items": items,
    });
    Ok(([(CONTENT_TYPE, media_type)], Json(document)).into_response())
}

/// The version of the aggregated document, or inside `None` for the plain one.
fn aggregated_version(substitute: Option<Substitute<'_>>) -> Option<Option<&'static str>> {
    let Some(asked) = substitute else {
        return Some(None);
    };
    match (asked.kind, asked.group, asked.version) {
        ("APIGroupDiscoveryList", "apidiscovery.k8s.io", "v2") => Some(Some("v2")),
        // The two are the same but for the name.
        ("APIGroupDiscoveryList", "apidiscovery.k8s.io", "v2beta1") => Some(Some("v2beta1")),
        _ => None,
    }
}

fn group_discovery((name, versions): &Group) -> Value {
    let versions: Vec<_> = versions
        .iter()
        .map(|version| {
            let resources: Vec<_> = Resource::all_of(name, version)
                .map(resource_discovery)
                .collect();
            json!({ "version": version, "resources": resources, "freshness": "Current" })
        })
        .collect();
    let metadata = match *name {
        "" => json!({}),
        name => json!({ "name": name }),
    };
    json!({ "metadata": metadata, "versions": versions })
}

fn resource_discovery(resource: &Resource) -> Value {
    let mut told = json!({
        "resource": resource.name,
        "responseKind": {
            "group": resource.group,
            "version": resource.version,
            "kind": resource.kind,
        },
        "scope": if resource.namespaced { "Namespaced" } else { "Cluster" },
        "singularResource": resource.singular,
        "verbs": resource.verbs(),
    });
    add_names(&mut told, resource);
    told
}

fn add_names(told: &mut Value, resource: &Resource) {
    let names = [
        ("shortNames", resource.short_names),
        ("categories", resource.categories),
    ];
    for (field, names) in names {
        if !names.is_empty() {
            told[field] = json!(names);
        }
    }
}

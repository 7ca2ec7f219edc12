//! What a request wants to do, as an authorizer sees it.

use axum::http::{Method, Uri};
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use super::list_query::ListQuery;

/// What authorization is decided by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Attributes {
    /// A request for a resource, served or not.
    Resource(ResourceAttributes),
    /// Any other path, such as `/version`.
    Path(PathAttributes),
}

/// `spec.resourceAttributes` of a `SelfSubjectAccessReview`, too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct ResourceAttributes {
    pub(super) verb: String,
    /// Empty for the core group.
    pub(super) group: String,
    pub(super) version: String,
    pub(super) resource: String,
    pub(super) subresource: String,
    /// Empty for all, or for what has none. A namespace is in itself.
    pub(super) namespace: String,
    /// Empty for all.
    pub(super) name: String,
}

/// `spec.nonResourceAttributes` of a `SelfSubjectAccessReview`, too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct PathAttributes {
    pub(super) verb: String,
    pub(super) path: String,
}

impl Attributes {
    /// Reads a request as `k8s.io/apiserver/pkg/endpoints/request.RequestInfoFactory` does.
    pub(super) fn of(method: &Method, uri: &Uri) -> Self {
        let parts: Vec<String> = uri
            .path()
            .trim_matches('/')
            .split('/')
            .map(decoded)
            .collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let (group, version, rest) = match parts.as_slice() {
            ["api", version, rest @ ..] if !rest.is_empty() => ("", *version, rest),
            ["apis", group, version, rest @ ..] if !rest.is_empty() => (*group, *version, rest),
            _ => return Self::Path(PathAttributes::of(method, uri)),
        };
        Self::Resource(ResourceAttributes::of(method, uri, group, version, rest))
    }
}

impl ResourceAttributes {
    fn of(method: &Method, uri: &Uri, group: &str, version: &str, rest: &[&str]) -> Self {
        let (namespace, rest) = match rest {
            // These two belong to the namespace itself.
            ["namespaces", name, "status" | "finalize", ..] => (*name, rest),
            ["namespaces", name, inside @ ..] if !inside.is_empty() => (*name, inside),
            ["namespaces", name] => (*name, rest),
            _ => ("", rest),
        };
        let part = |index: usize| rest.get(index).copied().unwrap_or_default().to_owned();
        let mut attributes = Self {
            verb: String::new(),
            group: group.to_owned(),
            version: version.to_owned(),
            resource: part(0),
            name: part(1),
            // Whatever comes after the name: nothing below it is served.
            subresource: rest.get(2..).unwrap_or_default().join("/"),
            namespace: namespace.to_owned(),
        };
        attributes.set_verb(method, uri);
        attributes
    }

    /// `pods`, or `pods/log`: what policies name.
    pub(super) fn resource_and_subresource(&self) -> String {
        match self.subresource.as_str() {
            "" => self.resource.clone(),
            subresource => format!("{}/{subresource}", self.resource),
        }
    }

    fn set_verb(&mut self, method: &Method, uri: &Uri) {
        let verb = match *method {
            Method::POST => "create",
            Method::PUT => "update",
            Method::PATCH => "patch",
            Method::DELETE if self.name.is_empty() => "deletecollection",
            Method::DELETE => "delete",
            Method::GET | Method::HEAD if !self.name.is_empty() => "get",
            Method::GET | Method::HEAD => {
                // What is wrong with a query is said to those who may ask.
                let query = ListQuery::of(uri).unwrap_or_default();
                // A list of the one with this name needs no more than that one's permission.
                self.name = query.exact_name().unwrap_or_default();
                if query.watch { "watch" } else { "list" }
            }
            _ => "",
        };
        verb.clone_into(&mut self.verb);
    }
}

impl PathAttributes {
    fn of(method: &Method, uri: &Uri) -> Self {
        let verb = match *method {
            // The answer to HEAD is that to GET, without its body.
            Method::HEAD => "get".to_owned(),
            _ => method.as_str().to_ascii_lowercase(),
        };
        let path = uri.path().to_owned();
        Self { verb, path }
    }
}

fn decoded(part: &str) -> String {
    percent_decode_str(part).decode_utf8_lossy().into_owned()
}

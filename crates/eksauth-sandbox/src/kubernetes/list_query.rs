//! The query of a list or a watch.

use std::time::Duration;

use axum::extract::Query;
use axum::http::Uri;
use serde::{Deserialize, Deserializer};

use super::failure::Failure;
use super::selection::Requirement;

/// `ListOptions` and `TableOptions`. What is unknown is ignored, as Kubernetes does; `limit` is
/// known and ignored too, for a server may always answer with more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ListQuery {
    #[serde(deserialize_with = "flag")]
    pub(super) watch: bool,
    pub(super) field_selector: String,
    pub(super) label_selector: String,
    #[serde(deserialize_with = "flag")]
    pub(super) allow_watch_bookmarks: bool,
    #[serde(deserialize_with = "flag")]
    pub(super) send_initial_events: bool,
    pub(super) include_object: IncludeObject,
    resource_version: String,
    resource_version_match: String,
    timeout_seconds: String,
    r#continue: String,
}

/// How much of each object a table carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) enum IncludeObject {
    None,
    #[default]
    #[serde(alias = "")]
    Metadata,
    Object,
}

impl ListQuery {
    pub(super) fn of(uri: &Uri) -> Result<Self, Failure> {
        let Query(query) = Query::try_from_uri(uri)
            .map_err(|_| Failure::bad_request("the query cannot be read as list options"))?;
        Ok(query)
    }

    /// The name that the field selector asks for, if it is the name of one object.
    pub(super) fn exact_name(&self) -> Option<String> {
        let requirements = Requirement::parse_all(&self.field_selector).ok()?;
        requirements.into_iter().find_map(|it| match it {
            Requirement::Equals(field, name) if field == "metadata.name" => Some(name),
            _ => None,
        })
    }

    /// Where to begin; `None` is wherever the server is.
    pub(super) fn resource_version(&self) -> Result<Option<u64>, Failure> {
        match number("resourceVersion", &self.resource_version)? {
            Some(0) | None => Ok(None),
            at => Ok(at),
        }
    }

    /// When a watch ends; `None` is never.
    pub(super) fn timeout(&self) -> Result<Option<Duration>, Failure> {
        let seconds = number("timeoutSeconds", &self.timeout_seconds)?;
        Ok(seconds.filter(|it| *it > 0).map(Duration::from_secs))
    }

    /// That a list can be answered as it is now.
    pub(super) fn check_list(&self) -> Result<(), Failure> {
        if self.send_initial_events {
            return Err(forbidden_option(
                "sendInitialEvents",
                "sendInitialEvents is forbidden for list",
            ));
        }
        if !self.r#continue.is_empty() {
            return Err(Failure::bad_request(
                "continue key is not valid: this server answers every list whole",
            ));
        }
        Ok(())
    }

    /// That what a list at `current` shows is what was asked for.
    pub(super) fn check_list_version(&self, current: u64) -> Result<(), Failure> {
        match self.resource_version()? {
            Some(asked) if asked > current => Err(Failure::not_yet(asked, current)),
            Some(asked) if self.resource_version_match == "Exact" && asked < current => {
                Err(Failure::expired(asked, current))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn check_watch(&self) -> Result<(), Failure> {
        if self.send_initial_events && self.resource_version_match != "NotOlderThan" {
            return Err(forbidden_option(
                "resourceVersionMatch",
                "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
            ));
        }
        Ok(())
    }
}

fn forbidden_option(option: &str, why: &str) -> Failure {
    let problem = format!("{option}: Forbidden: {why}");
    Failure::invalid("ListOptions", "meta.k8s.io", &problem)
}

fn number(name: &str, text: &str) -> Result<Option<u64>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| {
        Failure::bad_request(format!(
            "{name}: expected a whole number, but found {text:?}"
        ))
    })
}

/// As `k8s.io/apimachinery` reads booleans of a query: what is there and not a plain no is a yes.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok(text != "0" && !text.eq_ignore_ascii_case("false"))
}

//! The embedded Kubernetes API: just large enough for real clients, and faithful in what it answers.
//!
//! A request is authenticated and authorized ([`access`]) by what its path says ([`attributes`])
//! before anything looks at it, as in the real API server; so who may not see a thing is not told
//! whether it is there. What is served is one table ([`api`]), which discovery shows and requests
//! are looked up in ([`resources`]).

mod access;
mod age;
mod api;
mod attributes;
mod discovery;
mod failure;
mod form;
mod list_query;
mod media_type;
mod objects;
mod openapi;
mod policy;
mod protobuf;
mod public_info;
mod resources;
mod reviews;
mod selection;
mod table;
#[cfg(test)]
mod tests;
mod user;
mod watch;

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use eksauth_server::UserInfo;

use failure::Failure;

pub use objects::Objects;

/// Who knows bearer tokens.
pub(crate) trait Authenticate: Send + Sync + 'static {
    /// The user that a bearer token belongs to, or `None` when it is nobody's: then the answer is
    /// 401. The group `system:authenticated` is added to the user here.
    fn authenticate(&self, token: String) -> impl Future<Output = Option<UserInfo>> + Send;
}

/// The API server of `objects`, for the users that `authenticate` knows.
///
/// The status of each answer is handed to `observer` before it is sent. A watch ends with its
/// response body, or when [`Objects::end_watches`] is called, without which a graceful shutdown
/// would wait for the watches' clients.
pub(crate) fn router<A: Authenticate>(
    authenticate: A,
    objects: Objects,
    observer: impl Fn(u16) + Clone + Send + Sync + 'static,
) -> Router {
    let observe = move |answer: Response| {
        observer(answer.status().as_u16());
        std::future::ready(answer)
    };
    Router::new()
        .merge(public_info::routes())
        .merge(discovery::routes())
        .merge(openapi::routes())
        .fallback(resources::serve)
        .method_not_allowed_fallback(async || Failure::method_not_allowed())
        .with_state(objects)
        .layer(from_fn_with_state(
            Arc::new(authenticate),
            access::check::<A>,
        ))
        .layer(map_response(observe))
}

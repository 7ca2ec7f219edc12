//! Who asks, and whether they may.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName};
use axum::middleware::Next;
use axum::response::Response;

use super::Authenticate;
use super::attributes::Attributes;
use super::failure::Failure;
use super::policy;
use super::user::User;

/// Lets a request through to the routes, with its [`User`] (unless anonymous) and [`Attributes`] as
/// extensions: what was authorized is what is served.
pub(super) async fn check<A: Authenticate>(
    State(authenticate): State<Arc<A>>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    if request.headers().keys().any(is_impersonation) {
        return Err(Failure::no_impersonation());
    }
    let attributes = Attributes::of(request.method(), request.uri());
    match bearer_token(request.headers()) {
        None if policy::allows_anonymous(&attributes) => {}
        None => return Err(Failure::unauthorized()),
        Some(token) => {
            let user = authenticate.authenticate(token).await;
            let user = User::new(user.ok_or_else(Failure::unauthorized)?);
            if policy::allowing_group(&user, &attributes).is_none() {
                return Err(Failure::forbidden(user.name(), &attributes));
            }
            request.extensions_mut().insert(user);
        }
    }
    request.extensions_mut().insert(attributes);
    Ok(next.run(request).await)
}

/// `kubectl --as`. To ignore it would answer for somebody else than was asked for.
fn is_impersonation(name: &HeaderName) -> bool {
    name.as_str().starts_with("impersonate-")
}

/// The token of `Authorization: Bearer TOKEN`. Like the API server, anything else counts as no
/// credentials, not as wrong ones.
fn bearer_token(headers: &HeaderMap) -> Option<String> {
    let mut words = headers.get(AUTHORIZATION)?.to_str().ok()?.trim().split(' ');
    let scheme = words.next()?;
    let token = words.next().filter(|token| !token.is_empty())?;
    scheme
        .eq_ignore_ascii_case("Bearer")
        .then(|| token.to_owned())
}

//! Someone who has authenticated.

use std::sync::Arc;

use eksauth_server::UserInfo;

/// The group that the API server adds to everyone who has authenticated.
pub(super) const AUTHENTICATED: &str = "system:authenticated";

/// Someone whose token was accepted, with the groups that the server adds.
#[derive(Clone)]
pub(super) struct User(Arc<UserInfo>);

impl User {
    pub(super) fn new(mut info: UserInfo) -> Self {
        if !info.groups.iter().any(|group| group == AUTHENTICATED) {
            info.groups.push(AUTHENTICATED.to_owned());
        }
        Self(Arc::new(info))
    }

    pub(super) fn name(&self) -> &str {
        &self.0.username
    }

    pub(super) fn groups(&self) -> &[String] {
        &self.0.groups
    }

    pub(super) fn info(&self) -> &UserInfo {
        &self.0
    }
}

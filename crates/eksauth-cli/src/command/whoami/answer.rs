//! A user, for people to read.

use std::fmt;

use anstyle::Style;
use k8s_openapi::api::authentication::v1::{SelfSubjectReview, UserInfo};

const LABEL: Style = Style::new().dimmed();

/// The user in a review.
pub(super) struct Answer<'r>(Option<&'r UserInfo>);

impl<'r> Answer<'r> {
    pub(super) fn of(review: &'r SelfSubjectReview) -> Self {
        let status = review.status.as_ref();
        Self(status.and_then(|it| it.user_info.as_ref()))
    }
}

impl fmt::Display for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(user) = self.0 else {
            return writeln!(f, "nobody");
        };
        let row = |f: &mut fmt::Formatter<'_>, label: &str, value: &str| {
            writeln!(f, "{LABEL}{label:<28}{LABEL:#} {value}")
        };
        row(f, "Username", user.username.as_deref().unwrap_or_default())?;
        if let Some(uid) = user.uid.as_deref().filter(|it| !it.is_empty()) {
            row(f, "UID", uid)?;
        }
        let groups = user.groups.iter().flatten();
        row(f, "Groups", &groups.cloned().collect::<Vec<_>>().join(", "))?;
        for (name, values) in user.extra.iter().flatten() {
            row(f, &format!("Extra: {name}"), &values.join(", "))?;
        }
        Ok(())
    }
}

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
        let mut rows = vec![(
            "Username".to_owned(),
            user.username.clone().unwrap_or_default(),
        )];
        rows.push(("UID".to_owned(), user.uid.clone().unwrap_or_default()));
        let groups: Vec<String> = user.groups.iter().flatten().cloned().collect();
        rows.push(("Groups".to_owned(), groups.join(", ")));
        for (name, values) in user.extra.iter().flatten() {
            rows.push((format!("Extra: {name}"), values.join(", ")));
        }
        rows.retain(|(_, value)| !value.is_empty());
        let width = rows
            .iter()
            .map(|(label, _)| label.len())
            .max()
            .unwrap_or_default();
        for (label, value) in rows {
            writeln!(f, "{LABEL}{label:<width$}{LABEL:#}  {value}")?;
        }
        Ok(())
    }
}

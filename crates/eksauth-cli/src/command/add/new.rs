//! The mapping that is to be added.

use eksauth_map::aws_auth::{self, AddError, NewMapping};
use eksauth_map::{List, WarningKind, Who};

use crate::failed::Failed;

/// A mapping, and the list that it goes into.
#[derive(Clone, Debug)]
pub(crate) struct New {
    pub(crate) list: List,
    pub(crate) mapping: NewMapping,
}

impl New {
    /// Refuses what could match nobody, before anything is asked or read.
    pub(super) fn judge(&self) -> Result<(), Failed> {
        let error = match self.added_to(None) {
            Ok(_) => return Ok(()),
            Err(error) => error,
        };
        let message = format!("could not add the mapping to `{}`", self.list.key());
        Err(Failed::new(message).because(match error {
            AddError::Doubtful(WarningKind::RolePath { write }) => Failed::new(format!(
                "expected a role without its path, which STS leaves out of the names of its sessions: \
                 write `--rolearn {write}`"
            )),
            error => Failed::new(error.to_string()),
        }))
    }

    /// The text of the section with the mapping in it.
    pub(super) fn added_to(&self, section: Option<&str>) -> Result<String, AddError> {
        match self.list {
            List::Users => aws_auth::add_user(section, &self.mapping),
            _ => aws_auth::add_role(section, &self.mapping),
        }
    }

    /// Whom it is about, in a few words.
    pub(super) fn who(&self) -> String {
        match &self.mapping.who {
            Who::Sso {
                permission_set_name,
                account_id,
                ..
            } => format!("the permission set {permission_set_name} of account {account_id}"),
            Who::Arn(arn) => arn.clone(),
            Who::UserIdOnly => String::new(),
        }
    }
}

//! One entry of `mapRoles` or `mapUsers`, in whichever format.

use crate::{List, Mapping, Place, Who};

/// The key of the ARN of an entry.
pub(super) fn arn_key(list: List) -> &'static str {
    match list {
        List::Users => "userarn",
        _ => "rolearn",
    }
}

/// The keys of an entry, as they are mostly spelled.
pub(super) fn keys(list: List) -> &'static [&'static str] {
    match list {
        List::Users => &["userarn", "username", "groups", "userid"],
        _ => &["rolearn", "sso", "username", "groups", "userid"],
    }
}

/// The keys of an `sso` block.
pub(super) const SSO_KEYS: &[&str] = &["permissionSetName", "accountID", "partition"];

/// The fields of an entry. What is missing is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) arn: String,
    pub(super) sso: Option<SsoBlock>,
    pub(super) username: String,
    pub(super) groups: Vec<String>,
    pub(super) user_id: String,
}

/// A permission set of IAM Identity Center.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SsoBlock {
    pub(super) permission_set_name: String,
    pub(super) account_id: String,
    pub(super) partition: String,
}

impl Entry {
    /// Whom it is about, or what is expected instead.
    pub(super) fn who(&self, list: List) -> Result<Who, &'static str> {
        match (self.arn.as_str(), &self.sso) {
            ("", None) if list == List::Users => Err("expected a `userarn`, but found none"),
            ("", None) => Err("expected either `rolearn` or `sso`, but found neither"),
            ("", Some(sso)) => Ok(sso.who()),
            (arn, None) => Ok(Who::Arn(arn.to_owned())),
            (_, Some(_)) => Err("expected either `rolearn` or `sso`, but found both"),
        }
    }

    pub(super) fn into_mapping(self, who: Who, place: Place) -> Mapping {
        Mapping {
            who,
            user_id: (!self.user_id.is_empty()).then_some(self.user_id),
            username: self.username,
            groups: self.groups,
            place,
        }
    }
}

impl SsoBlock {
    pub(super) fn who(&self) -> Who {
        Who::Sso {
            permission_set_name: self.permission_set_name.clone(),
            account_id: self.account_id.clone(),
            partition: self.partition.clone(),
        }
    }
}

//! The ConfigMap `kube-system/aws-auth`.
//!
//! Its `data` has the keys `mapRoles`, `mapUsers` and `mapAccounts`, each with a text that is YAML
//! again. People edit it by hand while it is in use, so it is read leniently: what can be understood
//! counts, and everything else is a [`Trouble`].

mod add;
mod manifest;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::entries;
use super::trouble::{Effect, Trouble};
use super::typing::Typing;
use super::yaml::{self, Node};
use crate::shown::shown;
use crate::{Account, List, Mapping};

pub use add::{AddError, NewMapping, add_role, add_user};
pub use manifest::{ManifestError, data_of_manifest};

/// The most that a section may hold: Kubernetes allows an object no more.
const MAX_BYTES: usize = 1 << 20;

/// What the ConfigMap says.
///
/// # Examples
///
/// ```
/// use std::collections::BTreeMap;
///
/// use eksauth_map::aws_auth::AwsAuth;
///
/// let roles = "
/// - rolearn: arn:aws:iam::123456789012:role/Deploy
///   username: deploy
///   groups: [deployers]
/// - rolearn: arn:aws:iam::123456789012:role/Audit
/// ";
/// let data = BTreeMap::from([("mapRoles".to_owned(), roles.to_owned())]);
/// let (aws_auth, troubles) = AwsAuth::default().updated(&data);
/// assert_eq!(aws_auth.roles.len(), 1);
/// assert_eq!(
///     troubles[0].to_string(),
///     "mapRoles[1], line 5: expected a `username`, but found none; the entry is dropped"
/// );
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AwsAuth {
    /// The entries of `mapRoles`.
    pub roles: Vec<Mapping>,
    /// The entries of `mapUsers`.
    pub users: Vec<Mapping>,
    /// The items of `mapAccounts`.
    pub accounts: Vec<Account>,
}

impl AwsAuth {
    /// What it says with new `data`, and what is wrong with that.
    ///
    /// A section that is missing is empty. One that is no YAML stays what it was: a slip of the hand
    /// in it locks nobody out, and lets nobody in who was not there before. One that is YAML but no
    /// list is empty, and an entry that does not say who it is about, or which user that is, is
    /// dropped; the others count.
    #[must_use]
    pub fn updated(&self, data: &BTreeMap<String, String>) -> (Self, Vec<Trouble>) {
        let mut troubles = misspelt_keys(data);
        let roles = section(
            List::Roles,
            data,
            &self.roles,
            &mut troubles,
            |root, out| entries::mappings(List::Roles, root, Typing::Lenient, out),
        );
        let users = section(
            List::Users,
            data,
            &self.users,
            &mut troubles,
            |root, out| entries::mappings(List::Users, root, Typing::Lenient, out),
        );
        let accounts = section(
            List::Accounts,
            data,
            &self.accounts,
            &mut troubles,
            |root, out| entries::accounts(root, Typing::Lenient, out),
        );
        let updated = Self {
            roles,
            users,
            accounts,
        };
        (updated, troubles)
    }
}

fn section<T: Clone>(
    list: List,
    data: &BTreeMap<String, String>,
    last_good: &[T],
    troubles: &mut Vec<Trouble>,
    read: impl FnOnce(&Node, &mut Vec<Trouble>) -> Vec<T>,
) -> Vec<T> {
    let Some(text) = data.get(list.key()).filter(|text| !is_blank(text)) else {
        return Vec::new();
    };
    let document = match yaml::parse(text, MAX_BYTES) {
        Ok(document) => document,
        Err(error) => {
            let trouble = Trouble::of_list(list, Effect::ListKept, error.message());
            troubles.push(match error.line() {
                Some(line) => trouble.on_line(line),
                None => trouble,
            });
            return last_good.to_vec();
        }
    };
    if document.more {
        let message = "expected one document, but found more, of which the first alone counts";
        troubles.push(Trouble::of_list(list, Effect::Noted, message));
    }
    match &document.root {
        Some(root) => read(root, troubles),
        None => Vec::new(),
    }
}

/// Whether a text is one of those that templates leave behind where nothing is to be.
fn is_blank(text: &str) -> bool {
    matches!(text.trim(), "" | "``" | "\"\"" | "''")
}

/// Keys that mean nothing, but were meant to.
fn misspelt_keys(data: &BTreeMap<String, String>) -> Vec<Trouble> {
    let lists = [List::Roles, List::Users, List::Accounts];
    let trouble = |key: &String| {
        let list = lists.into_iter().find(|list| is_nearly(key, list.key()))?;
        let (expected, found) = (list.key(), shown(key));
        let message = format!(
            "expected the key `{expected}`, spelled exactly so, but found `{found}`, which is ignored"
        );
        Some(Trouble::of_list(list, Effect::Noted, message))
    };
    data.keys().filter_map(trouble).collect()
}

fn is_nearly(found: &str, key: &str) -> bool {
    let plain = |key: &str| {
        let key = key.trim().to_ascii_lowercase().replace(['-', '_', '.'], "");
        key.trim_end_matches('s').to_owned()
    };
    found != key && plain(found) == plain(key)
}

//! One entry, in JSON.

use serde::de::MapAccess;
use serde_json::value::RawValue;

use super::super::entry::{Entry, SSO_KEYS, SsoBlock, arn_key, keys};
use super::super::json::{self, Filled, PairsOf, TextOf, TextsOf};
use super::DynamicFileError;
use crate::{List, Mapping, Place, UserIds, Who};

/// Reads an entry of `mapRoles` or `mapUsers`.
pub(super) fn mapping(
    raw: &RawValue,
    place: Place,
    user_ids: UserIds,
) -> Result<Mapping, DynamicFileError> {
    let entry = PairsOf {
        what: "an entry as an object",
        keys: keys(place.list),
        into: Entry::default(),
    };
    let entry = json::read(raw.get(), entry);
    let entry = entry
        .map_err(|error| DynamicFileError::within(place, error))?
        .unwrap_or_default();
    let who = who(&entry, place.list, user_ids).ok_or_else(|| {
        let key = match user_ids {
            UserIds::Required => "userid",
            UserIds::Ignored | UserIds::Pinned => arn_key(place.list),
        };
        DynamicFileError::at(place, format!("expected a `{key}`, but found none"))
    })?;
    Ok(entry.into_mapping(who, place))
}

/// Whom an entry is about, if it has what it is found by.
fn who(entry: &Entry, list: List, user_ids: UserIds) -> Option<Who> {
    let is_required = user_ids == UserIds::Required;
    match (entry.arn.as_str(), &entry.sso) {
        _ if is_required && entry.user_id.is_empty() => None,
        ("", Some(sso)) if is_required && list == List::Roles => Some(sso.who()),
        ("", _) => is_required.then_some(Who::UserIdOnly),
        (arn, _) => Some(Who::Arn(arn.to_owned())),
    }
}

impl<'de> Filled<'de> for Entry {
    fn fill<A: MapAccess<'de>>(&mut self, key: &'static str, map: &mut A) -> Result<(), A::Error> {
        let text = match key {
            "groups" => {
                self.groups = map.next_value_seed(TextsOf(key))?;
                return Ok(());
            }
            "sso" => {
                self.sso = map.next_value_seed(PairsOf {
                    what: "an object as `sso`",
                    keys: SSO_KEYS,
                    into: SsoBlock::default(),
                })?;
                return Ok(());
            }
            "username" => &mut self.username,
            "userid" => &mut self.user_id,
            _ => &mut self.arn,
        };
        fill_text(text, key, map)
    }
}

impl<'de> Filled<'de> for SsoBlock {
    fn fill<A: MapAccess<'de>>(&mut self, key: &'static str, map: &mut A) -> Result<(), A::Error> {
        let text = match key {
            "permissionSetName" => &mut self.permission_set_name,
            "accountID" => &mut self.account_id,
            _ => &mut self.partition,
        };
        fill_text(text, key, map)
    }
}

/// `null` leaves what is there.
fn fill_text<'de, A: MapAccess<'de>>(
    text: &mut String,
    key: &'static str,
    map: &mut A,
) -> Result<(), A::Error> {
    if let Some(found) = map.next_value_seed(TextOf(key))? {
        *text = found;
    }
    Ok(())
}

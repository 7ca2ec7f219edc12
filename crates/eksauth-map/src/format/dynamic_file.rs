//! The file of the backend `DynamicFile`: JSON that a program writes.
//!
//! ```json
//! {
//!   "LastUpdatedDateTime": "1700000000",
//!   "Version": "7",
//!   "mapRoles": [
//!     {"rolearn": "arn:aws:iam::123456789012:role/Deploy", "userid": "AROAEXAMPLE",
//!      "username": "deploy", "groups": ["deployers"]}
//!   ],
//!   "mapUsers": [],
//!   "mapAccounts": ["123456789012"]
//! }
//! ```
//!
//! Keys count in whichever case, and unknown ones do not count.

mod entry;
mod error;
#[cfg(test)]
mod tests;

use serde::de::MapAccess;
use serde_json::value::RawValue;

use super::LastUpdated;
use super::json::{self, Filled, PairsOf, RawListOf, TextOf};
use crate::{Account, List, Mapping, Place, UserIds};

pub use error::DynamicFileError;

/// What the file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DynamicFile {
    /// The entries of `mapRoles`.
    pub roles: Vec<Mapping>,
    /// The entries of `mapUsers`.
    pub users: Vec<Mapping>,
    /// The items of `mapAccounts`.
    pub accounts: Vec<Account>,
    /// When it was written, by its own account.
    pub last_updated: Option<LastUpdated>,
    /// Its version, in whichever form.
    pub version: Option<String>,
}

impl DynamicFile {
    /// Reads a file, all or nothing: it is the work of a program, so one value that is wrong puts all
    /// others in doubt.
    ///
    /// Every entry needs what it is found by: the user id with [`UserIds::Required`], the ARN
    /// otherwise.
    ///
    /// # Errors
    ///
    /// [`DynamicFileError`] for the first value that is wrong.
    ///
    /// # Examples
    ///
    /// ```
    /// use eksauth_map::UserIds;
    /// use eksauth_map::dynamic_file::DynamicFile;
    ///
    /// let text = r#"{"mapRoles": [
    ///     {"userid": "AROAEXAMPLE", "username": "deploy"}
    /// ]}"#;
    /// assert_eq!(DynamicFile::parse(text, UserIds::Required)?.roles.len(), 1);
    ///
    /// let error = DynamicFile::parse(text, UserIds::Ignored).unwrap_err();
    /// assert_eq!(error.to_string(), "mapRoles[0], line 2: expected a `rolearn`, but found none");
    /// # Ok::<(), eksauth_map::dynamic_file::DynamicFileError>(())
    /// ```
    pub fn parse(text: &str, user_ids: UserIds) -> Result<Self, DynamicFileError> {
        let file = PairsOf {
            what: "an object with `mapRoles`, `mapUsers` and `mapAccounts`",
            keys: &[
                "LastUpdatedDateTime",
                "Version",
                "mapRoles",
                "mapUsers",
                "mapAccounts",
            ],
            into: Raw::default(),
        };
        let raw = json::read(text, file)?.unwrap_or_default();
        let mappings = |list, items: &[&RawValue]| {
            let mut places = Places::of(list, text);
            let read = |raw: &&RawValue| entry::mapping(raw, places.next(raw), user_ids);
            items.iter().map(read).collect::<Result<Vec<_>, _>>()
        };
        Ok(Self {
            roles: mappings(List::Roles, &raw.roles)?,
            users: mappings(List::Users, &raw.users)?,
            accounts: accounts(text, &raw.accounts)?,
            last_updated: raw.last_updated.map(LastUpdated::new),
            version: raw.version,
        })
    }
}

fn accounts(text: &str, items: &[&RawValue]) -> Result<Vec<Account>, DynamicFileError> {
    let mut places = Places::of(List::Accounts, text);
    let read = |raw: &&RawValue| {
        let place = places.next(raw);
        let id = json::read(raw.get(), TextOf("mapAccounts"));
        let id = id.map_err(|error| DynamicFileError::within(place, error))?;
        Ok(Account {
            id: id.unwrap_or_default(),
            place,
        })
    };
    items.iter().map(read).collect()
}

/// The file with its entries not yet read.
#[derive(Default)]
struct Raw<'a> {
    roles: Vec<&'a RawValue>,
    users: Vec<&'a RawValue>,
    accounts: Vec<&'a RawValue>,
    last_updated: Option<String>,
    version: Option<String>,
}

impl<'de> Filled<'de> for Raw<'de> {
    fn fill<A: MapAccess<'de>>(&mut self, key: &'static str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "mapRoles" => self.roles = map.next_value_seed(RawListOf(key))?,
            "mapUsers" => self.users = map.next_value_seed(RawListOf(key))?,
            "mapAccounts" => self.accounts = map.next_value_seed(RawListOf(key))?,
            "LastUpdatedDateTime" => self.last_updated = map.next_value_seed(TextOf(key))?,
            _ => self.version = map.next_value_seed(TextOf(key))?,
        }
        Ok(())
    }
}

/// Counts the entries of a list and their lines, once through the text.
struct Places<'a> {
    list: List,
    index: usize,
    line: usize,
    /// The text, and how much of it the lines are counted of.
    text: &'a str,
    counted: usize,
}

impl<'a> Places<'a> {
    fn of(list: List, text: &'a str) -> Self {
        Self {
            list,
            index: 0,
            line: 1,
            text,
            counted: 0,
        }
    }

    /// The place of the next entry, which is a part of the text.
    fn next(&mut self, raw: &RawValue) -> Place {
        let offset = (raw.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let between = self.text.as_bytes().get(self.counted..offset);
        let newlines = between.unwrap_or_default().iter().filter(|b| **b == b'\n');
        self.line += newlines.count();
        self.counted = offset.max(self.counted);
        let index = self.index;
        self.index += 1;
        Place {
            list: self.list,
            index,
            line: Some(self.line),
        }
    }
}

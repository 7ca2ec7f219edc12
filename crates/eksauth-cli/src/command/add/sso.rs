//! `--sso`.

use std::str::FromStr;

use eksauth_map::Who;

use crate::failed::Failed;

/// A permission set, as `permissionSetName=NAME,accountID=ID[,partition=PARTITION]`. Not judged yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PermissionSet {
    name: String,
    account: String,
    partition: String,
}

const EXPECTED: &str =
    "expected permissionSetName=NAME,accountID=ID and perhaps ,partition=PARTITION";

impl FromStr for PermissionSet {
    type Err = Failed;

    fn from_str(text: &str) -> Result<Self, Failed> {
        let mut set = Self::default();
        let mut last = None;
        for part in text.split(',') {
            match (key_and_value(part), last) {
                (Some((key, value)), _) => {
                    *set.value_of(key) = value.to_owned();
                    last = Some(key);
                }
                // A name may hold commas.
                (None, Some(key)) => {
                    let value = set.value_of(key);
                    value.push(',');
                    value.push_str(part);
                }
                (None, None) => return Err(unknown(part)),
            }
        }
        match (set.name.is_empty(), set.account.is_empty()) {
            (false, false) => Ok(set),
            (true, _) => Err(missing("permissionSetName")),
            (_, true) => Err(missing("accountID")),
        }
    }
}

impl PermissionSet {
    fn value_of(&mut self, key: Key) -> &mut String {
        match key {
            Key::Name => &mut self.name,
            Key::Account => &mut self.account,
            Key::Partition => &mut self.partition,
        }
    }
}

#[derive(Clone, Copy)]
enum Key {
    Name,
    Account,
    Partition,
}

/// In any case, as the keys of the configuration file.
fn key_and_value(part: &str) -> Option<(Key, &str)> {
    let (key, value) = part.split_once('=')?;
    let key = match key.trim().to_ascii_lowercase().as_str() {
        "permissionsetname" => Key::Name,
        "accountid" => Key::Account,
        "partition" => Key::Partition,
        _ => return None,
    };
    Some((key, value.trim()))
}

impl From<PermissionSet> for Who {
    fn from(set: PermissionSet) -> Self {
        Self::Sso {
            permission_set_name: set.name,
            account_id: set.account,
            partition: set.partition,
        }
    }
}

fn missing(key: &str) -> Failed {
    Failed::new(format!("{EXPECTED}, but found no {key}"))
}

fn unknown(part: &str) -> Failed {
    Failed::new(format!("{EXPECTED}, but found `{}`", part.escape_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<[String; 3], String> {
        let set: Result<PermissionSet, _> = text.parse();
        set.map(|it| [it.name, it.account, it.partition])
            .map_err(|it| it.to_string())
    }

    #[test]
    fn a_permission_set_is_its_name_its_account_and_perhaps_its_partition() {
        for (text, expected) in [
            (
                "permissionSetName=Ops,accountID=123456789012",
                ["Ops", "123456789012", ""],
            ),
            (
                "accountid=123456789012, PartiTion=aws-cn,permissionsetname=Ops",
                ["Ops", "123456789012", "aws-cn"],
            ),
            (
                "permissionSetName=a=b,c,accountID=123456789012",
                ["a=b,c", "123456789012", ""],
            ),
        ] {
            assert_eq!(parsed(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_missing_or_unknown_is_told() {
        for (text, words) in [
            ("permissionSetName=Ops", "no accountID"),
            ("accountID=123456789012", "no permissionSetName"),
            ("", "``"),
            ("Ops", "`Ops`"),
            ("name=Ops", "`name=Ops`"),
        ] {
            let error = parsed(text).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}

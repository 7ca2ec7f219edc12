//! The three lists, out of YAML.

use std::collections::BTreeSet;

use super::entry::{Entry, SSO_KEYS, SsoBlock, arn_key, keys};
use super::trouble::{Effect, Trouble};
use super::typing::{Typed, Typing, at_commas};
use super::yaml::{Kind, Node, Pairs, Value};
use crate::shown::shown;
use crate::{Account, List, Mapping, Place};

/// The entries of `mapRoles` or `mapUsers` that say whom they are about.
pub(super) fn mappings(
    list: List,
    root: &Node,
    typing: Typing,
    troubles: &mut Vec<Trouble>,
) -> Vec<Mapping> {
    let items = match &root.value {
        Value::Scalar(_, Kind::Null) => return Vec::new(),
        Value::List(items, _) => items.as_slice(),
        Value::Map(pairs) if typing == Typing::Weak && pairs.is_empty() => return Vec::new(),
        Value::Map(_) if typing == Typing::Weak => std::slice::from_ref(root),
        _ => {
            troubles.push(not_a_list(list, root));
            return Vec::new();
        }
    };
    of_items(list, items, typing, troubles)
}

/// The same from the items of the list.
pub(super) fn of_items(
    list: List,
    items: &[Node],
    typing: Typing,
    troubles: &mut Vec<Trouble>,
) -> Vec<Mapping> {
    let mut reader = EntryReader::new(list, typing);
    let mappings = items.iter().filter_map(|item| reader.next(item)).collect();
    troubles.append(&mut reader.troubles);
    mappings
}

/// The items of `mapAccounts`, each by the text in the source, so that leading zeros stay.
pub(super) fn accounts(root: &Node, typing: Typing, troubles: &mut Vec<Trouble>) -> Vec<Account> {
    let account = |(index, (line, id)): (usize, (usize, Typed<String>))| match id {
        Ok(id) => Some(Account {
            id,
            place: place(List::Accounts, index, line),
        }),
        Err(message) => {
            let trouble = Trouble::of_list(List::Accounts, Effect::EntryDropped, message);
            troubles.push(trouble.in_entry(index).on_line(line));
            None
        }
    };
    let ids: Vec<(usize, Typed<String>)> = match &root.value {
        Value::Scalar(_, Kind::Null) => Vec::new(),
        Value::List(items, _) => items
            .iter()
            .map(|item| (item.line, account_id(item)))
            .collect(),
        Value::Scalar(text, Kind::Text) if typing == Typing::Weak => at_commas(root.line, text),
        Value::Scalar(..) if typing == Typing::Weak => vec![(root.line, account_id(root))],
        _ => {
            troubles.push(not_a_list(List::Accounts, root));
            return Vec::new();
        }
    };
    ids.into_iter().enumerate().filter_map(account).collect()
}

fn account_id(node: &Node) -> Typed<String> {
    match &node.value {
        Value::Scalar(text, kind) if *kind != Kind::Null => Ok(text.clone()),
        _ => Err(format!(
            "expected the id of an account, but found {}",
            node.described()
        )),
    }
}

fn not_a_list(list: List, root: &Node) -> Trouble {
    let message = format!("expected a list, but found {}", root.described());
    Trouble::of_list(list, Effect::ListEmptied, message).on_line(root.line)
}

fn place(list: List, index: usize, line: usize) -> Place {
    Place {
        list,
        index,
        line: Some(line),
    }
}

/// Reads the entries of one list, one after the other.
pub(super) struct EntryReader {
    list: List,
    typing: Typing,
    /// What is wrong with those that were read.
    pub(super) troubles: Vec<Trouble>,
    /// Keys that nobody knows, so that each is reported once.
    unknown: BTreeSet<String>,
    /// How many were read; while one is, those before it.
    index: usize,
}

impl EntryReader {
    pub(super) fn new(list: List, typing: Typing) -> Self {
        Self {
            list,
            typing,
            troubles: Vec::new(),
            unknown: BTreeSet::new(),
            index: 0,
        }
    }

    /// The next entry, if it says whom it is about.
    pub(super) fn next(&mut self, node: &Node) -> Option<Mapping> {
        let mapping = self.mapping(node);
        self.index += 1;
        mapping
    }

    fn mapping(&mut self, node: &Node) -> Option<Mapping> {
        let entry = match &node.value {
            Value::Map(pairs) => self.entry(pairs),
            _ => {
                let key = arn_key(self.list);
                let found = node.described();
                let message = format!("expected an entry with the key `{key}`, but found {found}");
                self.report(node.line, Effect::EntryDropped, message);
                return None;
            }
        };
        let who = match entry.who(self.list) {
            Ok(_) if self.typing == Typing::Lenient && entry.username.is_empty() => {
                Err("expected a `username`, but found none")
            }
            who => who,
        };
        match who {
            Ok(who) => Some(entry.into_mapping(who, place(self.list, self.index, node.line))),
            Err(message) => {
                self.report(node.line, Effect::EntryDropped, message.to_owned());
                None
            }
        }
    }

    fn entry(&mut self, pairs: &[(Node, Node)]) -> Entry {
        let mut entry = Entry::default();
        for (key, value) in self.known(pairs, keys(self.list)) {
            match key {
                "username" => self.text_into(&mut entry.username, key, value),
                "userid" => self.text_into(&mut entry.user_id, key, value),
                "groups" => self.groups_into(&mut entry.groups, key, value),
                "sso" => self.sso_into(&mut entry.sso, key, value),
                _ => self.text_into(&mut entry.arn, key, value),
            }
        }
        entry
    }

    fn sso_into(&mut self, sso: &mut Option<SsoBlock>, key: &str, node: &Node) {
        let pairs = match &node.value {
            Value::Scalar(_, Kind::Null) => return *sso = None,
            Value::Map(pairs) => pairs,
            _ => {
                let found = node.described();
                let message = format!("expected a mapping as `{key}`, but found {found}");
                return self.report(node.line, Effect::ValueEmptied, message);
            }
        };
        let block = sso.get_or_insert_default();
        for (key, value) in self.known(pairs, SSO_KEYS) {
            match key {
                "permissionSetName" => {
                    self.text_into(&mut block.permission_set_name, key, value);
                }
                "accountID" => self.text_into(&mut block.account_id, key, value),
                _ => self.text_into(&mut block.partition, key, value),
            }
        }
    }

    fn text_into(&mut self, text: &mut String, key: &str, node: &Node) {
        match self.typing.text(key, node) {
            Ok(Some(found)) => *text = found,
            Ok(None) => {}
            Err(message) => self.report(node.line, Effect::ValueEmptied, message),
        }
    }

    fn groups_into(&mut self, groups: &mut Vec<String>, key: &str, node: &Node) {
        let items = match self.typing.texts(key, node) {
            Ok(items) => items,
            Err(message) => return self.report(node.line, Effect::ValueEmptied, message),
        };
        groups.clear();
        groups.reserve_exact(items.len());
        for (line, item) in items {
            groups.push(item.unwrap_or_else(|message| {
                self.report(line, Effect::ValueEmptied, message);
                String::new()
            }));
        }
    }

    /// The pairs with a known key in whichever case; the others are reported.
    fn known<'n>(
        &mut self,
        pairs: &'n [(Node, Node)],
        keys: &[&'static str],
    ) -> Vec<(&'static str, &'n Node)> {
        let pairs = Pairs::of(pairs);
        let mut known: Vec<(&str, &Node)> = Vec::new();
        for (spelling, value) in pairs.iter() {
            match keys.iter().find(|key| key.eq_ignore_ascii_case(spelling)) {
                Some(key) => {
                    if known.iter().any(|(other, _)| other == key) {
                        let message = format!(
                            "expected `{key}` in one spelling, but found several, of which \
                             `{spelling}` counts"
                        );
                        self.report(value.line, Effect::Noted, message);
                    }
                    known.push((key, value));
                }
                None => self.report_unknown(spelling, value.line),
            }
        }
        for (line, message) in pairs.odd {
            self.report(line, Effect::Noted, message);
        }
        known
    }

    fn report_unknown(&mut self, key: &str, line: usize) {
        if self.unknown.insert(key.to_owned()) {
            let message = format!("the key `{}` is unknown and ignored", shown(key));
            self.report(line, Effect::Noted, message);
        }
    }

    fn report(&mut self, line: usize, effect: Effect, message: String) {
        let trouble = Trouble::of_list(self.list, effect, message);
        self.troubles
            .push(trouble.in_entry(self.index).on_line(line));
    }
}

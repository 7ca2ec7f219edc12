//! The lists in the configuration file of the server: `mapRoles`, `mapUsers` and `mapAccounts` below
//! `server`.
//!
//! They are read from the text of the file rather than from its values, so that a scalar without
//! quotes stays what its author sees: the account `012345678901` keeps its zero.

#[cfg(test)]
mod tests;

use super::entries::{self, EntryReader};
use super::trouble::{Effect, Trouble};
use super::typing::Typing;
use super::yaml::{self, ItemSink, Kind, Node, Pairs, Value, YamlError};
use crate::{Account, List, Mapping};

/// The most that a configuration file may hold.
const MAX_BYTES: usize = 16 << 20;

/// The lists of a configuration file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MountedFile {
    /// The entries of `mapRoles`.
    pub roles: Vec<Mapping>,
    /// The entries of `mapUsers`.
    pub users: Vec<Mapping>,
    /// The items of `mapAccounts`.
    pub accounts: Vec<Account>,
    /// Keys that are ignored, and the like.
    pub warnings: Vec<Trouble>,
}

/// Reads the lists from the text of a whole configuration file in YAML or JSON.
///
/// Keys count in whichever case. A number stands for its text, and a text for a list with commas in
/// it: `groups: viewers,editors`. Where there is one entry instead of a list, it is the only one.
///
/// # Errors
///
/// [`MountedError`] when it cannot be read, or an entry in it cannot: it is read once, and who starts
/// the server is there to mend it.
///
/// # Examples
///
/// ```
/// use eksauth_map::mounted;
///
/// let file = mounted::from_yaml("
/// clusterID: prod
/// server:
///   mapRoles:
///   - roleARN: arn:aws:iam::012345678901:role/Deploy
///     username: deploy
///     groups: deployers,viewers
///   mapAccounts: [012345678901]
/// ")?;
/// assert_eq!(file.roles[0].groups, ["deployers", "viewers"]);
/// assert_eq!(file.roles[0].place.to_string(), "mapRoles[0], line 5");
/// assert_eq!(file.accounts[0].id, "012345678901");
/// # Ok::<(), eksauth_map::mounted::MountedError>(())
/// ```
pub fn from_yaml(text: &str) -> Result<MountedFile, MountedError> {
    let mut streamed = StreamedLists::default();
    let document = yaml::parse_into(text, MAX_BYTES, &mut streamed)?;
    let Some(server) = value(document.root.as_ref(), "server")? else {
        return Ok(MountedFile::default());
    };
    let mut troubles = Vec::new();
    let mut mappings = |list: List| -> Result<Vec<Mapping>, MountedError> {
        let Some(root) = value(Some(server), list.key())? else {
            return Ok(Vec::new());
        };
        Ok(match streamed.remove(root) {
            Some(mut read) => {
                troubles.append(&mut read.reader.troubles);
                read.mappings
            }
            None => entries::mappings(list, root, Typing::Weak, &mut troubles),
        })
    };
    let roles = mappings(List::Roles)?;
    let users = mappings(List::Users)?;
    let accounts = match value(Some(server), List::Accounts.key())? {
        Some(root) => entries::accounts(root, Typing::Weak, &mut troubles),
        None => Vec::new(),
    };
    match troubles.iter().position(|it| it.effect() != Effect::Noted) {
        Some(first) => Err(MountedError::Entry(troubles.swap_remove(first))),
        None => Ok(MountedFile {
            roles,
            users,
            accounts,
            warnings: troubles,
        }),
    }
}

/// The entries of `mapRoles` and `mapUsers` that were read while the text was. Where something else than a
/// plain list stands there, it is in the tree.
#[derive(Default)]
struct StreamedLists {
    /// The last one is being read.
    lists: Vec<StreamedList>,
}

struct StreamedList {
    /// Where it stands. Its key alone does not tell: of several spellings one counts.
    start: usize,
    reader: EntryReader,
    mappings: Vec<Mapping>,
}

impl StreamedLists {
    /// The entries of a list that is in the tree without them.
    fn remove(&mut self, root: &Node) -> Option<StreamedList> {
        let at = self.lists.iter().position(|it| it.start == root.start)?;
        Some(self.lists.swap_remove(at))
    }
}

impl ItemSink for StreamedLists {
    fn begin(&mut self, keys: &[&str], start: usize) -> bool {
        let [server, key] = keys else {
            return false;
        };
        let named = |list: &List| key.eq_ignore_ascii_case(list.key());
        let list = [List::Roles, List::Users].into_iter().find(named);
        match list.filter(|_| server.eq_ignore_ascii_case("server")) {
            Some(list) => {
                self.lists.push(StreamedList {
                    start,
                    reader: EntryReader::new(list, Typing::Weak),
                    mappings: Vec::new(),
                });
                true
            }
            None => false,
        }
    }

    fn take(&mut self, item: Node) {
        if let Some(StreamedList {
            reader, mappings, ..
        }) = self.lists.last_mut()
        {
            mappings.extend(reader.next(&item));
        }
    }
}

/// The value of a key in whichever case; `None` when nothing is there.
fn value<'a>(node: Option<&'a Node>, key: &'static str) -> Result<Option<&'a Node>, MountedError> {
    let Some(node) = node else {
        return Ok(None);
    };
    let pairs = match &node.value {
        Value::Map(pairs) => pairs,
        Value::Scalar(_, Kind::Null) => return Ok(None),
        _ => {
            return Err(MountedError::NotAMapping {
                line: node.line,
                key,
                found: node.described(),
            });
        }
    };
    let spelled = |(name, _): &&(Node, Node)| matches!(&name.value, Value::Scalar(text, _) if text.eq_ignore_ascii_case(key));
    match pairs.iter().filter(spelled).nth(1) {
        Some((again, _)) => Err(MountedError::Twice {
            line: again.line,
            key,
        }),
        None => Ok(Pairs::of(pairs).get(key)),
    }
}

/// A configuration file whose lists cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MountedError {
    /// It is neither YAML nor JSON.
    #[error("could not read the configuration file")]
    Syntax(#[from] YamlError),
    /// Something else stands where a key is looked for.
    #[error("line {line}: expected a mapping with the key `{key}`, but found {found}")]
    NotAMapping {
        /// The line, from 1.
        line: usize,
        /// The key.
        key: &'static str,
        /// What stands there instead.
        found: String,
    },
    /// A key is there twice, perhaps in another case.
    #[error("line {line}: expected the key `{key}` once, but found it again")]
    Twice {
        /// The line of the second, from 1.
        line: usize,
        /// The key.
        key: &'static str,
    },
    /// An entry, or a whole list, is not what it should be.
    #[error("{}: {}", .0.place(), .0.message())]
    Entry(Trouble),
}

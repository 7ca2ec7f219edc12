//! One more entry in a section, without touching the others.

mod error;
mod insertion;
mod item;

use super::super::entries;
use super::super::typing::Typing;
use super::super::yaml::{self, Document, Node, Value};
use super::{MAX_BYTES, is_blank};
use crate::{BackendMode, List, Mapping, MappingSet, Matching, Place, Sso, Who, permission_set};

pub use error::AddError;

/// A mapping that is to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMapping {
    /// Whom it is about.
    pub who: Who,
    /// The user name in Kubernetes, with placeholders.
    pub username: String,
    /// The groups in Kubernetes, with placeholders; perhaps none.
    pub groups: Vec<String>,
    /// The unique id of the principal.
    pub user_id: Option<String>,
}

/// Adds an entry to the text of `mapRoles`, at its end; `None` if there is no such section yet.
///
/// Nothing else in the text changes: comments, order and indentation stay, and the new entry is
/// indented like the others. The result is read again: unless it holds the old entries as they were
/// and the new one behind them, it is an error.
///
/// A role may have wildcards in its name. It matches somebody only where
/// [`Matching::wildcards`] is on, which it is not by default: who asks for it is to be told.
///
/// # Errors
///
/// [`AddError`] when the mapping could match nobody, its principal is there already, or the section
/// is no list in YAML.
///
/// # Examples
///
/// ```
/// use eksauth_map::Who;
/// use eksauth_map::aws_auth::{NewMapping, add_role};
///
/// let section = "\
/// - rolearn: arn:aws:iam::123456789012:role/Worker  # the pool
///   username: system:node:{{EC2PrivateDNSName}}
///   groups:
///   - system:bootstrappers
///   - system:nodes
/// ";
/// let deploy = NewMapping {
///     who: Who::Arn("arn:aws:iam::123456789012:role/Deploy".to_owned()),
///     username: "deploy:{{SessionName}}".to_owned(),
///     groups: vec!["deployers".to_owned()],
///     user_id: None,
/// };
/// let added = add_role(Some(section), &deploy)?;
/// let entry = "\
/// - rolearn: arn:aws:iam::123456789012:role/Deploy
///   username: deploy:{{SessionName}}
///   groups:
///   - deployers
/// ";
/// assert_eq!(added, [section, entry].concat());
/// # Ok::<(), eksauth_map::aws_auth::AddError>(())
/// ```
pub fn add_role(text: Option<&str>, mapping: &NewMapping) -> Result<String, AddError> {
    add(List::Roles, text, mapping)
}

/// Adds an entry to the text of `mapUsers`, as [`add_role`] does to that of `mapRoles`.
///
/// # Errors
///
/// As [`add_role`]; a permission set is none of a user.
pub fn add_user(text: Option<&str>, mapping: &NewMapping) -> Result<String, AddError> {
    add(List::Users, text, mapping)
}

fn add(list: List, text: Option<&str>, new: &NewMapping) -> Result<String, AddError> {
    judge(list, new)?;
    let text = text.filter(|text| !is_blank(text)).unwrap_or_default();
    let document = yaml::parse(text, MAX_BYTES)?;
    let old = items(&document)?;
    let key = key(&new.who);
    if let Some(same) = mappings(list, old)
        .iter()
        .find(|it| self::key(&it.who) == key)
    {
        return Err(AddError::Exists { place: same.place });
    }
    let added = insertion::insert(list, text, &document, new);
    prove(list, old, &added, new)?;
    Ok(added)
}

/// Refuses what would be dropped, match nobody, or be read differently by different readers.
fn judge(list: List, new: &NewMapping) -> Result<(), AddError> {
    let texts = [&new.username]
        .into_iter()
        .chain(&new.groups)
        .chain(&new.user_id);
    for text in texts {
        if text.is_empty() || text.chars().any(ends_lines_or_hides) {
            return Err(AddError::unusable(text));
        }
    }
    if let Who::Arn(arn) = &new.who
        && arn.chars().any(ends_lines_or_hides)
    {
        return Err(AddError::unusable(arn));
    }
    if list == List::Users && matches!(new.who, Who::Sso { .. }) {
        return Err(AddError::SsoUser);
    }
    let mut matching = Matching::of(BackendMode::EksConfigMap);
    matching.sso = Sso::Matched;
    matching.wildcards = true;
    let place = Place {
        list,
        index: 0,
        line: None,
    };
    let loaded = MappingSet::builder(matching)
        .mappings([new.clone().at(place)])
        .build();
    if let Some(problem) = loaded.problems.into_iter().next() {
        return Err(AddError::Problem(problem.kind));
    }
    match loaded.warnings.into_iter().next() {
        Some(warning) => Err(AddError::Doubtful(warning.kind)),
        None => Ok(()),
    }
}

/// Control characters, what some versions of YAML take for the end of a line, and what has no width
/// or turns the direction of the text around: with those, two names that look alike are not the same.
fn ends_lines_or_hides(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// The entries of the section.
fn items(document: &Document) -> Result<&[Node], AddError> {
    match &document.root {
        Some(root) if root.is_null() => Ok(&[]),
        Some(Node {
            value: Value::List(items, _),
            ..
        }) => Ok(items),
        Some(root) => Err(AddError::NotAList {
            found: root.described(),
        }),
        None => Ok(&[]),
    }
}

fn mappings(list: List, items: &[Node]) -> Vec<Mapping> {
    entries::of_items(list, items, Typing::Lenient, &mut Vec::new())
}

/// What two entries about the same principal share.
fn key(who: &Who) -> Option<String> {
    match who {
        Who::Arn(arn) => Some(arn.to_ascii_lowercase()),
        Who::Sso {
            permission_set_name,
            account_id,
            partition,
        } => permission_set::stem(permission_set_name, account_id, partition).ok(),
        Who::UserIdOnly => None,
    }
}

/// Reads the text again: the old entries are unchanged, and the new one is what was asked for.
fn prove(list: List, old: &[Node], added: &str, new: &NewMapping) -> Result<(), AddError> {
    let document = yaml::parse(added, MAX_BYTES)?;
    let (last, before) = items(&document)?.split_last().ok_or(AddError::Unproven)?;
    let unchanged = before.len() == old.len()
        && before
            .iter()
            .zip(old)
            .all(|(now, then)| now.says_the_same(then));
    match mappings(list, std::slice::from_ref(last)).as_slice() {
        [found] if unchanged && *found == new.clone().at(found.place) => Ok(()),
        _ => Err(AddError::Unproven),
    }
}

impl NewMapping {
    fn at(self, place: Place) -> Mapping {
        Mapping {
            who: self.who,
            user_id: self.user_id,
            username: self.username,
            groups: self.groups,
            place,
        }
    }
}

//! An entry as text.

use super::super::super::entry::arn_key;
use super::super::super::yaml::{Kind, plain_kind};
use super::NewMapping;
use crate::{List, Who};

/// How the entries of a list are indented.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// Blanks before the dash.
    pub(super) indent: usize,
    /// Blanks behind it.
    pub(super) gap: usize,
    /// Blanks before the dashes of `groups`, beyond those before `groups`.
    pub(super) groups: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            indent: 0,
            gap: 1,
            groups: 2,
        }
    }
}

/// The lines of an item of a block list.
pub(super) fn block(list: List, new: &NewMapping, style: Style) -> Vec<String> {
    let groups = " ".repeat(style.groups);
    let mut lines = Vec::new();
    match &new.who {
        Who::Sso {
            permission_set_name,
            account_id,
            partition,
        } => {
            lines.push("sso:".to_owned());
            lines.push(format!(
                "  permissionSetName: {}",
                scalar(permission_set_name)
            ));
            lines.push(format!("  accountID: {}", scalar(account_id)));
            if !partition.is_empty() {
                lines.push(format!("  partition: {}", scalar(partition)));
            }
        }
        who => lines.push(format!("{}: {}", arn_key(list), scalar(arn(who)))),
    }
    lines.push(format!("username: {}", scalar(&new.username)));
    if !new.groups.is_empty() {
        lines.push("groups:".to_owned());
        let items = new.groups.iter();
        lines.extend(items.map(|group| format!("{groups}- {}", scalar(group))));
    }
    if let Some(user_id) = &new.user_id {
        lines.push(format!("userid: {}", scalar(user_id)));
    }
    let indented = |(index, line): (usize, String)| {
        let dash = if index == 0 { "-" } else { " " };
        let (indent, gap) = (" ".repeat(style.indent), " ".repeat(style.gap));
        format!("{indent}{dash}{gap}{line}")
    };
    lines.into_iter().enumerate().map(indented).collect()
}

/// The same in braces, which is JSON too.
pub(super) fn flow(list: List, new: &NewMapping) -> String {
    let mut pairs = Vec::new();
    match &new.who {
        Who::Sso {
            permission_set_name,
            account_id,
            partition,
        } => {
            let mut sso = vec![
                pair("permissionSetName", permission_set_name),
                pair("accountID", account_id),
            ];
            if !partition.is_empty() {
                sso.push(pair("partition", partition));
            }
            pairs.push(format!("\"sso\": {{{}}}", sso.join(", ")));
        }
        who => pairs.push(pair(arn_key(list), arn(who))),
    }
    pairs.push(pair("username", &new.username));
    if !new.groups.is_empty() {
        let groups: Vec<String> = new.groups.iter().map(|group| quoted(group)).collect();
        pairs.push(format!("\"groups\": [{}]", groups.join(", ")));
    }
    if let Some(user_id) = &new.user_id {
        pairs.push(pair("userid", user_id));
    }
    format!("{{{}}}", pairs.join(", "))
}

fn arn(who: &Who) -> &str {
    match who {
        Who::Arn(arn) => arn,
        Who::Sso { .. } | Who::UserIdOnly => "",
    }
}

fn pair(key: &str, value: &str) -> String {
    format!("{}: {}", quoted(key), quoted(value))
}

/// A text without quotes where every reader of YAML takes it for that text.
fn scalar(text: &str) -> String {
    let is_safe = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with(':')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_./:@+=,{}*".contains(c))
        && plain_kind(text) == Kind::Text;
    if is_safe {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// In double quotes, as in JSON, which YAML reads the same.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

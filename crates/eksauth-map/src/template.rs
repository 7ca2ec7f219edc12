//! Placeholders in user names and groups.

use crate::shown::shown;
use crate::{MapError, Principal};

/// A text with placeholders, taken apart once.
///
/// A template is filled in in one pass: what a value brings along is never read again, so nobody
/// who chooses the name of their session chooses what stands around it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Template {
    parts: Box<[Part]>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Part {
    Text(Box<str>),
    Value(Placeholder),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Placeholder {
    Ec2PrivateDnsName,
    AccountId,
    SessionName,
    SessionNameRaw,
    AccessKeyId,
}

impl Template {
    /// Everything is a template: what is no placeholder stays as it is.
    pub(crate) fn new(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, placeholder, after)) = Placeholder::first_in(rest) {
            if !before.is_empty() {
                parts.push(Part::Text(before.into()));
            }
            parts.push(Part::Value(placeholder));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.into()));
        }
        Self {
            parts: parts.into(),
        }
    }

    /// Whether the private DNS name of an instance must be looked up to fill it in.
    pub(crate) fn needs_private_dns_name(&self) -> bool {
        self.parts
            .contains(&Part::Value(Placeholder::Ec2PrivateDnsName))
    }

    /// What stands in double braces and is no placeholder, as it would be shown.
    pub(crate) fn unknown_placeholders(&self) -> impl Iterator<Item = String> {
        self.parts.iter().flat_map(|part| match part {
            Part::Text(text) => in_double_braces(text).map(shown).collect(),
            Part::Value(_) => Vec::new(),
        })
    }

    pub(crate) fn fill_in(
        &self,
        principal: &Principal,
        private_dns_name: Option<&str>,
    ) -> Result<String, MapError> {
        let mut filled = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Value(placeholder) => {
                    placeholder.push_to(&mut filled, principal, private_dns_name)?;
                }
            }
        }
        Ok(filled)
    }
}

impl Placeholder {
    const ALL: [Self; 5] = [
        Self::Ec2PrivateDnsName,
        Self::AccountId,
        Self::SessionName,
        Self::SessionNameRaw,
        Self::AccessKeyId,
    ];

    fn text(self) -> &'static str {
        match self {
            Self::Ec2PrivateDnsName => "{{EC2PrivateDNSName}}",
            Self::AccountId => "{{AccountID}}",
            Self::SessionName => "{{SessionName}}",
            Self::SessionNameRaw => "{{SessionNameRaw}}",
            Self::AccessKeyId => "{{AccessKeyID}}",
        }
    }

    /// The first placeholder of a text, with what comes before and after it.
    fn first_in(text: &str) -> Option<(&str, Self, &str)> {
        text.match_indices("{{")
            // Of three braces, the last two may open a placeholder.
            .flat_map(|(at, _)| [at, at + 1])
            .find_map(|at| {
                let (before, rest) = text.split_at_checked(at)?;
                Self::ALL.into_iter().find_map(|placeholder| {
                    let after = rest.strip_prefix(placeholder.text())?;
                    Some((before, placeholder, after))
                })
            })
    }

    fn push_to(
        self,
        filled: &mut String,
        principal: &Principal,
        private_dns_name: Option<&str>,
    ) -> Result<(), MapError> {
        match self {
            Self::Ec2PrivateDnsName => match private_dns_name {
                Some(name) if !name.is_empty() => filled.push_str(name),
                _ => return Err(MapError::NoPrivateDnsName),
            },
            Self::AccountId => filled.push_str(&principal.account_id),
            // `@` is in session names that are mail addresses.
            Self::SessionName => filled.extend(principal.session_name.chars().map(|c| match c {
                '@' => '-',
                c => c,
            })),
            Self::SessionNameRaw => filled.push_str(&principal.session_name),
            Self::AccessKeyId => filled.push_str(&principal.access_key_id),
        }
        Ok(())
    }
}

/// The placeholders for a message: `` `{{A}}`, `{{B}}` ``.
pub(crate) fn placeholders() -> String {
    Placeholder::ALL
        .map(|placeholder| format!("`{}`", placeholder.text()))
        .join(", ")
}

/// What could have been meant as a placeholder.
fn in_double_braces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, from) = rest.split_at_checked(rest.find("{{")?)?;
        let (found, after) = from.split_at_checked(from.find("}}")? + 2)?;
        rest = after;
        Some(found)
    })
}

#[cfg(test)]
mod tests;

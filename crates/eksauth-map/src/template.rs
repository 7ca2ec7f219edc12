//! Placeholders in user names and groups.

use crate::shown::shown;
use crate::{MapError, Principal};

/// A text with placeholders, taken apart once.
///
/// A template is filled in in one pass: what a value brings along is never read again, so nobody
/// who chooses the name of their session chooses what stands around it.
///
/// There may be very many, and most are nothing but text: that is one allocation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Template {
    /// Everything but the placeholders.
    text: Box<str>,
    /// Where in the text each stands, in their order.
    placeholders: Box<[(usize, Placeholder)]>,
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
        let mut plain = String::with_capacity(text.len());
        let mut placeholders = Vec::new();
        let mut rest = text;
        while let Some((before, placeholder, after)) = Placeholder::first_in(rest) {
            plain.push_str(before);
            placeholders.push((plain.len(), placeholder));
            rest = after;
        }
        plain.push_str(rest);
        Self {
            text: plain.into(),
            placeholders: placeholders.into(),
        }
    }

    /// Whether the private DNS name of an instance must be looked up to fill it in.
    pub(crate) fn needs_private_dns_name(&self) -> bool {
        let mut placeholders = self.placeholders.iter();
        placeholders.any(|(_, it)| *it == Placeholder::Ec2PrivateDnsName)
    }

    /// What stands in double braces and is no placeholder, as it would be shown.
    pub(crate) fn unknown_placeholders(&self) -> impl Iterator<Item = String> {
        let texts = self.parts().map(|(text, _)| text);
        texts.flat_map(in_double_braces).map(shown)
    }

    pub(crate) fn fill_in(
        &self,
        principal: &Principal,
        private_dns_name: Option<&str>,
    ) -> Result<String, MapError> {
        let mut filled = String::new();
        for (text, placeholder) in self.parts() {
            filled.push_str(text);
            if let Some(placeholder) = placeholder {
                placeholder.push_to(&mut filled, principal, private_dns_name)?;
            }
        }
        Ok(filled)
    }

    /// The texts, and the placeholder behind each but the last.
    fn parts(&self) -> impl Iterator<Item = (&str, Option<Placeholder>)> {
        let ends = self.placeholders.iter().map(|(at, it)| (*at, Some(*it)));
        let ends = ends.chain([(self.text.len(), None)]);
        ends.scan(0, |start, (end, placeholder)| {
            let text = self.text.get(*start..end)?;
            *start = end;
            Some((text, placeholder))
        })
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

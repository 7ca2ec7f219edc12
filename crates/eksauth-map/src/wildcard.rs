//! Roles whose name is written with wildcards.

use eksauth_token::Arn;

/// The roles of one account whose names fit: `*` is any run of characters, `?` exactly one, as in
/// IAM policies.
///
/// Everything up to the name is compared as it stands: anybody can have an account, and make a role
/// of any name there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wildcard {
    /// `arn:aws:iam::123456789012:role/`
    head: Box<str>,
    name: Box<str>,
}

impl Wildcard {
    pub(crate) fn is_in(text: &str) -> bool {
        text.contains(['*', '?'])
    }

    /// Takes a lower-cased ARN; nothing if a wildcard stands anywhere but in the name of a role.
    pub(crate) fn new(arn: &str) -> Option<Self> {
        let parsed = Arn::parse(arn).ok()?;
        let name = parsed.resource().strip_prefix("role/")?;
        let head = arn.strip_suffix(name)?;
        let is_role = parsed.service() == "iam" && !Self::is_in(head);
        is_role.then(|| Self {
            head: head.into(),
            name: name.into(),
        })
    }

    /// Whether there is a path before the name, which STS never reports.
    pub(crate) fn has_path(&self) -> bool {
        self.name.contains('/')
    }

    /// Whether a lower-cased ARN fits.
    pub(crate) fn matches(&self, arn: &str) -> bool {
        arn.strip_prefix(&*self.head)
            .is_some_and(|name| fits(self.name.as_bytes(), name.as_bytes()))
    }
}

/// Goes through the text once and back to the latest `*` only: time grows with the product of the
/// two lengths, whatever the pattern. Byte by byte, because the names of roles are ASCII.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut read) = (0, 0);
    // Where to go on when the latest `*` takes one character more.
    let mut retry = None;
    while let Some(&byte) = text.get(read) {
        match pattern.get(at) {
            Some(b'*') => {
                retry = Some((at + 1, read));
                at += 1;
            }
            Some(&wanted) if wanted == b'?' || wanted == byte => {
                at += 1;
                read += 1;
            }
            _ => {
                let Some((after, from)) = retry else {
                    return false;
                };
                (at, read) = (after, from + 1);
                retry = Some((after, read));
            }
        }
    }
    pattern
        .get(at..)
        .is_some_and(|rest| rest.iter().all(|&b| b == b'*'))
}

#[cfg(test)]
mod tests;

//! ARNs with wildcards.

/// A pattern for ARNs: `*` stands for any run of characters, `?` for one or none.
///
/// Each of the six sections must match as a whole, so a wildcard never reaches across a colon,
/// except within the resource, the last section. Case matters.
///
/// # Examples
///
/// ```
/// use eksauth_token::ArnPattern;
///
/// let pattern = ArnPattern::new("arn:aws:iam::123456789012:role/deploy-*")?;
/// assert!(pattern.matches("arn:aws:iam::123456789012:role/deploy-eu")?);
/// assert!(!pattern.matches("arn:aws:iam::999999999999:role/deploy-eu")?);
/// # Ok::<(), eksauth_token::NotAnArn>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ArnPattern {
    sections: [Box<str>; 5],
}

impl ArnPattern {
    /// Takes a pattern apart.
    ///
    /// # Errors
    ///
    /// When it does not start with `arn:` and five more sections.
    pub fn new(pattern: &str) -> Result<Self, NotAnArn> {
        let sections = sections(pattern).ok_or(NotAnArn { what: "pattern" })?;
        Ok(Self {
            sections: sections.map(Into::into),
        })
    }

    /// Whether an ARN fits.
    ///
    /// # Errors
    ///
    /// When the subject does not start with `arn:` and five more sections.
    pub fn matches(&self, arn: &str) -> Result<bool, NotAnArn> {
        let subject = sections(arn).ok_or(NotAnArn { what: "subject" })?;
        Ok(self
            .sections
            .iter()
            .zip(subject)
            .all(|(pattern, text)| glob(pattern, text)))
    }
}

/// A pattern or a subject that is no ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a {what} of six sections that starts with `arn:`, but found something else")]
pub struct NotAnArn {
    what: &'static str,
}

/// The five sections behind `arn:`; further colons belong to the last.
pub(super) fn sections(text: &str) -> Option<[&str; 5]> {
    let mut sections = text.strip_prefix("arn:")?.splitn(5, ':');
    let mut next = || sections.next();
    Some([next()?, next()?, next()?, next()?, next()?])
}

/// Matches by keeping the set of pattern positions that the text so far can have reached: time
/// grows with the product of the two lengths, whatever the pattern.
fn glob(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let mut reached = vec![false; pattern.len() + 1];
    reached[0] = true;
    skip_optional(&pattern, &mut reached);
    for c in text.chars() {
        let mut next = vec![false; pattern.len() + 1];
        for (at, wanted) in pattern.iter().enumerate().filter(|(at, _)| reached[*at]) {
            match wanted {
                '*' => next[at] = true,
                '?' => next[at + 1] = true,
                wanted if *wanted == c => next[at + 1] = true,
                _ => {}
            }
        }
        skip_optional(&pattern, &mut next);
        reached = next;
    }
    reached[pattern.len()]
}

/// Both wildcards may stand for nothing.
fn skip_optional(pattern: &[char], reached: &mut [bool]) {
    for (at, wanted) in pattern.iter().enumerate() {
        if reached[at] && matches!(wanted, '*' | '?') {
            reached[at + 1] = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, arn: &str) -> bool {
        ArnPattern::new(pattern).unwrap().matches(arn).unwrap()
    }

    #[test]
    fn wildcards_stand_for_runs_and_for_one_or_none() {
        let role = "arn:aws:iam::123456789012:role/a/b-c";
        for pattern in [
            role,
            "arn:aws:iam::123456789012:role/*",
            "arn:*:*:*:*:*",
            "arn:aws:iam::12345678901?:role/a/b?c",
            "arn:aws:iam::123456789012:role/a/b-c?",
            "arn:aws:iam:*:123456789012:*b*",
            "arn:aws:iam::123456789012:role/**c",
        ] {
            assert!(matches(pattern, role), "{pattern}");
        }
        for pattern in [
            "arn:aws:iam::123456789012:role/",
            "arn:aws:iam::123456789012:role/a",
            "arn:aws:iam::123456789012:ROLE/*",
            "arn:aws:iam::12345678901:role/*",
            "arn:aws:iam::123456789012:role/a?b-c-d",
        ] {
            assert!(!matches(pattern, role), "{pattern}");
        }
    }

    #[test]
    fn wildcards_do_not_cross_sections_but_within_the_resource() {
        assert!(ArnPattern::new("arn:aws:*:role/x").is_err());
        assert!(matches("arn:aws:iam::1:*x", "arn:aws:iam::1:role/a:b:x"));
        assert!(!matches("arn:aws:i*:r:1:x", "arn:aws:iam:q:r:1:x"));
    }

    #[test]
    fn subject_and_pattern_must_both_be_arns() {
        assert_eq!(
            ArnPattern::new("aws:*").unwrap_err(),
            NotAnArn { what: "pattern" }
        );
        let pattern = ArnPattern::new("arn:*:*:*:*:*").unwrap();
        assert_eq!(
            pattern.matches("arn:aws:iam").unwrap_err(),
            NotAnArn { what: "subject" }
        );
    }

    #[test]
    fn many_wildcards_cost_no_more_than_the_product_of_lengths() {
        let pattern = format!("arn:aws:iam::1:{}b", "*a".repeat(200));
        assert!(!matches(
            &pattern,
            &format!("arn:aws:iam::1:{}", "a".repeat(2000))
        ));
    }
}

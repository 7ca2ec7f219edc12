//! Keeping tokens out of what people are told.

use eksauth::token::TOKEN_PREFIX;

/// Removes tokens from a text: a misplaced argument must not bring one into a terminal's history or
/// a log.
pub(crate) fn without_tokens(text: &str) -> String {
    let mut parts = text.split(TOKEN_PREFIX);
    let mut clean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        clean.push_str(TOKEN_PREFIX);
        clean.push_str("** redacted **");
        clean.push_str(
            part.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "-_+/=".contains(c)),
        );
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_removed_from_text() {
        for (text, clean) in [
            ("no token", "no token"),
            (
                "'k8s-aws-v1.aHR0-cHM6_Ly9' found",
                "'k8s-aws-v1.** redacted **' found",
            ),
            (
                "k8s-aws-v1.a k8s-aws-v1.b=",
                "k8s-aws-v1.** redacted ** k8s-aws-v1.** redacted **",
            ),
        ] {
            assert_eq!(without_tokens(text), clean);
        }
    }
}

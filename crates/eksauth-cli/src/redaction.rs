//! Keeping tokens out of what people are told: a misplaced argument is repeated in many messages, and
//! must not bring one into a terminal's history or a log.

use eksauth::token::TOKEN_PREFIX;

/// What comes before a secret, in lower case. What is behind `https://` in base64 is a presigned URL.
const MARKS: [&str; 4] = [
    TOKEN_PREFIX,
    "x-amz-signature=",
    "x-amz-security-token=",
    "ahr0chm6ly",
];

/// Removes what follows each mark.
pub(crate) fn without_tokens(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    // Changes ASCII letters only, so positions stay.
    while let Some(end) = first_mark(&rest.to_ascii_lowercase()) {
        clean.push_str(&rest[..end]);
        let behind = rest[end..].trim_start_matches(is_secret_char);
        // The prefix alone, as messages name it, is no secret.
        if behind.len() < rest.len() - end {
            clean.push_str("** redacted **");
        }
        rest = behind;
    }
    clean.push_str(rest);
    clean
}

/// Where the first mark ends.
fn first_mark(lower: &str) -> Option<usize> {
    let ends = MARKS
        .iter()
        .filter_map(|mark| Some((lower.find(mark)?, mark.len())));
    ends.min().map(|(start, len)| start + len)
}

/// Base64, hex and percent-encoding.
fn is_secret_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_+/=%.".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_removed_from_text() {
        for (text, clean) in [
            ("no token", "no token"),
            ("starts with `k8s-aws-v1.`", "starts with `k8s-aws-v1.`"),
            (
                "'k8s-aws-v1.aHR0-cHM6_Ly9' found",
                "'k8s-aws-v1.** redacted **' found",
            ),
            (
                "k8s-aws-v1.a k8s-aws-v1.b=",
                "k8s-aws-v1.** redacted ** k8s-aws-v1.** redacted **",
            ),
            (
                "https://sts/?X-Amz-Date=1&X-Amz-Security-Token=a%2Fb&x-amz-signature=0f' no",
                "https://sts/?X-Amz-Date=1&X-Amz-Security-Token=** redacted **\
                 &x-amz-signature=** redacted **' no",
            ),
            ("`aHR0cHM6Ly9zdHMu`", "`aHR0cHM6Ly** redacted **`"),
        ] {
            assert_eq!(without_tokens(text), clean);
        }
    }
}

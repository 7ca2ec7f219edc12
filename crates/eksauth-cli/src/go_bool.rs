//! `true` and `false` as the flags and the files of aws-iam-authenticator spell them.

/// The spellings of Go's `strconv.ParseBool`.
pub(crate) fn go_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// The value of a flag.
pub(crate) fn flag_value(text: &str) -> Result<bool, String> {
    go_bool(text).ok_or_else(|| {
        format!(
            "expected `true` or `false`, but found `{}`",
            text.escape_default()
        )
    })
}

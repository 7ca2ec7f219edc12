//! The rules that AWS has for names.

use super::WorldError;

/// `[\w+=,.@-]`: what names in IAM and of sessions are made of.
pub(crate) fn is_iam_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_+=,.@-".contains(c)
}

pub(super) fn check_account(entry: &str, id: &str) -> Result<(), WorldError> {
    let valid = id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit());
    verdict(valid, entry, "an account id of 12 digits, in quotes", id)
}

pub(super) fn check_principal(entry: &str, name: &str) -> Result<(), WorldError> {
    let valid = (1..=64).contains(&name.len()) && name.chars().all(is_iam_character);
    let expected = "a name of 1 to 64 letters, digits and `_+=,.@-`";
    verdict(valid, entry, expected, name)
}

pub(super) fn check_path(entry: &str, path: &str) -> Result<(), WorldError> {
    let valid = path.len() <= 512
        && path.starts_with('/')
        && path.ends_with('/')
        && !path.contains("//")
        && path.bytes().all(|b| b.is_ascii_graphic());
    let entry = format!("{entry}, path");
    let expected = "a path that starts and ends with `/`, such as `/teams/web/`";
    verdict(valid, &entry, expected, path)
}

pub(super) fn check_access_key_id(entry: &str, id: &str) -> Result<(), WorldError> {
    let well_formed = (16..=128).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let valid = well_formed && !id.starts_with("ASIA");
    let entry = format!("{entry}, accessKeys");
    let expected = "an id of 16 to 128 letters and digits that does not start with `ASIA`, as those \
                    of sessions do";
    verdict(valid, &entry, expected, id)
}

pub(super) fn check_cluster(entry: &str, name: &str) -> Result<(), WorldError> {
    let valid = name.len() <= 100
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let expected = "a name of 1 to 100 letters, digits, `-` and `_` that starts with a letter or \
                    digit";
    verdict(valid, entry, expected, name)
}

fn verdict(valid: bool, entry: &str, expected: &str, found: &str) -> Result<(), WorldError> {
    if valid {
        Ok(())
    } else {
        Err(WorldError::unexpected(entry, expected, found))
    }
}

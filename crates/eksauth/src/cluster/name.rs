//! The names that clusters can have at EKS.

use eksauth_token::ClusterId;

use super::DescribeError;

/// Longest name of a cluster, in bytes.
const MAX_LEN: usize = 100;

/// Checks a name as the `CreateCluster` operation of EKS does: `^[0-9A-Za-z][A-Za-z0-9_-]*`, at most
/// 100 characters. Another one would ask EKS for something else: the name is a part of the path.
pub(super) fn checked(name: &str) -> Result<ClusterId, DescribeError> {
    let unusable = || DescribeError::Name { found: shown(name) };
    if !is_name(name.as_bytes()) {
        return Err(unusable());
    }
    ClusterId::new(name).map_err(|_| unusable())
}

fn is_name(name: &[u8]) -> bool {
    let is_inner = |b: &u8| b.is_ascii_alphanumeric() || b"_-".contains(b);
    name.len() <= MAX_LEN
        && name.first().is_some_and(u8::is_ascii_alphanumeric)
        && name.iter().all(is_inner)
}

/// Foreign text, escaped and cut to a readable length.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 128;
    text.escape_default().take(LONGEST).collect()
}

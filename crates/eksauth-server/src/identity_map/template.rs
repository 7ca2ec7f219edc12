//! Placeholders in user names and groups.

use crate::{MapError, VerifiedIdentity};

const EC2_PRIVATE_DNS_NAME: &str = "EC2PrivateDNSName";

/// Fills placeholders in, one kind after the other. What is not a placeholder stays.
pub(super) fn fill_in(template: &str, identity: &VerifiedIdentity) -> Result<String, MapError> {
    if template.contains("{{EC2PrivateDNSName}}") {
        return Err(MapError::Placeholder(EC2_PRIVATE_DNS_NAME));
    }
    // `@` is in most session names that are mail addresses, and in no Kubernetes user name of old.
    let session_name = identity.session_name().replace('@', "-");
    Ok(template
        .replace("{{AccountID}}", identity.account_id())
        .replace("{{SessionName}}", &session_name)
        .replace("{{SessionNameRaw}}", identity.session_name())
        .replace("{{AccessKeyID}}", identity.access_key_id()))
}

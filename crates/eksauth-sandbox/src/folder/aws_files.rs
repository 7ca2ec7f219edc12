//! `~/.aws/config` and `~/.aws/credentials` of the sandbox.

use std::fmt::Write as _;

use crate::aws::AccessKey;
use crate::world::Role;

/// A profile, under a name that no other has.
pub(crate) struct Profile<'a> {
    pub(crate) name: String,
    pub(crate) source: Source<'a>,
}

/// Where the credentials of a profile come from.
pub(crate) enum Source<'a> {
    /// They are an access key.
    Key(&'a AccessKey),
    /// They are a role's session, with the key of `default`.
    Role(&'a Role),
}

/// The config file. The AWS CLI keeps sessions in the user's home and finds them by their arguments,
/// so the session's name must be another one in each sandbox.
pub(crate) fn config(region: &str, session_name: &str, profiles: &[Profile<'_>]) -> String {
    let mut text = String::new();
    for Profile { name, source } in profiles {
        let section = match name.as_str() {
            "default" => name.clone(),
            name => format!("profile {name}"),
        };
        let _ = write!(text, "[{section}]\nregion = {region}\n");
        if let Source::Role(role) = source {
            let arn = &role.arn;
            let _ = write!(
                text,
                "role_arn = {arn}\nrole_session_name = {session_name}\nsource_profile = default\n"
            );
        }
        text.push('\n');
    }
    text
}

/// The credentials file.
pub(crate) fn credentials(profiles: &[Profile<'_>]) -> String {
    let mut text = String::new();
    for Profile { name, source } in profiles {
        if let Source::Key(key) = source {
            let (id, secret) = (key.id(), key.secret_access_key());
            let _ = write!(
                text,
                "[{name}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n\n"
            );
        }
    }
    text
}

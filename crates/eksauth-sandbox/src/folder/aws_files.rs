//! `~/.aws/config` and `~/.aws/credentials` of the sandbox.

use std::fmt::Write as _;

use crate::aws::AccessKey;
use crate::world::Role;

/// One profile for each role, which assumes it with the keys of `default`.
pub(crate) fn profiles(region: &str, roles: &[&Role], keys: &[AccessKey]) -> String {
    let mut text = format!("[default]\nregion = {region}\n");
    for user in users(keys) {
        let _ = write!(text, "\n[profile {user}]\nregion = {region}\n");
    }
    for role in roles {
        let (name, arn) = (&role.name, &role.arn);
        let _ = write!(
            text,
            "\n[profile {name}]\nregion = {region}\nrole_arn = {arn}\nsource_profile = default\n"
        );
    }
    text
}

/// The first key as `default`, and each user's first one by the user's name.
pub(crate) fn credentials(keys: &[AccessKey]) -> String {
    let mut text = String::new();
    if let Some(key) = keys.first() {
        section(&mut text, "default", key);
    }
    for user in users(keys) {
        if let Some(key) = keys.iter().find(|it| it.user_name() == user) {
            section(&mut text, user, key);
        }
    }
    text
}

fn section(text: &mut String, name: &str, key: &AccessKey) {
    let (id, secret) = (key.id(), key.secret_access_key());
    let _ = write!(
        text,
        "[{name}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n\n"
    );
}

/// Each once, in order.
fn users(keys: &[AccessKey]) -> Vec<&str> {
    let mut users: Vec<&str> = keys.iter().map(|it| it.user_name()).collect();
    users.dedup();
    users
}

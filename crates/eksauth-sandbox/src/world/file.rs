//! The YAML of a world as it is written: names and defaults, no checks.

use eksauth_server::map::{Account, List, Mapping, Place, Who};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::ClusterStatus;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct WorldFile {
    #[serde(default = "default_region")]
    pub(super) region: String,
    pub(super) accounts: Option<Vec<AccountFile>>,
    #[serde(default)]
    pub(super) users: Vec<UserFile>,
    #[serde(default)]
    pub(super) roles: Vec<RoleFile>,
    #[serde(default)]
    pub(super) clusters: Vec<ClusterFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct AccountFile {
    pub(super) id: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct UserFile {
    pub(super) name: String,
    pub(super) account: Option<String>,
    #[serde(default = "default_path")]
    pub(super) path: String,
    #[serde(default = "one_generated_key")]
    pub(super) access_keys: Vec<AccessKeyFile>,
    #[serde(default)]
    pub(super) deny: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct AccessKeyFile {
    pub(super) id: Option<String>,
    pub(super) secret: Option<Zeroizing<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct RoleFile {
    pub(super) name: String,
    pub(super) account: Option<String>,
    #[serde(default = "default_path")]
    pub(super) path: String,
    #[serde(default)]
    pub(super) trust: TrustFile,
    #[serde(default = "default_session_duration")]
    pub(super) max_session_duration: u32,
    #[serde(default)]
    pub(super) deny: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct TrustFile {
    #[serde(default)]
    pub(super) principals: Vec<String>,
    pub(super) external_id: Option<String>,
    #[serde(default)]
    pub(super) web_identity: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ClusterFile {
    pub(super) name: String,
    pub(super) account: Option<String>,
    pub(super) region: Option<String>,
    #[serde(default)]
    pub(super) status: ClusterStatus,
    #[serde(default = "default_version")]
    pub(super) version: String,
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) access: AccessFile,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct AccessFile {
    #[serde(default)]
    pub(super) map_roles: Vec<RoleMappingFile>,
    #[serde(default)]
    pub(super) map_users: Vec<UserMappingFile>,
    #[serde(default)]
    pub(super) map_accounts: Vec<String>,
}

/// The authenticator is more lenient; here, what is not understood is an error.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleMappingFile {
    #[serde(rename = "roleARN", alias = "rolearn")]
    role_arn: String,
    username: String,
    #[serde(default)]
    groups: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UserMappingFile {
    #[serde(rename = "userARN", alias = "userarn")]
    user_arn: String,
    username: String,
    #[serde(default)]
    groups: Vec<String>,
}

impl AccessFile {
    /// The mappings as the authenticator takes them.
    pub(super) fn into_mappings(self) -> (Vec<Mapping>, Vec<Account>) {
        let roles = (0..).zip(self.map_roles).map(|(index, it)| {
            let place = place(List::Roles, index);
            mapping(it.role_arn, it.username, it.groups, place)
        });
        let users = (0..).zip(self.map_users).map(|(index, it)| {
            let place = place(List::Users, index);
            mapping(it.user_arn, it.username, it.groups, place)
        });
        let accounts = (0..).zip(self.map_accounts).map(|(index, id)| Account {
            id,
            place: place(List::Accounts, index),
        });
        (roles.chain(users).collect(), accounts.collect())
    }
}

fn mapping(arn: String, username: String, groups: Vec<String>, place: Place) -> Mapping {
    Mapping {
        who: Who::Arn(arn),
        user_id: None,
        username,
        groups,
        place,
    }
}

fn place(list: List, index: usize) -> Place {
    Place {
        list,
        index,
        line: None,
    }
}

impl std::fmt::Debug for AccessKeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessKeyFile")
            .field("id", &self.id)
            .field("secret", &self.secret.as_ref().map(|_| "** redacted **"))
            .finish()
    }
}

fn default_region() -> String {
    "eu-west-1".to_owned()
}

fn default_path() -> String {
    "/".to_owned()
}

fn default_version() -> String {
    "1.34".to_owned()
}

/// One hour, as IAM sets it.
fn default_session_duration() -> u32 {
    3600
}

fn one_generated_key() -> Vec<AccessKeyFile> {
    vec![AccessKeyFile::default()]
}

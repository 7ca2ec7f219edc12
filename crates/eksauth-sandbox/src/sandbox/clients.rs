//! What clients inside a sandbox are given.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::aws::AccessKey;
use crate::folder::{self, Folder, KubeContext, Profile, Source};
use crate::world::{Role, TrustedPrincipal, User};
use crate::{SandboxError, World};

use super::{Environment, RunningCluster};

pub(super) const KUBECONFIG: &str = "kubeconfig";

/// The API servers are reached past the proxy.
const NO_PROXY: &str = "127.0.0.1,localhost,::1";

/// What there is for clients to know.
pub(super) struct Clients<'a> {
    pub(super) world: &'a World,
    pub(super) clusters: &'a [RunningCluster],
    /// The first one is that of the environment.
    pub(super) keys: &'a [AccessKey],
    pub(super) ca_pem: &'a str,
    pub(super) proxy: SocketAddr,
    pub(super) eksauth: Option<&'a Path>,
}

impl Clients<'_> {
    /// Writes their files, and says which variables lead to them.
    pub(super) fn settle_in(&self, folder: &Folder) -> Result<Environment, SandboxError> {
        let region = self.world.region.as_str();
        let proxy = format!("http://{}", self.proxy);
        // What `eksauth` cached outside belongs to other keys, and what it caches here ends with it.
        let cache = folder.path().join("cache");
        let mut set = vec![
            ("AWS_REGION", region.to_owned()),
            ("AWS_DEFAULT_REGION", region.to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("HTTPS_PROXY", proxy.clone()),
            ("https_proxy", proxy),
            ("NO_PROXY", NO_PROXY.to_owned()),
            ("no_proxy", NO_PROXY.to_owned()),
            ("EKSAUTH_CACHE_DIR", cache.display().to_string()),
        ];
        for (variable, name, text) in self.files(&format!("sandbox-{}", folder.word())) {
            let path = folder.write(name, &text)?;
            set.push((variable, path.display().to_string()));
        }
        if let Some(key) = self.keys.first() {
            set.push(("AWS_ACCESS_KEY_ID", key.id().to_owned()));
            set.push(("AWS_SECRET_ACCESS_KEY", key.secret_access_key().to_owned()));
        }
        let link = |program| folder.link(program, "eksauth");
        Ok(Environment {
            set,
            path: self.eksauth.map(link).transpose()?,
        })
    }

    /// Variables, names and texts.
    fn files(&self, session_name: &str) -> [(&'static str, &'static str, String); 4] {
        let region = self.world.region.as_str();
        let eksauth = self.eksauth.map_or(Path::new("eksauth"), |it| it);
        let profiles = self.profiles();
        [
            (
                "KUBECONFIG",
                KUBECONFIG,
                folder::kubeconfig(&self.contexts(), eksauth),
            ),
            (
                "AWS_CONFIG_FILE",
                "aws-config",
                folder::config(region, session_name, &profiles),
            ),
            (
                "AWS_SHARED_CREDENTIALS_FILE",
                "aws-credentials",
                folder::credentials(&profiles),
            ),
            ("AWS_CA_BUNDLE", "ca.pem", self.ca_pem.to_owned()),
        ]
    }

    /// The key of the environment as `default`, each user's first key, and each role that may be
    /// assumed with the former.
    fn profiles(&self) -> Vec<Profile<'_>> {
        let mut names = Names::default();
        let mut profiles = Vec::new();
        let mut add = |name: &str, account: &str, source| {
            let name = names.pick(name, account);
            profiles.push(Profile { name, source });
        };
        if let Some(key) = self.keys.first() {
            add("default", "", Source::Key(key));
        }
        for user in &self.world.users {
            if let Some(key) = self.keys.iter().find(|it| it.user_arn() == user.arn) {
                add(&user.name, &user.account, Source::Key(key));
            }
        }
        for role in self.world.roles.iter().filter(|it| self.may_assume(it)) {
            add(&role.name, &role.account, Source::Role(role));
        }
        profiles
    }

    /// A context for each cluster with the key of the environment: for each role that it may assume,
    /// and for its user. The first cluster's are named by these alone.
    fn contexts(&self) -> Vec<KubeContext> {
        let mut names = Names::default();
        let mut contexts = Vec::new();
        for (number, cluster) in self.clusters.iter().enumerate() {
            let mut add = |who: &str, account: &str, role_arn: Option<String>| {
                let name = match number {
                    0 => who.to_owned(),
                    _ => format!("{who}@{}", cluster.name),
                };
                contexts.push(KubeContext {
                    name: names.pick(&name, account),
                    cluster: cluster.name.clone(),
                    token_cluster: cluster.token_cluster.clone(),
                    server: cluster.server.clone(),
                    ca_pem: cluster.ca_pem.clone(),
                    region: cluster.region.clone(),
                    role_arn,
                });
            };
            for role in self.world.roles.iter().filter(|it| self.may_assume(it)) {
                add(&role.name, &role.account, Some(role.arn.clone()));
            }
            if let Some(user) = self.user() {
                add(&user.name, &user.account, None);
            }
        }
        contexts
    }

    /// Whether the key of the environment is enough to assume a role.
    fn may_assume(&self, role: &Role) -> bool {
        let Some(user) = self.user() else {
            return false;
        };
        let trusts = |it: &TrustedPrincipal| match it {
            TrustedPrincipal::Anyone => true,
            TrustedPrincipal::Account(id) => *id == user.account,
            TrustedPrincipal::Arn(arn) => *arn == user.arn,
        };
        role.trust.external_id.is_none() && role.trust.principals.iter().any(trusts)
    }

    /// Whose key is in the environment.
    fn user(&self) -> Option<&User> {
        let key = self.keys.first()?;
        self.world.users.iter().find(|it| it.arn == key.user_arn())
    }
}

/// Where the kubeconfig is.
pub(super) fn kubeconfig(folder: &Folder) -> PathBuf {
    folder.path().join(KUBECONFIG)
}

/// Names that were given. Entries of several accounts may share one.
#[derive(Default)]
struct Names(HashSet<String>);

impl Names {
    /// The name itself, unless it was given before; with the account then, and a number at last.
    fn pick(&mut self, name: &str, account: &str) -> String {
        let with_account = format!("{name}@{account}");
        let numbered = (2..).map(|number| format!("{with_account}-{number}"));
        let candidates = [name.to_owned(), with_account.clone()].into_iter();
        let mut free = candidates.chain(numbered).filter(|it| !self.0.contains(it));
        // There is always another number.
        let name = free.next().unwrap_or_default();
        self.0.insert(name.clone());
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_given_twice() {
        let mut names = Names::default();
        let picked = ["a", "a", "a", "a@1", "b"].map(|name| names.pick(name, "1"));
        assert_eq!(picked, ["a", "a@1", "a@1-2", "a@1@1", "b"]);
    }
}

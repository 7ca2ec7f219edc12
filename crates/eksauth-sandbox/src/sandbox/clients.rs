//! What clients inside a sandbox are given.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::aws::AccessKey;
use crate::folder::{self, Folder, KubeContext};
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
        // What was cached outside belongs to other keys, and what is cached here ends with it.
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
        for (variable, name, text) in self.files() {
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
    fn files(&self) -> [(&'static str, &'static str, String); 4] {
        let region = self.world.region.as_str();
        let eksauth = self.eksauth.map_or(Path::new("eksauth"), |it| it);
        let roles = self.world.roles.iter().filter(|it| self.may_assume(it));
        let roles: Vec<&Role> = roles.collect();
        let profiles = folder::profiles(region, &roles, self.keys);
        [
            (
                "KUBECONFIG",
                KUBECONFIG,
                folder::kubeconfig(&self.contexts(), eksauth),
            ),
            ("AWS_CONFIG_FILE", "aws-config", profiles),
            (
                "AWS_SHARED_CREDENTIALS_FILE",
                "aws-credentials",
                folder::credentials(self.keys),
            ),
            ("AWS_CA_BUNDLE", "ca.pem", self.ca_pem.to_owned()),
        ]
    }

    /// A context for each cluster with the key of the environment: for its user, and for each role
    /// that it may assume. The first cluster's are named by the role alone.
    fn contexts(&self) -> Vec<KubeContext> {
        let mut contexts = Vec::new();
        for (number, cluster) in self.clusters.iter().enumerate() {
            let context = |who: &str, role_arn: Option<String>| KubeContext {
                name: match number {
                    0 => who.to_owned(),
                    _ => format!("{who}@{}", cluster.name),
                },
                cluster: cluster.name.clone(),
                token_cluster: cluster.token_cluster.clone(),
                server: cluster.server.clone(),
                ca_pem: cluster.ca_pem.clone(),
                region: cluster.region.clone(),
                role_arn,
            };
            let roles = self.world.roles.iter().filter(|it| self.may_assume(it));
            contexts.extend(roles.map(|role| context(&role.name, Some(role.arn.clone()))));
            contexts.extend(self.user().map(|user| context(&user.name, None)));
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

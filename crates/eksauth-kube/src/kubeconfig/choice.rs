//! What is taken of a kubeconfig.

use kube::config::{AuthInfo, Cluster, Context, ExecConfig, Kubeconfig};

use crate::{ConnectError, KubeconfigProblem};

use super::Options;

/// A context with its cluster and its user.
pub(super) struct Choice {
    /// Where the kubeconfig is from.
    pub(super) place: String,
    pub(super) namespace: Option<String>,
    pub(super) cluster: Cluster,
    pub(super) user: Option<String>,
    pub(super) auth_info: AuthInfo,
}

impl Choice {
    pub(super) fn make(
        kubeconfig: Kubeconfig,
        options: &Options,
        place: String,
    ) -> Result<Self, ConnectError> {
        let unusable = |source| ConnectError::Kubeconfig {
            place: place.clone(),
            source,
        };
        let context = context(&kubeconfig, options).map_err(&unusable)?;
        let named = options.cluster.as_ref().unwrap_or(&context.cluster);
        let cluster = cluster(&kubeconfig, named).map_err(&unusable)?;
        let user = options.user.clone().or_else(|| context.user.clone());
        let user = user.filter(|it| !it.is_empty());
        let auth_info = match &user {
            Some(user) => auth_info(&kubeconfig, user).map_err(&unusable)?,
            None => AuthInfo::default(),
        };
        Ok(Self {
            place,
            namespace: context.namespace,
            cluster,
            user,
            auth_info,
        })
    }

    /// The command that gets the user's token, unless the entry has other credentials, which kube
    /// takes first.
    pub(super) fn exec(&self) -> Option<&ExecConfig> {
        let AuthInfo {
            username,
            password,
            token,
            token_file,
            auth_provider,
            exec,
            ..
        } = &self.auth_info;
        let has_others = auth_provider.is_some()
            || token.is_some()
            || token_file.is_some()
            || (username.is_some() && password.is_some());
        exec.as_ref().filter(|_| !has_others)
    }
}

fn context(kubeconfig: &Kubeconfig, options: &Options) -> Result<Context, KubeconfigProblem> {
    let current = kubeconfig.current_context.as_ref();
    let known = || names(kubeconfig.contexts.iter().map(|it| &it.name));
    let name = options
        .context
        .as_ref()
        .or(current.filter(|it| !it.is_empty()));
    let Some(name) = name else {
        return Err(KubeconfigProblem::NoContext { known: known() });
    };
    let mut named = kubeconfig.contexts.iter().filter(|it| it.name == *name);
    let context = named.find_map(|it| it.context.clone());
    context.ok_or_else(|| KubeconfigProblem::Unknown {
        kind: "context",
        name: name.clone(),
        known: known(),
    })
}

fn cluster(kubeconfig: &Kubeconfig, name: &str) -> Result<Cluster, KubeconfigProblem> {
    let mut named = kubeconfig.clusters.iter().filter(|it| it.name == name);
    let cluster = named.find_map(|it| it.cluster.clone());
    cluster.ok_or_else(|| KubeconfigProblem::Unknown {
        kind: "cluster",
        name: name.to_owned(),
        known: names(kubeconfig.clusters.iter().map(|it| &it.name)),
    })
}

/// A user that is missing would be nobody, silently.
fn auth_info(kubeconfig: &Kubeconfig, name: &str) -> Result<AuthInfo, KubeconfigProblem> {
    let mut named = kubeconfig.auth_infos.iter().filter(|it| it.name == name);
    match named.next() {
        Some(user) => Ok(user.auth_info.clone().unwrap_or_default()),
        None => Err(KubeconfigProblem::Unknown {
            kind: "user",
            name: name.to_owned(),
            known: names(kubeconfig.auth_infos.iter().map(|it| &it.name)),
        }),
    }
}

fn names<'n>(names: impl Iterator<Item = &'n String>) -> Vec<String> {
    names.cloned().collect()
}

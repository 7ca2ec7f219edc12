//! What a cluster's entry in a kubeconfig tells the users that read it.

use eksauth::ClusterExtension;
use kube::config::{Cluster, ExecConfig};

use super::NotTaken;

/// The cluster's extension, if there is one and the user gets to see it: with
/// `provideClusterInfo: true`.
///
/// # Errors
///
/// [`NotTaken::Extension`] when it has another form.
pub(crate) fn extension_shown_to(
    exec: &ExecConfig,
    cluster: &Cluster,
) -> Result<Option<ClusterExtension>, NotTaken> {
    if !exec.provide_cluster_info {
        return Ok(None);
    }
    let mut extensions = cluster.extensions.iter().flatten();
    let extension = extensions.find(|it| it.name == ClusterExtension::NAME);
    let parsed = extension.map(|it| ClusterExtension::parse(&it.extension));
    Ok(parsed.transpose()?)
}

//! Inside a pod and outside with the same code.

use eksauth::Context;
use kube::{Client, Config};

use crate::connection::client_of_kube;
use crate::kubeconfig::Files;
use crate::{ConnectError, KubeconfigClientBuilder, process_context};

/// Makes a client of what there is: First of the kubeconfig
/// ([`from_kubeconfig`](crate::from_kubeconfig)), if `KUBECONFIG` is set or `~/.kube/config` exists.
/// Next, inside a pod, of its service account, as kube does, without any call to AWS.
///
/// # Errors
///
/// [`ConnectError::NothingToInfer`] where there is neither, and those of what there is: a kubeconfig
/// that cannot be used, or a missing one that `KUBECONFIG` names, is not passed over.
///
/// # Examples
///
/// ```no_run
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let client = eksauth_kube::infer().await?;
/// println!("{}", client.apiserver_version().await?.git_version);
/// # Ok(())
/// # }
/// ```
pub async fn infer() -> Result<Client, ConnectError> {
    infer_in(process_context()).await
}

async fn infer_in(context: Context) -> Result<Client, ConnectError> {
    let files = Files::usual(&context);
    if files.are_named() || files.exist() {
        let builder = KubeconfigClientBuilder::new().context(context);
        return builder.connect().await;
    }
    // What every pod has, and what kube goes by.
    if context.var("KUBERNETES_SERVICE_HOST").is_none() {
        let place = files.to_string();
        return Err(ConnectError::NothingToInfer { place });
    }
    in_cluster()
}

fn in_cluster() -> Result<Client, ConnectError> {
    let config = Config::incluster().map_err(ConnectError::ServiceAccount)?;
    tracing::info!("logging in as the service account of this pod");
    client_of_kube(&config)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use eksauth_testing::{ManualTime, TestHome};

    use super::*;

    /// Outside a pod.
    fn context(home: &TestHome) -> Context {
        Context::new([("HOME", home.path())], ManualTime::at_unix(1_893_456_000))
    }

    #[tokio::test]
    async fn where_there_is_nothing_it_says_where_it_looked() {
        let home = TestHome::new();
        let nothing = infer_in(context(&home)).await.map(drop).unwrap_err();
        assert!(matches!(nothing, ConnectError::NothingToInfer { .. }));
        let place = home.path().join(".kube").join("config");
        assert_eq!(
            nothing.to_string(),
            format!(
                "expected KUBECONFIG, a kubeconfig in its usual place (`{}`) or the service account of \
                 a pod (KUBERNETES_SERVICE_HOST), but found none of them",
                place.display()
            )
        );
    }

    #[tokio::test]
    async fn a_missing_file_that_is_named_is_not_passed_over() {
        let home = TestHome::new();
        let one = OsString::from("/nowhere/kubeconfig");
        let several = std::env::join_paths(["/nowhere/kubeconfig", "/nowhere/other"]).unwrap();
        for named in [one, several] {
            // As in a pod.
            let variables = [
                ("KUBECONFIG", named),
                ("KUBERNETES_SERVICE_HOST", "10.0.0.1".into()),
            ];
            let missing = infer_in(context(&home).with_variables(variables)).await;
            let missing = missing.map(drop).unwrap_err();
            assert!(matches!(missing, ConnectError::Kubeconfig { .. }));
            let told = missing.to_string();
            assert!(told.contains("`/nowhere/kubeconfig`"), "{told}");
        }
    }

    #[tokio::test]
    async fn a_kubeconfig_that_cannot_be_used_is_not_passed_over() {
        let home = TestHome::new();
        home.write_kubeconfig("{");
        // As in a pod.
        let context = context(&home).with_variables([("KUBERNETES_SERVICE_HOST", "10.0.0.1")]);
        let broken = infer_in(context).await.map(drop);
        assert!(
            matches!(broken, Err(ConnectError::Kubeconfig { .. })),
            "{broken:?}"
        );
    }
}

//! Inside a pod and outside with the same code.

use eksauth::Context;
use kube::{Client, Config};

use crate::kubeconfig::Files;
use crate::{ConnectError, KubeconfigClientBuilder, process_context};

/// Makes a client of what there is: First of the kubeconfig ([`from_kubeconfig`](crate::from_kubeconfig)),
/// if one of its files exists. Next, inside a pod, of its service account, as kube does, without any
/// call to AWS.
///
/// # Errors
///
/// [`ConnectError::NothingToInfer`] where there is neither, and those of what there is: a kubeconfig
/// that cannot be used is not passed over.
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
    if Files::usual(&context).exist() {
        let builder = KubeconfigClientBuilder::new().context(context);
        return builder.connect().await;
    }
    in_cluster(&context)
}

fn in_cluster(context: &Context) -> Result<Client, ConnectError> {
    // What every pod has, and what kube goes by.
    if context.var("KUBERNETES_SERVICE_HOST").is_none() {
        return Err(ConnectError::NothingToInfer);
    }
    let config = Config::incluster().map_err(ConnectError::ServiceAccount)?;
    tracing::info!("logging in as the service account of this pod");
    Client::try_from(config.clone()).map_err(|error| ConnectError::of_kube(error, &config))
}

#[cfg(test)]
mod tests {
    use eksauth_testing::{ManualTime, TestHome};

    use super::*;

    /// Outside a pod.
    fn context(home: &TestHome) -> Context {
        Context::new([("HOME", home.path())], ManualTime::at_unix(1_893_456_000))
    }

    #[tokio::test]
    async fn where_there_is_nothing_it_says_what_there_could_be() {
        let home = TestHome::new();
        let nothing = infer_in(context(&home)).await.map(drop).unwrap_err();
        assert!(matches!(nothing, ConnectError::NothingToInfer));
        assert_eq!(
            nothing.to_string(),
            "expected a kubeconfig (KUBECONFIG, ~/.kube/config) or the service account of a pod, but \
             found neither"
        );
        let elsewhere = context(&home).with_variables([("KUBECONFIG", "/nowhere")]);
        let nothing = infer_in(elsewhere).await.map(drop);
        assert!(matches!(nothing, Err(ConnectError::NothingToInfer)));
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

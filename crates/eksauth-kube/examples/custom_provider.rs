//! Credentials from a place of your own, such as a secret store. Give their end: tokens outlive it by no
//! second, and the provider is asked for new ones before it.
//!
//! Without an AWS account, in a sandbox:
//!
//! ```sh
//! cargo build -p eksauth-kube --example custom_provider && cargo run -- sandbox -- target/debug/examples/custom_provider
//! ```
//!
//! What a program of one's own needs:
//!
//! ```sh
//! cargo add eksauth-kube anyhow tokio --features tokio/full
//! ```

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "what a program prints, and reads of its environment, is up to it"
)]

use std::env::VarError;
use std::time::{Duration, SystemTime};

use eksauth_kube::EksClientBuilder;
use eksauth_kube::eksauth::aws_credential_types::Credentials;
use eksauth_kube::eksauth::aws_credential_types::provider::error::CredentialsError;
use eksauth_kube::eksauth::aws_credential_types::provider::{ProvideCredentials, future};
use eksauth_kube::k8s_openapi::api::core::v1::Namespace;
use eksauth_kube::kube::api::ListParams;
use eksauth_kube::kube::{Api, ResourceExt as _};

/// Stands for a secret store: here, the environment.
#[derive(Debug)]
struct Store;

impl Store {
    async fn fetch(&self) -> Result<Credentials, VarError> {
        const LIFETIME: Duration = Duration::from_secs(60 * 60);
        Ok(Credentials::new(
            std::env::var("AWS_ACCESS_KEY_ID")?,
            std::env::var("AWS_SECRET_ACCESS_KEY")?,
            std::env::var("AWS_SESSION_TOKEN").ok(),
            Some(SystemTime::now() + LIFETIME),
            "Store",
        ))
    }
}

impl ProvideCredentials for Store {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let fetched = self.fetch().await;
            fetched.map_err(CredentialsError::provider_error)
        })
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let client = EksClientBuilder::new("demo")
        .credentials(Store)
        .connect()
        .await?;

    let namespaces: Api<Namespace> = Api::all(client);
    for namespace in namespaces.list(&ListParams::default()).await? {
        println!("{}", namespace.name_any());
    }
    Ok(())
}

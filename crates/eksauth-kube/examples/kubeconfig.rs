//! Who one is to the cluster of a context of the kubeconfig, which is the current context unless another
//! one is named. Where its user runs `aws eks get-token` or the like, tokens are signed in process
//! instead.
//!
//! Without an AWS account, in a sandbox:
//!
//! ```sh
//! cargo build -p eksauth-kube --example kubeconfig && cargo run -- sandbox -- target/debug/examples/kubeconfig Viewer
//! ```
//!
//! What a program of one's own needs:
//!
//! ```sh
//! cargo add eksauth-kube anyhow tokio --features tokio/full
//! ```

#![allow(clippy::print_stdout, reason = "what a program prints is up to it")]

use eksauth_kube::k8s_openapi::api::authentication::v1::SelfSubjectReview;
use eksauth_kube::kube::Api;
use eksauth_kube::kube::api::PostParams;
use eksauth_kube::kube::config::KubeConfigOptions;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = KubeConfigOptions {
        context: std::env::args().nth(1),
        ..Default::default()
    };
    let client = eksauth_kube::from_kubeconfig(&options).await?;

    let reviews: Api<SelfSubjectReview> = Api::all(client);
    let question = SelfSubjectReview::default();
    let answer = reviews.create(&PostParams::default(), &question).await?;
    let user = answer.status.and_then(|it| it.user_info);
    println!("{}", user.and_then(|it| it.username).unwrap_or_default());
    Ok(())
}

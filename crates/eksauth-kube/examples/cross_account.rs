//! A cluster of another account: one role describes it, another one, which need not be allowed to, logs
//! in to it.
//!
//! Without an AWS account, in a sandbox:
//!
//! ```sh
//! cargo build -p eksauth-kube --example cross_account && cargo run -- sandbox -- target/debug/examples/cross_account
//! ```
//!
//! What a program of one's own needs:
//!
//! ```sh
//! cargo add eksauth-kube anyhow tokio --features tokio/full
//! ```

#![allow(clippy::print_stdout, reason = "what a program prints is up to it")]

use eksauth_kube::EksClientBuilder;
use eksauth_kube::eksauth::AssumeRole;
use eksauth_kube::eksauth::token::Region;
use eksauth_kube::k8s_openapi::api::authentication::v1::SelfSubjectReview;
use eksauth_kube::kube::Api;
use eksauth_kube::kube::api::PostParams;

/// May do nothing but `eks:DescribeCluster`, in the account of the cluster.
const DESCRIBES: &str = "arn:aws:iam::111122223333:role/teams/Viewer";

/// Has an access entry, or a mapping, in the cluster.
const LOGS_IN: &str = "arn:aws:iam::444455556666:role/Partner";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let client = EksClientBuilder::new("demo")
        .region(Region::new("eu-west-1")?)
        .describe_role(AssumeRole::new(DESCRIBES)?)
        .role(AssumeRole::new(LOGS_IN)?)
        .connect()
        .await?;

    let reviews: Api<SelfSubjectReview> = Api::all(client);
    let question = SelfSubjectReview::default();
    let answer = reviews.create(&PostParams::default(), &question).await?;
    let user = answer.status.and_then(|it| it.user_info);
    println!("{}", user.and_then(|it| it.username).unwrap_or_default());
    Ok(())
}

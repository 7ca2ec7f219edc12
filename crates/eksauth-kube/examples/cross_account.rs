//! A cluster of another account: one role describes it, another one, which need not be allowed to, logs
//! in to it.
//!
//! Without an AWS account, in a sandbox:
//!
//! ```sh
//! cargo run -- sandbox -- cargo run -p eksauth-kube --example cross_account
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what a program prints is up to it"
)]

use std::error::Error;
use std::process::ExitCode;

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
async fn main() -> ExitCode {
    match cross_account().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", told(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn cross_account() -> Result<(), Box<dyn Error>> {
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

/// An error with its causes.
fn told(error: &dyn Error) -> String {
    let mut told = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_told = cause.to_string();
        // Some errors of kube tell their cause themselves.
        if !told.contains(&cause_told) {
            told = format!("{told}: {cause_told}");
        }
        next = cause.source();
    }
    told
}

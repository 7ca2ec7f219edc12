//! `eksauth whoami`: the API server says who you are to it.

mod answer;
pub(crate) mod trouble;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use k8s_openapi::api::authentication::v1::SelfSubjectReview;
use kube::api::PostParams;
use kube::{Api, Client};

use crate::failed::Failed;
use crate::global::Global;
use crate::kube_target::{Advice, ApiServer};
use crate::outcome::Unsuccessful;
use crate::output;
use crate::process::Process;
use crate::runtime;

use answer::Answer;

/// Show who the API server of a cluster says you are
///
/// Connects as kubectl would, with the credentials of the kubeconfig's context, and asks for a
/// SelfSubjectReview: the user name, the groups and the facts that authorization is decided by.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_override_self = true)]
pub(crate) struct Arguments {
    /// Context of the kubeconfig [default: its current context]
    #[arg(long, value_name = "NAME")]
    context: Option<String>,

    /// Kubeconfig file [default: KUBECONFIG, ~/.kube/config, the pod's service account]
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,

    /// `json` is the SelfSubjectReview, as from kubectl
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Output,
}

const EXAMPLES: &str = "Examples:
  eksauth whoami
  eksauth whoami --context arn:aws:eks:eu-west-1:123456789012:cluster/prod -o json";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    Text,
    Json,
}

impl Arguments {
    pub(crate) fn run(self, _global: Global, process: &Process) -> Result<(), Unsuccessful> {
        let output = self.output;
        let review = runtime::block_on(self.ask(process))??;
        match output {
            Output::Text => output::data(Answer::of(&review))?,
            Output::Json => output::json_indented(&review)?,
        }
        Ok(())
    }

    async fn ask(self, process: &Process) -> Result<SelfSubjectReview, Failed> {
        let server = ApiServer {
            kubeconfig: self.kubeconfig,
            context: self.context,
            url: None,
            advice: Advice::OF_A_CLIENT,
        };
        let target = server.find(process).await?;
        let server = target.config.cluster_url.to_string();
        let unable = |error| {
            let message = format!("could not ask the API server `{server}` who you are");
            Failed::new(message).because(trouble::told(error, target.exec.as_ref()))
        };
        let client = Client::try_from(target.config.clone()).map_err(&unable)?;
        let reviews: Api<SelfSubjectReview> = Api::all(client);
        let review = SelfSubjectReview::default();
        let asked = reviews.create(&PostParams::default(), &review).await;
        asked.map_err(unable)
    }
}

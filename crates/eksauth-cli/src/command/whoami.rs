//! `eksauth whoami`: the API server says who you are to it.

mod answer;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use k8s_openapi::api::authentication::v1::SelfSubjectReview;
use kube::api::PostParams;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Api, Client, Config};

use crate::failed::Failed;
use crate::global::Global;
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
    pub(crate) fn run(self, _global: Global, _process: &Process) -> Result<(), Unsuccessful> {
        let output = self.output;
        let review = runtime::block_on(self.ask())??;
        match output {
            Output::Text => output::data(Answer::of(&review))?,
            Output::Json => output::json_indented(&review)?,
        }
        Ok(())
    }

    async fn ask(self) -> Result<SelfSubjectReview, Failed> {
        let config = self.config().await?;
        let server = config.cluster_url.to_string();
        let client = Client::try_from(config).map_err(|error| {
            Failed::new("could not use the kubeconfig to connect").because(error)
        })?;
        let reviews: Api<SelfSubjectReview> = Api::all(client);
        let asked = reviews
            .create(&PostParams::default(), &SelfSubjectReview::default())
            .await;
        asked.map_err(|error| could_not_ask(&server, error))
    }

    async fn config(&self) -> Result<Config, Failed> {
        let options = KubeConfigOptions {
            context: self.context.clone(),
            ..KubeConfigOptions::default()
        };
        let config = match &self.kubeconfig {
            Some(path) => {
                let kubeconfig = Kubeconfig::read_from(path).map_err(|error| {
                    let path = path.display();
                    Failed::new(format!("could not use the kubeconfig `{path}`")).because(error)
                })?;
                Config::from_custom_kubeconfig(kubeconfig, &options).await
            }
            None if self.context.is_some() => Config::from_kubeconfig(&options).await,
            None => {
                let inferred = Config::infer().await;
                return inferred.map_err(|error| {
                    Failed::new("could not find a kubeconfig or a service account").because(error)
                });
            }
        };
        config.map_err(|error| Failed::new("could not use the kubeconfig").because(error))
    }
}

fn could_not_ask(server: &str, error: kube::Error) -> Failed {
    let message = format!("could not ask the API server `{server}` who you are");
    match error {
        kube::Error::Api(status) if status.code == 401 => Failed::new(message).because(Failed::new(
            "expected the API server to accept the credentials, but found 401 Unauthorized: the \
             identity is not mapped to a user, the token is for another cluster, or it has expired",
        )),
        error => Failed::new(message).because(error),
    }
}

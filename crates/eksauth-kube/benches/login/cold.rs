//! From nothing to the first answer: a client is made, and lists the namespaces.

use std::path::{Path, PathBuf};

use aws_smithy_async::time::SystemTimeSource;
use eksauth_kube::eksauth::Context;
use eksauth_kube::k8s_openapi::api::core::v1::Namespace;
use eksauth_kube::kube::api::ListParams;
use eksauth_kube::kube::config::{ExecConfig, KubeConfigOptions, Kubeconfig};
use eksauth_kube::kube::{Api, Client, Config};
use eksauth_kube::{EksClientBuilder, KubeconfigClientBuilder};
use eksauth_sandbox::{Environment, Sandbox};
use eksauth_testing::{Oracles, skip};
use serde_json::json;
use tokio::runtime::Builder;
use tokio::time::Instant;

use crate::Effort;
use crate::plugin::exec;
use crate::quantiles::{Quantiles, millis};

const CLUSTER: &str = "demo";

pub(crate) fn run(effort: Effort) {
    println!("from nothing to a list, everything on loopback: ms");
    println!(
        "{:<52} {:>6} {:>8} {:>8} {:>8}",
        "", "runs", "p50", "max", "x first"
    );
    let runtime = Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let sandbox = Sandbox::builder(SystemTimeSource::new())
            .start()
            .await
            .unwrap();
        Scene { sandbox: &sandbox }.measure(effort).await;
        sandbox.stop().await;
    });
}

struct Scene<'a> {
    sandbox: &'a Sandbox,
}

impl Scene<'_> {
    async fn measure(&self, effort: Effort) {
        let (many, few) = (effort.pick(50, 2), effort.pick(7, 1));
        let by_name = self.times(many, async || self.by_name().await).await;
        let first = &by_name;
        print("eksauth-kube, by name (EKS is asked)", &by_name, first);

        let aws = Oracles::or_skip("cold connect beside the AWS CLI").map(Oracles::aws);
        let kubeconfig = self.kubeconfig(&aws.clone().unwrap_or_else(|| "aws".into()));
        let taken_over = self
            .times(many, async || self.taken_over(&kubeconfig).await)
            .await;
        print(
            "eksauth-kube, kubeconfig with `aws eks get-token`",
            &taken_over,
            first,
        );

        match eksauth() {
            Some(program) => {
                let kubeconfig = self.kubeconfig(&program);
                let times = self
                    .times(many, async || by_plugin(&kubeconfig).await)
                    .await;
                print("kube, plugin `eksauth eks get-token`", &times, first);
            }
            None => skip(
                "cold connect beside the command line",
                "expected `eksauth` beside the benchmarks; `cargo build --release` builds it",
            ),
        }
        if aws.is_some() {
            let times = self.times(few, async || by_plugin(&kubeconfig).await).await;
            print("kube, plugin `aws eks get-token`", &times, first);
        }
    }

    async fn times(&self, runs: usize, connect: impl AsyncFn() -> Client) -> Quantiles {
        let mut samples = Vec::new();
        for _ in 0..runs {
            let start = Instant::now();
            let client = connect().await;
            let namespaces: Api<Namespace> = Api::all(client);
            namespaces.list(&ListParams::default()).await.unwrap();
            samples.push(start.elapsed());
        }
        Quantiles::of(samples)
    }

    async fn by_name(&self) -> Client {
        let builder = EksClientBuilder::new(CLUSTER).context(self.context());
        builder.connect().await.unwrap()
    }

    async fn taken_over(&self, kubeconfig: &Kubeconfig) -> Client {
        let builder = KubeconfigClientBuilder::new().kubeconfig(kubeconfig.clone());
        builder.context(self.context()).connect().await.unwrap()
    }

    fn context(&self) -> Context {
        let variables = self.sandbox.environment().set().iter().cloned();
        Context::new(variables, SystemTimeSource::new())
    }

    /// Its user runs this program in the manner of the AWS CLI.
    fn kubeconfig(&self, program: &Path) -> Kubeconfig {
        let cluster = self.sandbox.cluster(CLUSTER).unwrap();
        let config = json!({
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{ "name": CLUSTER, "cluster": {
                "server": cluster.server(),
                "certificate-authority": self.sandbox.folder().join("ca.pem"),
            }}],
            "users": [{ "name": CLUSTER, "user": { "exec": self.exec(program) } }],
            "contexts": [{ "name": CLUSTER, "context": { "cluster": CLUSTER, "user": CLUSTER } }],
            "current-context": CLUSTER,
        });
        Kubeconfig::from_yaml(&config.to_string()).unwrap()
    }

    fn exec(&self, program: &Path) -> ExecConfig {
        let words = ["--region", self.sandbox.region(), "eks", "get-token"];
        let words = words
            .into_iter()
            .chain(["--cluster-name", CLUSTER, "--output", "json"]);
        let words: Vec<String> = words.map(str::to_owned).collect();
        let variables = self.sandbox.environment().set().iter();
        let variables = variables.map(|(name, value)| {
            let pair = [("name", (*name).to_owned()), ("value", value.clone())];
            pair.map(|(key, value)| (key.to_owned(), value)).into()
        });
        ExecConfig {
            env: Some(variables.collect()),
            ..exec(program.display().to_string(), words)
        }
    }
}

async fn by_plugin(kubeconfig: &Kubeconfig) -> Client {
    let options = KubeConfigOptions::default();
    let config = Config::from_custom_kubeconfig(kubeconfig.clone(), &options).await;
    let mut config = config.unwrap();
    // Variables of whoever runs this, which a file cannot take away.
    let misleading = Environment::MISLEADING.map(str::to_owned).to_vec();
    config.auth_info.exec.as_mut().unwrap().drop_env = Some(misleading);
    Client::try_from(config).unwrap()
}

/// The command line, if it was built as this was: the folder of this program is one below its own.
fn eksauth() -> Option<PathBuf> {
    let folder = std::env::current_exe().ok()?.parent()?.parent()?.to_owned();
    let name = Path::new("eksauth").with_extension(std::env::consts::EXE_EXTENSION);
    Some(folder.join(name)).filter(|it| it.exists())
}

fn print(name: &str, times: &Quantiles, first: &Quantiles) {
    let ratio = times.median().as_secs_f64() / first.median().as_secs_f64();
    let [p50, max] = [times.median(), times.at(1.0)].map(millis);
    println!(
        "{name:<52} {:>6} {p50:>8.1} {max:>8.1} {ratio:>8.1}",
        times.count()
    );
}

//! The API server that a kubeconfig leads to, and the credentials to ask it with.

mod proxy;

use std::path::{Path, PathBuf};

use kube::Config;
use kube::config::{ExecConfig, KubeConfigOptions, Kubeconfig, KubeconfigError};

use crate::failed::Failed;
use crate::process::Process;

/// Where to ask, and by whom.
pub(crate) struct Target {
    pub(crate) config: Config,
    /// The plugin that has the credentials, if one does.
    pub(crate) exec: Option<ExecConfig>,
}

/// What flags say of an API server.
#[derive(Clone, Debug)]
pub(crate) struct ApiServer {
    pub(crate) kubeconfig: Option<PathBuf>,
    pub(crate) context: Option<String>,
    /// Instead of the URL in the kubeconfig.
    pub(crate) url: Option<String>,
    pub(crate) advice: Advice,
}

/// What to do when it is not found, in the words of the command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Advice {
    /// Where a kubeconfig is looked for.
    pub(crate) kubeconfig: &'static str,
    /// How to choose a context.
    pub(crate) context: &'static str,
}

impl Advice {
    /// Of commands that people run.
    pub(crate) const OF_A_CLIENT: Self = Self {
        kubeconfig: "`--kubeconfig`, KUBECONFIG, ~/.kube/config",
        context: "choose one with `--context`",
    };
}

impl ApiServer {
    /// First the file that was named. Next those of KUBECONFIG, or `~/.kube/config`. Finally the
    /// service account of the pod.
    pub(crate) async fn find(self, process: &Process) -> Result<Target, Failed> {
        let paths = match self.kubeconfig.clone() {
            Some(path) => vec![path],
            None => usual_paths(process)
                .into_iter()
                .filter(|it| it.is_file())
                .collect(),
        };
        self.find_in(paths, process).await
    }

    /// First the file that was named, finally the service account of the pod: what a server goes by,
    /// whoever starts it.
    pub(crate) async fn find_named(self, process: &Process) -> Result<Target, Failed> {
        if self.kubeconfig.is_none()
            && let Some(url) = &self.url
        {
            return Ok(Target {
                config: Config::new(parsed(url)?),
                exec: None,
            }
            .with_proxy(process));
        }
        let paths = self.kubeconfig.clone().into_iter().collect();
        self.find_in(paths, process).await
    }

    async fn find_in(self, paths: Vec<PathBuf>, process: &Process) -> Result<Target, Failed> {
        let mut target = match paths.is_empty() && self.context.is_none() {
            true => in_cluster(self.advice)?,
            false => in_files(&paths, self.context, self.advice).await?,
        };
        if let Some(url) = &self.url {
            target.config.cluster_url = parsed(url)?;
        }
        Ok(target.with_proxy(process))
    }
}

impl Target {
    /// First the proxy of the kubeconfig, finally that of the environment.
    fn with_proxy(mut self, process: &Process) -> Self {
        let server = &self.config.cluster_url;
        self.config.proxy_url = (self.config.proxy_url.take())
            .or_else(|| proxy::of_environment(server, process.context()));
        self
    }
}

fn parsed(url: &str) -> Result<http::Uri, Failed> {
    let usable = |it: &http::Uri| it.scheme().is_some() && it.host().is_some();
    url.parse().ok().filter(usable).ok_or_else(|| {
        Failed::new(format!(
            "expected the URL of an API server, such as `https://10.0.0.1:6443`, but found `{}`",
            url.escape_default()
        ))
    })
}

async fn in_files(
    paths: &[PathBuf],
    context: Option<String>,
    advice: Advice,
) -> Result<Target, Failed> {
    let kubeconfig = read(paths)?;
    let shown: Vec<_> = paths
        .iter()
        .map(|it| format!("`{}`", it.display()))
        .collect();
    let place = match shown.is_empty() {
        true => "the kubeconfig, which does not exist".to_owned(),
        false => shown.join(", "),
    };
    let context = choose_context(&kubeconfig, context, &place, advice)?;
    let exec = exec_of(&kubeconfig, &context, &place)?;
    let unusable = || Failed::new(format!("could not use {place}"));
    let proxy = proxy::of_kubeconfig(&kubeconfig, &context);
    let proxy = proxy.map_err(|error| unusable().because(error))?;
    let options = KubeConfigOptions {
        context: Some(context),
        ..KubeConfigOptions::default()
    };
    let config = Config::from_custom_kubeconfig(kubeconfig, &options).await;
    let mut config = config.map_err(|error| unusable().because(without_text(error)))?;
    config.proxy_url = proxy;
    Ok(Target { config, exec })
}

fn in_cluster(advice: Advice) -> Result<Target, Failed> {
    let config = Config::incluster().map_err(|_| {
        Failed::new(format!(
            "expected a kubeconfig ({}), or the service account of a pod, but found neither",
            advice.kubeconfig
        ))
    })?;
    Ok(Target { config, exec: None })
}

fn usual_paths(process: &Process) -> Vec<PathBuf> {
    let context = process.context();
    match context.var("KUBECONFIG") {
        Some(paths) => std::env::split_paths(&paths).collect(),
        None => context
            .home()
            .map(|home| home.join(".kube").join("config"))
            .into_iter()
            .collect(),
    }
}

fn read(paths: &[PathBuf]) -> Result<Kubeconfig, Failed> {
    let mut merged = Kubeconfig::default();
    for path in paths {
        let kubeconfig = read_one(path)?;
        merged = merged
            .merge(kubeconfig)
            .map_err(|error| unusable(path).because(without_text(error)))?;
    }
    Ok(merged)
}

fn read_one(path: &Path) -> Result<Kubeconfig, Failed> {
    Kubeconfig::read_from(path).map_err(|error| unusable(path).because(without_text(error)))
}

fn unusable(path: &Path) -> Failed {
    Failed::new(format!("could not use the kubeconfig `{}`", path.display()))
}

/// What is wrong, without the lines that it is about: tokens and keys may stand there.
fn without_text(error: KubeconfigError) -> Failed {
    match error {
        KubeconfigError::ReadConfig(source, _) => Failed::new(source.to_string()),
        KubeconfigError::Parse(error) => Failed::new(match error.location() {
            Some(place) => format!(
                "expected a kubeconfig in YAML, but found something else at line {}, column {}",
                place.line(),
                place.column()
            ),
            None => "expected a kubeconfig in YAML, but found something else".to_owned(),
        }),
        error => Failed::new(error.to_string()),
    }
}

/// The context that was named, or the current one.
fn choose_context(
    kubeconfig: &Kubeconfig,
    named: Option<String>,
    place: &str,
    advice: Advice,
) -> Result<String, Failed> {
    let known: Vec<&str> = kubeconfig
        .contexts
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    let listed = match known.is_empty() {
        true => "none".to_owned(),
        false => known.join(", "),
    };
    let current = || {
        kubeconfig
            .current_context
            .clone()
            .filter(|it| !it.is_empty())
    };
    let Some(context) = named.or_else(current) else {
        return Err(Failed::new(format!(
            "expected a current context in {place}, but found none: {}, of {listed}",
            advice.context
        )));
    };
    match known.contains(&context.as_str()) {
        true => Ok(context),
        false => Err(Failed::new(format!(
            "expected the context `{context}` in {place}, but found {listed}"
        ))),
    }
}

/// The plugin of the context's user. A user that is missing would be nobody, silently.
fn exec_of(
    kubeconfig: &Kubeconfig,
    context: &str,
    place: &str,
) -> Result<Option<ExecConfig>, Failed> {
    let contexts = kubeconfig.contexts.iter();
    let context = contexts
        .filter(|it| it.name == context)
        .find_map(|it| it.context.as_ref());
    let Some(name) = context
        .and_then(|it| it.user.as_ref())
        .filter(|it| !it.is_empty())
    else {
        return Ok(None);
    };
    let Some(user) = kubeconfig.auth_infos.iter().find(|it| it.name == *name) else {
        return Err(Failed::new(format!(
            "expected the user `{name}` in {place}, but found none of that name"
        )));
    };
    Ok(user.auth_info.as_ref().and_then(|it| it.exec.clone()))
}

//! kube's way: a plugin that is run for each token. The plugin is this program.

use std::time::Duration;

use aws_smithy_async::time::{SystemTimeSource, TimeSource as _};
use eksauth_kube::eksauth::token::TOKEN_PREFIX;
use eksauth_kube::k8s_openapi::jiff::Timestamp;
use eksauth_kube::kube::Config;
use eksauth_kube::kube::config::{AuthInfo, ExecConfig, ExecInteractiveMode};
use serde_json::json;

const API_VERSION: &str = "client.authentication.k8s.io/v1beta1";

/// The first word of its command line; length, end and delay follow.
pub(crate) const COMMAND: &str = "be-the-plugin";

/// What a plugin does.
#[derive(Clone, Copy)]
pub(crate) struct Plugin {
    /// Of the token, in bytes.
    pub(crate) length: usize,
    /// From now to the announced end of the token.
    pub(crate) lifetime: Duration,
    pub(crate) delay: Duration,
}

impl Plugin {
    /// kube's configuration of a cluster whose user runs it.
    pub(crate) fn config(self) -> Config {
        let words = [
            COMMAND.to_owned(),
            self.length.to_string(),
            self.lifetime.as_secs().to_string(),
            self.delay.as_secs().to_string(),
        ];
        let mut config = Config::new("https://prod.example.com".parse().unwrap());
        config.auth_info = AuthInfo {
            exec: Some(exec(
                std::env::current_exe().unwrap().display().to_string(),
                words,
            )),
            ..AuthInfo::default()
        };
        config
    }
}

/// A command that a kubeconfig names.
pub(crate) fn exec(command: String, words: impl Into<Vec<String>>) -> ExecConfig {
    ExecConfig {
        api_version: Some(API_VERSION.to_owned()),
        command: Some(command),
        args: Some(words.into()),
        env: None,
        drop_env: None,
        install_hint: None,
        interactive_mode: Some(ExecInteractiveMode::Never),
        provide_cluster_info: false,
        cluster: None,
        other: Default::default(),
    }
}

/// Prints a token.
pub(crate) fn act(words: &[String]) {
    let numbers: Vec<u64> = words.iter().map(|it| it.parse().unwrap()).collect();
    let [length, lifetime, delay] = numbers[..] else {
        panic!("expected length, lifetime and delay, but found {words:?}");
    };
    std::thread::sleep(Duration::from_secs(delay));
    let end = SystemTimeSource::new().now() + Duration::from_secs(lifetime);
    let filling = "A".repeat(length as usize - TOKEN_PREFIX.len());
    let credential = json!({
        "apiVersion": API_VERSION,
        "kind": "ExecCredential",
        "status": {
            "token": format!("{TOKEN_PREFIX}{filling}"),
            "expirationTimestamp": Timestamp::try_from(end).unwrap(),
        },
    });
    println!("{credential}");
}

//! A client of the tests' own API server.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_smithy_async::time::TimeSource as _;
use eksauth::TokenSource;
use eksauth::token::{ClusterId, EndpointOptions, Region, StsEndpoint};
use eksauth_kube::k8s_openapi::api::core::v1::Pod;
use eksauth_kube::kube::api::Api;
use eksauth_kube::kube::client::ClientBuilder;
use eksauth_kube::kube::{self, Client, Config};
use eksauth_kube::{AuthLayer, eksauth};
use eksauth_testing::{CapturedLogs, ManualTime, ScopedLogs, SecretScan};

use crate::api_server::{ApiServer, Knock, REFUSAL};

const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const SESSION_TOKEN: &str = "FwoGZXIvYXdzEJr//////////wEaDBhZ0123456789==";

pub(crate) struct Stage {
    pub(crate) server: ApiServer,
    pub(crate) client: Client,
    pub(crate) source: TokenSource,
    pub(crate) provider: Provider,
    pub(crate) time: ManualTime,
    logs: CapturedLogs,
    _scope: Option<ScopedLogs>,
}

impl Stage {
    pub(crate) async fn start() -> Self {
        let scope = CapturedLogs::scoped();
        let logs = scope.clone();
        Self::with(logs, Some(scope)).await
    }

    /// For tests with more than one thread.
    pub(crate) async fn start_on_all_threads() -> Self {
        Self::with(CapturedLogs::install_global(), None).await
    }

    async fn with(logs: CapturedLogs, scope: Option<ScopedLogs>) -> Self {
        // 2030-01-01, so that nothing passes because it happens to be now.
        let time = ManualTime::at_unix(1_893_456_000);
        let provider = Provider {
            time: time.clone(),
            asked_at: Arc::default(),
        };
        let server = ApiServer::start().await;
        let region = Region::new("eu-west-1").unwrap();
        let endpoint = StsEndpoint::new(&region, EndpointOptions::default());
        let cluster = ClusterId::new("prod").unwrap();
        let source = TokenSource::new(cluster, endpoint, provider.clone(), time.clone());
        let builder = ClientBuilder::try_from(Config::new(server.url())).unwrap();
        let client = builder.with_layer(&AuthLayer::new(source.clone())).build();
        Self {
            server,
            client,
            source,
            provider,
            time,
            logs,
            _scope: scope,
        }
    }

    pub(crate) fn pods(&self) -> Api<Pod> {
        Api::namespaced(self.client.clone(), "default")
    }

    /// All tokens so far are refused from now on, and the next one is another.
    pub(crate) fn outlive_tokens(&self) {
        self.server.door().outlive_tokens();
        self.time.advance(Duration::from_secs(1));
    }

    /// The token in hand is refused, and the next one is not.
    pub(crate) async fn with_a_token_that_is_refused() -> Self {
        let stage = Self::start().await;
        stage.pods().get("x").await.unwrap();
        stage.outlive_tokens();
        stage.server.door().knocks();
        stage
    }

    /// What was sent to a path since this was asked last: once, refused, and once more with the next
    /// token.
    pub(crate) fn assert_sent_again_once(&self, path: &str) {
        let knocks = self.server.door().knocks();
        let [first, second] = &*knocks else {
            panic!("expected two requests, but found {knocks:?}");
        };
        assert!(!first.is_let_in && second.is_let_in, "{knocks:?}");
        assert_eq!(second.token, first.token + 1);
        let expected = format!("/api/v1/namespaces/default/pods{path}");
        assert!(
            [first, second].iter().all(|it| it.path == expected),
            "{knocks:?}"
        );
    }

    pub(crate) fn log(&self) -> String {
        self.logs.text()
    }

    /// Nothing secret may be seen in this text, nor have got into the log.
    pub(crate) fn end(self, shown: impl AsRef<str>) {
        let tokens = self.server.door().tokens();
        let scan = SecretScan::new()
            .secret("secret access key", SECRET_KEY)
            .secret("session token", SESSION_TOKEN);
        let scan = tokens.iter().fold(scan, |scan, token| scan.token(token));
        scan.assert_clean("what is shown", shown.as_ref());
        let layer = AuthLayer::new(self.source.clone());
        scan.assert_clean("Debug", format!("{layer:?} {:?}", self.source));
        let log = self.log();
        for theirs in ["kube_client", "hyper_util"] {
            assert!(log.contains(theirs), "events of {theirs} were captured");
        }
        scan.assert_clean("the log", log);
    }
}

/// How many times each path was sent.
pub(crate) fn times_sent(knocks: &[Knock], path: &str) -> usize {
    knocks.iter().filter(|it| it.path == path).count()
}

/// That it is the server's own refusal. Returns what it shows.
#[track_caller]
pub(crate) fn assert_refused(error: &kube::Error) -> String {
    match error {
        kube::Error::Api(status) => assert_eq!((status.code, &*status.message), (401, REFUSAL)),
        other => panic!("{other:?}"),
    }
    format!("{error} {error:?}")
}

/// Gives the same credentials each time, and remembers when.
#[derive(Clone, Debug)]
pub(crate) struct Provider {
    time: ManualTime,
    asked_at: Arc<Mutex<Vec<SystemTime>>>,
}

impl Provider {
    pub(crate) fn asked_at(&self) -> Vec<SystemTime> {
        self.asked_at.lock().unwrap().clone()
    }
}

impl ProvideCredentials for Provider {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        self.asked_at.lock().unwrap().push(self.time.now());
        let token = Some(SESSION_TOKEN.to_owned());
        let credentials = Credentials::new("ASIAEXAMPLE", SECRET_KEY, token, None, "test");
        future::ProvideCredentials::ready(Ok(credentials))
    }
}

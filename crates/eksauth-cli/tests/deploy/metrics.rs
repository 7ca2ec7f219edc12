//! Whatever the alerting rules and the dashboard name, a server tells.

use std::path::Path;

use aws_smithy_async::time::SystemTimeSource;
use eksauth_sandbox::Sandbox;
use eksauth_testing::{AuthenticatorProcess, AuthenticatorSetup, Reply, SecretScan, TestHome};

use crate::openmetrics::Told;
use crate::patience::comes_true;
use crate::queries::{Query, of_alerts, of_dashboard};
use crate::repository::{EKSAUTH, stdout};

/// Told by Prometheus itself, or only once a limit was reached, which takes a thousand clients.
const NOT_HERE: [&str; 1] = ["aws_iam_authenticator_webhook_limited_total"];

const ROLE: &str = "arn:aws:iam::111122223333:role";

const SECTION: &str = "  backendMode: [MountedFile, DynamicFile]
  mapUsers:
    - userARN: arn:aws:iam::111122223333:user/developer
      username: developer
";

/// A server that has met everything that can be met in a short life.
struct Experienced {
    sandbox: Sandbox,
    home: TestHome,
    server: AuthenticatorProcess,
    tokens: Vec<String>,
}

impl Experienced {
    async fn start() -> Self {
        let sandbox = Sandbox::builder(SystemTimeSource::new());
        let sandbox = sandbox.start().await.unwrap();
        let home = TestHome::new();
        let mappings = home.write("mappings.json", &mappings_of("1767225600"));
        let audit = home.path().join("audit");
        let flags = ["--health-port", "0", "--audit-log", audit.to_str().unwrap()];
        let setup = AuthenticatorSetup {
            arguments: flags.map(str::to_owned).into(),
            environment: variables(&sandbox),
            section: format!("{SECTION}  dynamicfilepath: {}\n", mappings.display()),
        };
        let server = AuthenticatorProcess::start(Path::new(EKSAUTH), &setup);
        Self {
            sandbox,
            home,
            server,
            tokens: Vec::new(),
        }
    }

    /// A new token, by the flags of `eksauth token`.
    fn token(&mut self, flags: &str) -> String {
        let mut command = self.home.command(EKSAUTH);
        command.envs(variables(&self.sandbox));
        command.args(["token", "--token-only"]);
        let token = stdout(command.args(flags.split(' ')));
        let token = token.trim_end().to_owned();
        self.tokens.push(token.clone());
        token
    }

    fn review(&self, token: &str) -> Reply {
        let review = serde_json::json!({
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": token},
        });
        let body = review.to_string();
        self.server.send("POST", "/authenticate", body.as_bytes())
    }

    #[track_caller]
    fn answers(&mut self, flags: &str, status: u16) {
        let token = self.token(flags);
        assert_eq!(self.review(&token).status, status, "{flags}");
    }

    fn metrics(&self) -> String {
        let reply = self.server.send("GET", "/metrics", b"");
        assert_eq!(reply.status, 200);
        reply.body
    }

    /// Waits until the server tells this.
    #[track_caller]
    fn notices(&self, series: &str) {
        let told = || self.metrics().lines().any(|it| it.starts_with(series));
        assert!(comes_true(told), "expected {series} in\n{}", self.metrics());
    }

    fn meet_users(&mut self) {
        let token = self.token("-i demo");
        assert_eq!(self.review(&token).status, 200);
        assert_eq!(self.review(&token).status, 200, "it is remembered");
        assert_eq!(self.review("k8s-aws-v1.nothing").status, 403);
        self.answers("-i prod", 403);
        self.answers(&format!("-i demo --role {ROLE}/Unmapped"), 403);
    }

    fn meet_trouble_of_sts(&mut self) {
        let first = "-i demo --region eu-west-1 --no-cache";
        let one = self.token(&format!("{first} --role {ROLE}/Admin -s one"));
        let two = self.token(&format!("{first} --role {ROLE}/Admin -s two"));
        let silent = self.token(&format!("-i demo --region us-east-2 --role {ROLE}/Admin"));
        self.sandbox.faults().set_unavailable(true);
        assert_eq!(self.review(&one).status, 403);
        self.sandbox.faults().clear();
        self.sandbox
            .faults()
            .throttle_every(std::num::NonZeroU32::new(1));
        assert_eq!(self.review(&two).status, 429);
        self.sandbox.faults().clear();
        self.sandbox.faults().set_outage(true);
        assert_eq!(self.review(&one).status, 403);
        assert_eq!(self.review(&silent).status, 403);
    }

    fn meet_files(&self) {
        self.home.write("mappings.json", &mappings_of("1767225601"));
        self.notices("aws_iam_authenticator_dynamic_e2e_latency_seconds_count{");
        self.home.write("mappings.json", "{");
        self.notices("eksauth_backend_failures_total{backend=\"DynamicFile\"}");
        let key = self.server.folder().join("key.pem");
        let good = std::fs::read(&key).unwrap();
        std::fs::write(&key, "no key").unwrap();
        self.notices("aws_iam_authenticator_webhook_certificate_reloads_total{result=\"failure\"}");
        std::fs::write(&key, good).unwrap();
        self.notices("aws_iam_authenticator_webhook_certificate_reloads_total{result=\"success\"}");
    }
}

/// A file of DynamicFile that was written at this time, by its own account.
fn mappings_of(time: &str) -> String {
    format!(r#"{{"LastUpdatedDateTime": "{time}", "Version": "1", "mapRoles": []}}"#)
}

fn variables(sandbox: &Sandbox) -> Vec<(String, String)> {
    let set = sandbox.environment().set().iter();
    set.map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

#[track_caller]
fn assert_told(told: &Told, query: &Query) {
    let metrics = query.metrics();
    for metric in &metrics {
        let known = told.has(metric) || NOT_HERE.contains(metric);
        assert!(known, "`{}` asks for {metric}", query.of);
    }
    let is_here = metrics.iter().any(|it| told.has(it));
    for label in query.labels() {
        let known = !is_here || told.labels(&metrics, label);
        assert!(known, "`{}` asks for the label {label}", query.of);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_and_dashboard_ask_for_what_a_server_tells() {
    let mut life = Experienced::start().await;
    life.meet_users();
    life.meet_trouble_of_sts();
    life.meet_files();

    let text = life.metrics();
    for series in [
        "aws_iam_authenticator_sts_connection_failures_total{StsRegion=\"eu-west-1\"}",
        "aws_iam_authenticator_sts_connection_failures_total{StsRegion=\"other\"}",
        "aws_iam_authenticator_sts_responses_total{ResponseCode=\"503\",StsRegion=\"eu-west-1\"}",
        "aws_iam_authenticator_authenticate_latency_seconds_count{result=\"uknown_user\"}",
    ] {
        assert!(text.contains(series), "expected {series} in\n{text}");
    }
    let told = Told::parse(&text);
    for query in of_alerts().iter().chain(&of_dashboard()) {
        assert_told(&told, query);
    }

    let tokens = life.tokens.iter();
    let scan = tokens.fold(SecretScan::new(), |scan, token| scan.token(token));
    scan.assert_clean("the log", life.server.log());
    scan.assert_clean("the metrics", text);
    let audit = std::fs::read_to_string(life.home.path().join("audit")).unwrap();
    scan.assert_clean("the audit log", audit);
    life.sandbox.stop().await;
}

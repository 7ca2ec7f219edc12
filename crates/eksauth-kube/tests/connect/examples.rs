//! The examples, run as their first lines say, but in a sandbox of the test's own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use aws_smithy_async::time::SystemTimeSource;
use eksauth_sandbox::{Sandbox, World};
use eksauth_testing::{SecretScan, TestHome, skip};

/// Beside the binary of this test, when cargo has built it.
fn program(example: &str) -> Option<PathBuf> {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent()?.parent()?;
    let program = profile.join("examples").join(example);
    let program = program.with_extension(std::env::consts::EXE_EXTENSION);
    if program.is_file() {
        return Some(program);
    }
    skip(
        &format!("the example {example}"),
        "it is not built: run `cargo test -p eksauth-kube` without `--test`",
    );
    None
}

struct Stage {
    sandbox: Sandbox,
    home: TestHome,
    program: PathBuf,
}

impl Stage {
    async fn of(example: &str) -> Option<Self> {
        Self::in_world(example, World::default()).await
    }

    async fn in_world(example: &str, world: World) -> Option<Self> {
        let program = program(example)?;
        let builder = Sandbox::builder(SystemTimeSource::new()).world(world);
        Some(Self {
            sandbox: builder.start().await.unwrap(),
            home: TestHome::new(),
            program,
        })
    }

    fn command(&self) -> Command {
        let mut command = self.home.command(&self.program);
        command.envs(self.sandbox.environment().set().iter().cloned());
        command
    }

    /// What an example prints that ends by itself.
    fn stdout(&self, arguments: &[&str]) -> String {
        let output = self.command().args(arguments).output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{stdout}{stderr}");
        self.assert_clean(&stdout);
        self.assert_clean(&stderr);
        stdout
    }

    fn assert_clean(&self, printed: &str) {
        let keys = self.sandbox.access_keys().iter();
        let scan = keys.fold(SecretScan::new(), |scan, key| {
            scan.secret("secret access key", key.secret_access_key())
        });
        scan.assert_clean("the example", printed);
        assert!(!printed.contains("k8s-aws-v1."), "{printed}");
    }
}

/// An example that goes on until Ctrl-C.
struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Running {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self { child, stdout }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// What it prints after Ctrl-C, with which it has to end well.
    #[cfg(unix)]
    fn interrupted(mut self) -> String {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status().unwrap();
        assert!(sent.success());
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        assert!(self.child.wait().unwrap().success());
        rest
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn list_pods() {
    let Some(stage) = Stage::of("list_pods").await else {
        return;
    };
    assert_eq!(
        stage.stdout(&[]),
        "default/hello Running\nkube-system/coredns-5d78c9869d-7xk2p Running\n"
    );
    let failed = stage.command().arg("nowhere").output().unwrap();
    assert_eq!(failed.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&failed.stderr),
        "Error: could not find out how to reach the cluster\n\nCaused by:\n    expected a cluster \
         `nowhere` in region eu-west-1 of account 111122223333, but EKS found none there: check name, \
         region and profile\n"
    );
    stage.sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kubeconfig() {
    let Some(stage) = Stage::of("kubeconfig").await else {
        return;
    };
    assert_eq!(stage.stdout(&["Viewer"]), "viewer:eksauth\n");
    assert_eq!(stage.stdout(&[]), "admin:eksauth\n");
    stage.sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_layer() {
    let Some(stage) = Stage::of("auth_layer").await else {
        return;
    };
    assert_eq!(stage.stdout(&[]), NAMESPACES);
    stage.sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cross_account() {
    let Some(stage) = Stage::of("cross_account").await else {
        return;
    };
    assert_eq!(stage.stdout(&[]), "partner:eksauth\n");
    stage.sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn custom_provider() {
    let Some(stage) = Stage::of("custom_provider").await else {
        return;
    };
    assert_eq!(stage.stdout(&[]), NAMESPACES);
    stage.sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn inside_and_outside() {
    let Some(stage) = Stage::of("inside_and_outside").await else {
        return;
    };
    assert_eq!(stage.stdout(&[]), NAMESPACES);
    stage.sandbox.stop().await;
}

const NAMESPACES: &str = "default\nkube-node-lease\nkube-public\nkube-system\n";

#[tokio::test(flavor = "multi_thread")]
async fn fleet() {
    let Some(stage) = Stage::of("fleet").await else {
        return;
    };
    let table = stage.stdout(&[]);
    let rows: Vec<_> = table.lines().collect();
    assert_eq!(rows.len(), 4, "{table}");
    assert!(rows[1].starts_with("eu-west-1/demo ") && rows[1].ends_with(" 2"));
    assert!(rows[2].contains("expected the cluster `creating` to be ACTIVE"));
    assert!(rows[3].contains("expected a cluster `demo` in region us-east-1"));
    stage.sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fleet_in_two_regions() {
    let world = World::parse(include_str!("world.yaml")).unwrap();
    let Some(stage) = Stage::in_world("fleet", world).await else {
        return;
    };
    let table = stage.stdout(&["us-east-1/overseas", "eu-west-1/demo", "demo"]);
    let rows: Vec<_> = table.lines().collect();
    assert!(rows[1].starts_with("us-east-1/overseas ") && rows[1].ends_with(" 2"));
    assert!(rows[2].starts_with("eu-west-1/demo ") && rows[2].ends_with(" 2"));
    assert!(rows[3].ends_with("expected `REGION/NAME`, but found `demo`"));
    stage.sandbox.stop().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn controller() {
    let Some(stage) = Stage::of("controller").await else {
        return;
    };
    let mut running = Running::start(stage.command());
    let mut found = [running.line(), running.line()];
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "found default/hello Running",
            "found kube-system/coredns-5d78c9869d-7xk2p Running"
        ]
    );
    let objects = stage.sandbox.cluster("demo").unwrap().objects().unwrap();
    objects.apply_pod("default", "hello", "Failed");
    assert_eq!(running.line(), "changed default/hello Failed");
    objects.delete_pod("default", "hello");
    assert_eq!(running.line(), "deleted default/hello Failed");
    assert_eq!(running.interrupted(), "the end\n");
    stage.sandbox.stop().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn axum_service() {
    let Some(stage) = Stage::of("axum_service").await else {
        return;
    };
    let mut running = Running::start(stage.command());
    let said = running.line();
    let url = said.strip_prefix("listening on http://").unwrap();
    let (address, path) = url.split_once('/').unwrap();
    let mut connection = TcpStream::connect(address).unwrap();
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    connection.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nhello\n"), "{answer}");
    assert_eq!(running.interrupted(), "");
    stage.sandbox.stop().await;
}

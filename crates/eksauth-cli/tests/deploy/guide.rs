//! The guide to change over, walked through in the sandbox by its own commands.

use std::path::Path;
use std::process::Command;

use aws_smithy_async::time::SystemTimeSource;
use eksauth_sandbox::Sandbox;
use eksauth_testing::{TestHome, aws_iam_authenticator, free_port};

use crate::documents::{blocks, section};
use crate::repository::{EKSAUTH, read, stdout, works};

const AWS_AUTH: &str = r#"
apiVersion: v1
kind: ConfigMap
metadata: {name: aws-auth, namespace: kube-system}
data:
  mapRoles: |
    - rolearn: arn:aws:iam::111122223333:role/KubernetesNode
      username: system:node:{{EC2PrivateDNSName}}
      groups: ["system:bootstrappers", "system:nodes"]
"#;

/// In place of the cluster: what the commands ask it for.
const KUBECTL: &str = "
kubectl() {
    test \"$*\" = '-n kube-system get configmap aws-auth -o yaml'
    cat aws-auth.fixture
}
";

/// Where the commands are looked for.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// A place to walk in: a folder, and an AWS.
struct Walk {
    home: TestHome,
    sandbox: Sandbox,
    guide: String,
}

impl Walk {
    /// `None` where what the commands need is missing, and the test is skipped.
    async fn start(test: &str) -> Option<Self> {
        for program in ["bash", "curl", "jq"] {
            if !works(
                test,
                Command::new(program).arg("--version").env("PATH", PATH),
            ) {
                return None;
            }
        }
        let sandbox = Sandbox::builder(SystemTimeSource::new()).eksauth(EKSAUTH);
        let home = TestHome::new();
        home.write("aws-auth.fixture", AWS_AUTH);
        Some(Self {
            home,
            sandbox: sandbox.start().await.unwrap(),
            guide: with_free_ports(read("docs/MIGRATION.md")),
        })
    }

    /// One of the blocks of commands below a heading.
    #[track_caller]
    fn block(&self, heading: &str, index: usize) -> String {
        blocks(section(&self.guide, heading)).remove(index)
    }

    /// What commands print, one after the other, of which each has to succeed.
    #[track_caller]
    fn run(&self, commands: &[String]) -> String {
        let script = ["set -euo pipefail\n", KUBECTL, &commands.concat()].concat();
        let environment = self.sandbox.environment();
        let mut command = self.home.command("bash");
        let path = environment.path_before(Some(PATH.into()));
        command.env("PATH", path.unwrap());
        for (name, value) in environment.set() {
            command.env(name, value);
        }
        command.current_dir(self.home.path()).arg("-c").arg(script);
        stdout(&mut command)
    }

    fn rehearsal(&self) -> String {
        self.block("## Step by step", 0)
    }

    /// With another name in the configuration than the one by which the trial is reached.
    fn rehearsal_with_hostname(&self) -> String {
        let rehearsal = self.rehearsal();
        assert!(rehearsal.contains("\nserver:\n"), "{rehearsal}");
        rehearsal.replace(
            "\nserver:\n",
            &format!("\nserver:\n  hostname: {HOSTNAME}\n"),
        )
    }

    fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.home.path().join(name)).unwrap()
    }
}

const HOSTNAME: &str = "auth.example.org";

/// The ports of the trial, which another test may have.
fn with_free_ports(guide: String) -> String {
    let named = ["21372", "21373"];
    named.iter().fold(guide, |guide, named| {
        assert!(guide.contains(named), "{named}");
        guide.replace(named, &free_port().to_string())
    })
}

const CHECK: &str = "### 1. Check the configuration";
const ASK: &str = "### 2. Ask what becomes of whom";
const BESIDE: &str = "### 3. Run it beside the other";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_before_is_answered_as_the_guide_says() {
    let Some(walk) = Walk::start("what_is_asked_before_is_answered_as_the_guide_says").await else {
        return;
    };
    let checked = walk.run(&[walk.rehearsal(), walk.block(CHECK, 0)]);
    assert!(checked.ends_with("the server would start\n"), "{checked}");
    assert!(!checked.contains("warning"), "{checked}");

    let asked = walk.run(&[walk.block(ASK, 0)]);
    assert!(asked.contains("admin:alice"), "{asked}");
    assert!(asked.contains("\"username\": \"developer\""), "{asked}");

    let node = walk.run(&[walk.block(ASK, 1)]);
    let name = "system:node:ip-10-0-0-1.eu-west-1.compute.internal";
    assert!(node.contains(name), "{node}");
    walk.sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_with_a_path_is_found_by_its_id() {
    let Some(walk) = Walk::start("a_role_with_a_path_is_found_by_its_id").await else {
        return;
    };
    let viewer = walk.run(&[walk.block("### Role ARNs with a path", 0)]);
    assert!(viewer.contains("viewer:alice"), "{viewer}");
    walk.sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trial_answers_and_ends() {
    let Some(walk) = Walk::start("the_trial_answers_and_ends").await else {
        return;
    };
    let answers = walk.run(&[
        walk.rehearsal_with_hostname(),
        walk.block(BESIDE, 0),
        walk.block(BESIDE, 1),
        walk.block(BESIDE, 3),
    ]);
    assert!(answers.contains("\"username\": \"developer\""), "{answers}");
    let audit = walk.file("trial/audit");
    assert!(audit.contains("\"developer\""), "{audit}");
    assert!(walk.file("trial/log").contains("access granted"));
    walk.sandbox.stop().await;
}

/// The other program with the same file, on its usual terms but for folder and port.
fn the_other(program: &Path, port: u16) -> String {
    format!(
        "mkdir other
        SSL_CERT_FILE=$AWS_CA_BUNDLE '{}' server -c config.yaml --port {port} --state-dir other \\
            --generate-kubeconfig other/kubeconfig.yaml > other/log 2>&1 &
        # However long it may want to drain, it ends with the test.
        trap 'kill -KILL %1' EXIT
        until curl -sf --cacert other/cert.pem --connect-to ::localhost: https://{HOSTNAME}:{port}/healthz
        do sleep 1; done\n",
        program.display()
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_the_other_program_the_answers_are_the_same() {
    const TEST: &str = "beside_the_other_program_the_answers_are_the_same";
    let Some(program) = aws_iam_authenticator() else {
        eksauth_testing::skip(TEST, "there is no aws-iam-authenticator on PATH");
        return;
    };
    let Some(walk) = Walk::start(TEST).await else {
        return;
    };
    let port = free_port();
    let compare = walk.block(BESIDE, 2);
    let compare = compare
        .replace("/var/aws-iam-authenticator", "other")
        .replace("21362", &format!("{port} {HOSTNAME}"));
    let same = walk.run(&[
        walk.rehearsal_with_hostname(),
        the_other(&program, port),
        walk.block(BESIDE, 0).replace("%1", "%2"),
        walk.block(BESIDE, 1),
        compare,
        walk.block(BESIDE, 3).replace("%1", "%2"),
    ]);
    assert!(same.ends_with("the same\n"), "{same}");
    assert!(walk.file("other/log").contains("access granted"));
    walk.sandbox.stop().await;
}

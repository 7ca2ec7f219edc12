//! The real kubectl.

mod https;

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use eksauth_testing::{Kubectl, TestHome};
use serde_json::{Value, json};

use super::scene::{ADMIN, DEVELOPER, NOBODY, Scene, UNKNOWN, VIEWER};
use https::Https;

/// Someone with kubectl, in front of the API.
struct Seat {
    kubectl: &'static Kubectl,
    home: TestHome,
    scene: Scene,
    server: Https,
}

struct Ran {
    succeeded: bool,
    stdout: String,
    stderr: String,
}

impl Seat {
    async fn or_skip(test: &str) -> Option<Self> {
        let kubectl = Kubectl::or_skip(test)?;
        let scene = Scene::new();
        Some(Self {
            kubectl,
            home: TestHome::new(),
            server: Https::serve(scene.router()).await,
            scene,
        })
    }

    fn command(&self, token: &str, arguments: &str) -> Command {
        let kubeconfig = self.server.kubeconfig(token);
        self.home.write_kubeconfig(&kubeconfig);
        let mut command = self.kubectl.command(&self.home);
        // A test that fails does so within a minute, also in a watch.
        command.arg("--request-timeout=60s");
        command.args(arguments.split_whitespace());
        command
    }

    fn run(&self, token: &str, arguments: &str) -> Ran {
        let output = self.command(token, arguments).output().unwrap();
        let ran = Ran {
            succeeded: output.status.success(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        assert!(!ran.stdout.contains(token) && !ran.stderr.contains(token));
        ran
    }

    /// What it prints, which is all it says.
    #[track_caller]
    fn prints(&self, token: &str, arguments: &str) -> String {
        let ran = self.run(token, arguments);
        assert!(ran.succeeded, "{arguments}: {}", ran.stderr);
        assert_eq!(ran.stderr, "", "{arguments}");
        ran.stdout
    }

    #[track_caller]
    fn prints_json(&self, token: &str, arguments: &str) -> Value {
        serde_json::from_str(&self.prints(token, arguments)).unwrap()
    }
}

/// Lines as words, without the padding of columns.
fn rows(table: &str) -> Vec<Vec<&str>> {
    table
        .lines()
        .map(|it| it.split_whitespace().collect())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn kubectl_learns_who_it_is() {
    let Some(seat) = Seat::or_skip("kubectl_learns_who_it_is").await else {
        return;
    };
    let text = seat.prints(DEVELOPER, "auth whoami");
    let rows = rows(&text);
    assert!(rows.contains(&vec!["Username", "dev"]), "{text}");
    let groups = vec!["Groups", "[sandbox:developers", "system:authenticated]"];
    assert!(rows.contains(&groups), "{text}");
    let review = seat.prints_json(DEVELOPER, "auth whoami -o json");
    assert_eq!(review["kind"], "SelfSubjectReview");
    assert_eq!(review["status"]["userInfo"]["uid"], "uid-of-dev");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn kubectl_prints_namespaces_and_pods() {
    let Some(seat) = Seat::or_skip("kubectl_prints_namespaces_and_pods").await else {
        return;
    };
    let namespaces = seat.prints(VIEWER, "get ns");
    assert_eq!(rows(&namespaces)[0], ["NAME", "STATUS", "AGE"]);
    assert_eq!(rows(&namespaces)[1], ["default", "Active", "0s"]);
    assert_eq!(rows(&namespaces).len(), 5);
    let pods = seat.prints(DEVELOPER, "get pods -A");
    let header = ["NAMESPACE", "NAME", "READY", "STATUS", "RESTARTS", "AGE"];
    assert_eq!(rows(&pods)[0], header);
    assert_eq!(
        rows(&pods)[1],
        ["default", "hello", "1/1", "Running", "0", "0s"]
    );
    let wide = seat.prints(DEVELOPER, "get pods -o wide");
    assert_eq!(rows(&wide)[0][5..], ["IP", "NODE"]);
    assert_eq!(
        seat.prints(DEVELOPER, "get pods -l app=hello -o name"),
        "pod/hello\n"
    );
    let pod = seat.prints_json(DEVELOPER, "get pod hello -o json");
    assert_eq!(
        (&pod["kind"], &pod["status"]["phase"]),
        (&json!("Pod"), &json!("Running"))
    );
    let list = seat.prints_json(DEVELOPER, "get pods -o json");
    assert_eq!(list["items"][0]["kind"], "Pod");
    let all = seat.prints(DEVELOPER, "get all -o name");
    assert_eq!(all, "pod/hello\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn kubectl_discovers_what_there_is() {
    let Some(seat) = Seat::or_skip("kubectl_discovers_what_there_is").await else {
        return;
    };
    let resources = seat.prints(NOBODY, "api-resources --no-headers");
    let rows = rows(&resources);
    for row in [
        vec!["namespaces", "ns", "v1", "false", "Namespace"],
        vec!["pods", "po", "v1", "true", "Pod"],
        vec![
            "selfsubjectreviews",
            "authentication.k8s.io/v1",
            "false",
            "SelfSubjectReview",
        ],
    ] {
        assert!(rows.contains(&row), "{resources}");
    }
    let versions = seat.prints(NOBODY, "api-versions");
    assert!(
        versions.lines().any(|it| it == "authorization.k8s.io/v1"),
        "{versions}"
    );
    let version = seat.run(NOBODY, "version -o json").stdout;
    let version: Value = serde_json::from_str(&version).unwrap();
    let server = version["serverVersion"]["gitVersion"].as_str().unwrap();
    assert!(server.ends_with("-eksauth-sandbox"), "{server}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn kubectl_learns_what_it_may() {
    let Some(seat) = Seat::or_skip("kubectl_learns_what_it_may").await else {
        return;
    };
    assert_eq!(seat.prints(DEVELOPER, "auth can-i list pods"), "yes\n");
    let no = seat.run(VIEWER, "auth can-i list pods");
    assert_eq!((no.succeeded, no.stdout.as_str()), (false, "no\n"));
    assert_eq!(seat.prints(ADMIN, "auth can-i * *"), "yes\n");
    let list = seat.prints(VIEWER, "auth can-i --list");
    let row = vec!["namespaces", "[]", "[]", "[get", "list", "watch]"];
    assert!(rows(&list).contains(&row), "{list}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn kubectl_says_why_not() {
    let Some(seat) = Seat::or_skip("kubectl_says_why_not").await else {
        return;
    };
    for (token, arguments, why) in [
        (
            VIEWER,
            "get pods",
            "Error from server (Forbidden): pods is forbidden: User \"viewer\" cannot list \
             resource \"pods\" in API group \"\" in the namespace \"default\"",
        ),
        (
            DEVELOPER,
            "get pod no-such-pod",
            "Error from server (NotFound): pods \"no-such-pod\" not found",
        ),
        (
            UNKNOWN,
            "get pods",
            "error: You must be logged in to the server (Unauthorized)",
        ),
        (
            DEVELOPER,
            "get services",
            "error: the server doesn't have a resource type \"services\"",
        ),
    ] {
        let ran = seat.run(token, arguments);
        assert!(!ran.succeeded, "{arguments}");
        assert!(ran.stderr.contains(why), "{arguments}: {}", ran.stderr);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn kubectl_watches_until_it_is_killed_and_leaves_nothing_behind() {
    const TEST: &str = "kubectl_watches_until_it_is_killed_and_leaves_nothing_behind";
    let Some(seat) = Seat::or_skip(TEST).await else {
        return;
    };
    for (arguments, name) in [("get pods -w", "late"), ("get pod hello -w", "hello")] {
        let mut command = seat.command(DEVELOPER, arguments);
        let mut kubectl = command.stdout(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(kubectl.stdout.take().unwrap());
        let mut lines = stdout.lines().map(Result::unwrap);
        assert!(lines.next().unwrap().starts_with("NAME"));
        assert!(lines.next().unwrap().starts_with("hello"));
        seat.scene.wait_for_open_watches(1).await;
        seat.scene.objects.apply_pod("default", name, "Failed");
        let seen = lines.next().unwrap();
        assert_eq!(rows(&seen)[0][..3], [name, "0/1", "Error"], "{arguments}");
        kubectl.kill().unwrap();
        kubectl.wait().unwrap();
        seat.scene.wait_for_open_watches(0).await;
        seat.scene.objects.delete_pod("default", "late");
    }
}

//! `eksauth sandbox`, and what runs inside it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Stdio};

use eksauth_testing::{Kubectl, SecretScan};
use serde_json::Value;

use crate::scene::{EKSAUTH, Ran, Scene, assert_says};

const DEVELOPER: &str = "arn:aws:iam::111122223333:user/developer";
const ROLE: &str = "arn:aws:iam::111122223333:role/Developer";

/// Runs a shell script inside.
#[track_caller]
fn within(script: &str) -> Ran {
    Scene::empty().run_args(["sandbox", "--", "sh", "-euc", script])
}

#[test]
fn a_role_becomes_the_user_that_it_is_mapped_to() {
    let ran = Scene::empty().run("sandbox -- eksauth whoami --context Developer");
    assert_says(
        &ran.succeeded(),
        &[
            "developer:",
            "sandbox:developers",
            "assumed-role/Developer/",
        ],
    );
    let script = "eksauth whoami --context Admin -o json";
    let review = within(script).json();
    assert_eq!(review["kind"], "SelfSubjectReview");
    let groups = review["status"]["userInfo"]["groups"].as_array().unwrap();
    assert!(groups.contains(&"system:masters".into()), "{review}");
}

#[test]
fn a_token_is_verified_by_the_sts_inside() {
    let script = format!(
        "eksauth token -i demo --role {ROLE} -s me@work --token-only | eksauth verify -i demo -t - -o json"
    );
    let identity = within(&script).json();
    let keys: Vec<&String> = identity.as_object().unwrap().keys().collect();
    // serde_json sorts them; their order is a test of its own.
    assert_eq!(
        keys,
        [
            "ARN",
            "AccessKeyID",
            "AccountID",
            "CanonicalARN",
            "STSEndpoint",
            "SessionName",
            "UserID"
        ]
    );
    assert_eq!(
        identity["ARN"],
        "arn:aws:sts::111122223333:assumed-role/Developer/me@work"
    );
    assert_eq!(identity["CanonicalARN"], ROLE);
    assert_eq!(identity["SessionName"], "me@work");
    assert_eq!(identity["STSEndpoint"], "sts.eu-west-1.amazonaws.com");
}

#[test]
fn verify_prints_the_fields_in_the_incumbents_order() {
    let script = "eksauth token -i demo --token-only | eksauth verify -i demo -t - -o json";
    let text = within(script).succeeded();
    let names = [
        "ARN",
        "CanonicalARN",
        "AccountID",
        "UserID",
        "SessionName",
        "AccessKeyID",
        "STSEndpoint",
    ];
    let positions: Vec<_> = names
        .iter()
        .map(|it| text.find(&format!("\"{it}\": ")).unwrap())
        .collect();
    assert!(positions.is_sorted(), "{text}");
    assert!(text.starts_with("{\n    \"ARN\": "), "{text}");
}

#[test]
fn what_sts_refuses_is_not_verified() {
    let script = "eksauth token -i prod --token-only | eksauth verify -i demo -t -";
    let stderr = within(script).failed();
    assert_says(
        &stderr,
        &["SignatureDoesNotMatch", "403", "a cluster of another name"],
    );

    let script = "eksauth token -i demo --token-only > token; eksauth sandbox fault outage on >/dev/null; \
                  eksauth verify -i demo -t - < token";
    let scene = Scene::empty();
    let script = format!("cd {}; {script}", scene.home().path().display());
    let ran = scene.run_args(["sandbox", "--", "sh", "-euc", &script]);
    assert_says(&ran.failed(), &["STS is not available"]);
}

#[test]
fn verify_as_the_incumbent_prints_what_go_prints() {
    let scene = Scene::empty().called("aws-iam-authenticator");
    let program = scene.path("aws-iam-authenticator");
    let script = format!(
        "token=$(eksauth token -i demo --token-only); {} verify -i demo -t $token",
        program.display()
    );
    let output = scene
        .command_of(EKSAUTH)
        .args(["sandbox", "--", "sh", "-euc", &script])
        .output();
    let text = scene.scanned(output.unwrap()).succeeded();
    assert!(
        text.starts_with(&format!(
            "&{{ARN:{DEVELOPER} CanonicalARN:{DEVELOPER} AccountID:111122223333 "
        )),
        "{text}"
    );
    assert!(
        text.ends_with(" STSEndpoint:sts.eu-west-1.amazonaws.com}\n"),
        "{text}"
    );
}

#[test]
fn verify_says_what_is_missing() {
    let scene = Scene::empty();
    assert_says(
        &scene.pipe("x", "verify -t -").refused(),
        &["--cluster-name"],
    );
    let stderr = scene.pipe("k8s-aws-v2.x", "verify -i demo -t -").failed();
    assert_says(&stderr, &["the token is not valid", "k8s-aws-v1."]);
    let stderr = scene
        .pipe("x", "verify -i demo -t - --connect-to a:b")
        .refused();
    assert_says(&stderr, &["HOST1:PORT1:HOST2:PORT2"]);
    let stderr = scene
        .pipe("x", "verify -i demo -t - --ca-file nowhere.pem")
        .failed();
    assert_says(&stderr, &["nowhere.pem"]);
}

#[test]
fn kubectl_meets_what_it_would_meet_in_a_cluster() {
    let Some(_) = Kubectl::or_skip("kubectl_meets_what_it_would_meet_in_a_cluster") else {
        return;
    };
    let told = |script: &str| {
        let ran = within(&format!("{script} 2>&1 || echo exit $?"));
        ran.succeeded()
    };
    assert_says(
        &told("kubectl auth whoami --context Developer"),
        &["developer:", "sandbox:developers"],
    );
    assert_says(
        &told("kubectl get ns --context Viewer"),
        &["kube-system", "Active"],
    );
    assert_says(
        &told("kubectl get pods --context Viewer"),
        &[
            "Error from server (Forbidden)",
            "cannot list resource \"pods\"",
            "exit 1",
        ],
    );
    assert_says(
        &told("kubectl auth can-i list pods --context Developer"),
        &["yes"],
    );
    assert_says(
        &told("kubectl get ns --as somebody"),
        &["Forbidden", "exit 1"],
    );
    assert_says(
        &told("kubectl auth can-i list pods --context Viewer"),
        &["no", "exit 1"],
    );
    assert_says(
        &told("kubectl get ns --context Unmapped"),
        &["You must be logged in to the server", "exit 1"],
    );
    assert_says(
        &told("kubectl get ns --token $(eksauth token -i prod --token-only)"),
        &["You must be logged in to the server", "exit 1"],
    );
    // AWS's clock is ahead, so the token has expired when it comes.
    assert_says(
        &told(
            "token=$(eksauth token -i demo --token-only); \
             eksauth sandbox fault clock 20m >/dev/null; kubectl get ns --token $token",
        ),
        &["You must be logged in to the server", "exit 1"],
    );
    // The key is revoked, and what the API server remembers of its tokens is forgotten.
    assert_says(
        &told(
            "kubectl get ns --context developer >/dev/null; \
              eksauth sandbox fault revoke $AWS_ACCESS_KEY_ID >/dev/null; \
              kubectl get ns --context developer",
        ),
        &["exit 1"],
    );
}

#[test]
fn whoami_repeats_nothing_that_a_plugin_prints_or_is_given() {
    let scene = Scene::empty()
        .hide("what the plugin prints", "printed-by-the-plugin")
        .hide("what the plugin is given", "given-to-the-plugin");
    let kubeconfig = |command: &str, arguments: &[&str]| {
        let text = serde_json::json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "c",
            "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
            "users": [{"name": "u", "user": {"exec": {
                "apiVersion": "client.authentication.k8s.io/v1", "command": command,
                "args": arguments, "interactiveMode": "Never", "installHint": "install it so",
                "env": [{"name": "PASSWORD", "value": "given-to-the-plugin"}],
            }}}],
        });
        scene.home().write_kubeconfig(&text.to_string());
        scene.run("whoami").failed()
    };
    let failing = kubeconfig("sh", &["-c", "echo printed-by-the-plugin; exit 3"]);
    assert_says(&failing, &["exec plugin `sh`", "exit status: 3"]);
    let babbling = kubeconfig("sh", &["-c", "echo 'a: [printed-by-the-plugin'"]);
    assert_says(&babbling, &["exec plugin `sh`", "ExecCredential"]);
    let missing = kubeconfig("no-such-plugin", &[]);
    assert_says(
        &missing,
        &["could not run the exec plugin `no-such-plugin`: install it so"],
    );
}

#[test]
fn whoami_says_what_is_wrong_with_a_kubeconfig() {
    let scene = Scene::empty().hide("a token in it", "token-in-the-kubeconfig");
    assert_says(
        &scene.run("whoami").failed(),
        &["expected a kubeconfig", "service account"],
    );
    scene
        .home()
        .write_kubeconfig("users: [{token: token-in-the-kubeconfig\n]]");
    assert_says(
        &scene.run("whoami").failed(),
        &[".kube/config", "in YAML", "line "],
    );
    scene
        .home()
        .write_kubeconfig("apiVersion: v1\nkind: Config\n");
    assert_says(
        &scene.run("whoami").failed(),
        &["current context", "--context"],
    );
    let stderr = scene.run("whoami --kubeconfig nowhere").failed();
    assert_says(&stderr, &["`nowhere`", "No such file"]);
    let server = "
contexts: [{name: c, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]
";
    scene.home().write_kubeconfig(server);
    let stderr = scene.run("whoami --context d").failed();
    assert_says(&stderr, &["expected the context `d`", "but found c"]);
    assert_says(
        &scene.run("whoami --context c").failed(),
        &["expected the user `u`"],
    );
    scene
        .home()
        .write_kubeconfig(&server.replace(", user: u", ""));
    let stderr = scene.run("whoami --context c").failed();
    assert_says(&stderr, &["https://127.0.0.1:1/", "refused"]);
    assert_eq!(stderr.matches("because").count(), 1, "{stderr}");
}

#[test]
fn whoami_tells_why_it_was_refused() {
    let stderr = within("eksauth whoami --context Unmapped").failed();
    assert_says(&stderr, &["401 Unauthorized", "not mapped"]);
    let stderr = within("eksauth whoami --context Nowhere").failed();
    assert_says(&stderr, &["Nowhere"]);
}

#[test]
fn a_command_ends_the_sandbox_with_its_own_exit_code() {
    let ran = within("exit 42");
    assert_eq!(ran.code, Some(42), "{ran:#?}");
    let ran = within("kill -9 $$");
    assert_eq!(ran.code, Some(137), "{ran:#?}");
    let ran = Scene::empty().run("sandbox -- no-such-command");
    assert_eq!(ran.code, Some(127), "{ran:#?}");
    assert_says(&ran.stderr, &["could not run `no-such-command`"]);
    let ran = Scene::empty().run("sandbox -- /");
    assert_eq!(ran.code, Some(126), "{ran:#?}");
}

#[test]
fn nothing_of_the_outside_leads_astray() {
    let scene = Scene::with_key()
        .set("AWS_PROFILE", "outside")
        .set("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        .set("HTTPS_PROXY", "http://127.0.0.1:1")
        .set("NO_PROXY", "amazonaws.com")
        .set("KUBECONFIG", "/nowhere");
    let script = "eksauth whoami >/dev/null; env";
    let text = scene
        .run_args(["sandbox", "--", "sh", "-euc", script])
        .succeeded();
    for outside in [
        "AWS_PROFILE",
        "AWS_ENDPOINT_URL",
        "AWS_SESSION_TOKEN",
        "127.0.0.1:1\n",
        "/nowhere",
    ] {
        assert!(!text.contains(outside), "{outside} in {text}");
    }
}

#[test]
fn at_its_chattiest_it_tells_no_secret() {
    let scene = Scene::empty();
    let script = format!(
        "cd {}; eksauth token -v trace -i demo --role {ROLE} --token-only > token; \
         eksauth verify -v trace -i demo -t - < token; eksauth whoami -v trace; \
         echo $AWS_SECRET_ACCESS_KEY > key; eksauth sandbox fault expire-sessions -v trace; \
         ! eksauth verify -v trace -i demo -t - < token",
        scene.home().path().display()
    );
    let ran = scene.run_args(["sandbox", "-v", "trace", "--", "sh", "-euc", &script]);
    let read = |name: &str| std::fs::read_to_string(scene.path(name)).unwrap();
    let scan = SecretScan::new()
        .token(read("token").trim())
        .secret("secret key", read("key").trim());
    assert_says(
        &ran.stderr,
        &["STS says who signed a token", "ExpiredToken"],
    );
    scan.assert_clean("stderr", &ran.stderr);
    scan.assert_clean("stdout", ran.succeeded());
}

#[test]
fn nothing_is_left_behind() {
    let folder = within("dirname $KUBECONFIG").succeeded();
    let folder = std::path::Path::new(folder.trim());
    assert!(folder.is_absolute() && !folder.exists());
}

#[cfg(unix)]
#[test]
fn its_files_are_for_the_user_alone() {
    let text = within("cd $(dirname $KUBECONFIG); stat -c '%a %n' . kubeconfig aws-credentials")
        .succeeded();
    assert_eq!(text, "700 .\n600 kubeconfig\n600 aws-credentials\n");
}

#[test]
fn faults_are_told_and_counted() {
    let script = "eksauth sandbox fault throttle 2 >/dev/null; eksauth sandbox fault clock -1h -o json; eksauth sandbox fault outage on >&2";
    let state = within(script).json();
    assert_eq!(state["throttleEvery"], 2);
    assert_eq!(state["clockSkewSeconds"], -3600);

    let script = "eksauth sandbox fault outage on >/dev/null; eksauth sandbox fault clock 1m";
    assert_eq!(within(script).succeeded(), "outage on\nclock +60s\n");
    assert_eq!(
        within("eksauth sandbox fault clear").succeeded(),
        "nothing is wrong\n"
    );

    let text = within("eksauth whoami >/dev/null; eksauth sandbox state").succeeded();
    assert_says(
        &text,
        &[
            "counters.requests.sts.GetCallerIdentity: 1\n",
            "counters.authenticated: 1\n",
        ],
    );

    assert_says(
        &within("eksauth sandbox fault storm").refused(),
        &["`throttle`"],
    );
    let stderr = Scene::empty().run("sandbox state").failed();
    assert_says(&stderr, &["expected to run inside a sandbox"]);
}

#[test]
fn a_world_of_ones_own_is_what_there_is() {
    let scene = Scene::empty();
    let world = "
region: us-gov-west-1
users: [{name: robot}]
clusters:
- name: mine
  access: {mapAccounts: ['111122223333']}
";
    scene.home().write("world.yaml", world);
    let path = scene.path("world.yaml").display().to_string();
    let text = scene
        .run_args(["sandbox", "--world", &path, "--", "eksauth", "whoami"])
        .succeeded();
    assert_says(&text, &["arn:aws-us-gov:iam::111122223333:user/robot"]);

    scene.home().write("world.yaml", "users: [{nam: robot}]");
    let stderr = scene
        .run_args(["sandbox", "--world", &path, "--", "true"])
        .failed();
    assert_says(&stderr, &["world.yaml", "nam"]);

    let printed = scene.run("sandbox world").succeeded();
    scene.home().write("world.yaml", &printed);
    scene
        .run_args(["sandbox", "--world", &path, "--", "true"])
        .succeeded();
}

/// A sandbox without a command.
#[cfg(unix)]
struct Staying {
    child: Child,
    exports: String,
    stderr: BufReader<std::process::ChildStderr>,
}

#[cfg(unix)]
impl Staying {
    fn start(scene: &Scene, arguments: &[&str]) -> Self {
        let mut child = scene
            .command_of(EKSAUTH)
            .arg("sandbox")
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut up = String::new();
        stderr.read_line(&mut up).unwrap();
        assert_says(&up, &["the sandbox is up", "demo"]);
        // All of it was written before that line.
        let mut exports = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        while !exports.contains("export PATH=") && !exports.ends_with("}\n") {
            assert_ne!(stdout.read_line(&mut exports).unwrap(), 0, "{exports}");
        }
        Self {
            child,
            exports,
            stderr,
        }
    }

    fn end(mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        let sent = std::process::Command::new("kill")
            .args([signal, &id])
            .status();
        assert!(sent.unwrap().success());
        let mut rest = String::new();
        self.stderr.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }
}

#[cfg(unix)]
#[test]
fn it_stays_up_and_tells_who_comes_until_it_is_interrupted() {
    let scene = Scene::empty().set("AWS_PROFILE", "outside");
    let staying = Staying::start(&scene, &[]);
    // Whatever the shell has that reads this.
    for name in ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"] {
        assert_says(&staying.exports, &[&format!("unset {name}\n")]);
    }
    let script = format!(
        "{}eksauth whoami --context Developer; ! eksauth whoami --context Unmapped",
        staying.exports
    );
    let output = scene
        .command_of("/bin/sh")
        .args(["-euc", &script])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let secret = staying
        .exports
        .split("AWS_SECRET_ACCESS_KEY='")
        .nth(1)
        .unwrap();
    let scan = SecretScan::new().secret("secret key", secret.split('\'').next().unwrap());

    let (code, told) = staying.end("-INT");
    assert_eq!(code, Some(0), "{told}");
    scan.assert_clean("stderr", &told);
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 2, "{told}");
    assert_says(
        lines[0],
        &[
            "demo: arn:aws:sts::111122223333:assumed-role/Developer/",
            " is developer:",
        ],
    );
    assert_says(
        lines[1],
        &["demo: refused: ", "role/Unmapped", "not mapped"],
    );
}

#[cfg(unix)]
#[test]
fn several_stay_up_side_by_side_and_tell_programs_what_to_set() {
    let scene = Scene::empty();
    let stayings = [
        Staying::start(&scene, &["-o", "json"]),
        Staying::start(&scene, &["-o", "json"]),
    ];
    let environments = stayings.each_ref().map(|it| {
        let environment: Value = serde_json::from_str(&it.exports).unwrap();
        environment["set"]["KUBECONFIG"]
            .as_str()
            .unwrap()
            .to_owned()
    });
    assert_ne!(environments[0], environments[1]);
    for staying in stayings {
        assert_eq!(staying.end("-TERM").0, Some(0));
    }
    for kubeconfig in environments {
        assert!(!std::path::Path::new(&kubeconfig).exists());
    }
}

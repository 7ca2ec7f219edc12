//! The environment of the process, which is nobody's business once a context is given.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use eksauth_sandbox::Environment;

use crate::scene::{DEPLOYER, Scene, role, user_of};
use crate::written::Written;

const INSIDE: &str = "environment::in_an_environment_that_misleads";

/// kube fails with it, when it is asked to look for a proxy itself.
const NOT_UNDERSTOOD: &str = "10.0.0.0/99,";

/// An environment is set for a process of its own.
#[test]
fn the_environment_of_the_process_is_not_read() {
    let home = eksauth_testing::TestHome::new();
    let mut command = home.command(std::env::current_exe().unwrap());
    for name in Environment::MISLEADING {
        command.env(name, "http://127.0.0.1:1/misleading");
    }
    for name in ["HTTPS_PROXY", "https_proxy"] {
        command.env(name, "http://127.0.0.1:1");
    }
    for name in ["NO_PROXY", "no_proxy"] {
        command.env(name, NOT_UNDERSTOOD);
    }
    let output = command
        .env("AWS_REGION", "us-west-2")
        .env("KUBECONFIG", "/nowhere/kubeconfig")
        .args([INSIDE, "--exact", "--ignored"])
        .output()
        .unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{stdout}");
    assert!(stdout.contains("1 passed"), "{stdout}");
}

#[tokio::test]
#[ignore = "run by `the_environment_of_the_process_is_not_read`, in that environment"]
async fn in_an_environment_that_misleads() {
    let before = variables();
    assert!(before.contains_key(OsStr::new("AWS_PROFILE")));
    let scene = Scene::start().await;
    let connection = scene.builder("demo").resolve().await.unwrap();
    assert_eq!(scene.user_of(&connection).await, "developer");
    let with_role = scene.builder("demo").role(role(DEPLOYER));
    let with_role = with_role.resolve().await.unwrap();
    assert_eq!(scene.user_of(&with_role).await, "deployer:eksauth");

    let mut written = Written::of(&scene);
    written.user["exec"]["env"] =
        serde_json::json!([{ "name": "AWS_PROFILE", "value": "developer" }]);
    let client = scene.kubeconfig(&written.text()).connect().await.unwrap();
    assert_eq!(user_of(client).await, "developer");
    assert_eq!(variables(), before);
    scene.end().await;
}

#[expect(clippy::disallowed_methods, reason = "it is what the test is about")]
fn variables() -> BTreeMap<OsString, OsString> {
    std::env::vars_os().collect()
}

//! Users of a kubeconfig whose command kube runs.

use eksauth_kube::{KubeconfigConnection, NotTaken};
use serde_json::json;

use crate::scene::{Scene, not_found, user_of};
#[cfg(unix)]
use crate::script::script;
use crate::written::Written;

#[cfg(unix)]
#[tokio::test]
async fn a_command_that_is_not_known_is_run() {
    let scene = Scene::start().await;
    let by_name = scene.known("demo").resolve().await.unwrap();
    let token = scene.token(by_name.token_source()).await;
    let credential = json!({
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": { "token": token },
    });
    let mut written = Written::of(&scene);
    written.user = script(&scene, "get-token", &format!("echo '{credential}'"));
    let connection = scene.kubeconfig(&written.text()).resolve().await.unwrap();
    let KubeconfigConnection::LeftToKube { reason, .. } = &connection else {
        panic!("{connection:?}");
    };
    assert!(matches!(reason, NotTaken::OtherCommand { .. }), "{reason}");
    scene.assert_clean("Debug", format!("{connection:?}"));
    assert_eq!(user_of(connection.client().unwrap()).await, "developer");

    let log = scene.log();
    let line = log.lines().find(|it| it.contains("left to kube")).unwrap();
    assert!(
        line.contains(
            "the kubeconfig's user is left to kube user=\"demo\" reason=expected the command `aws`, \
             `aws-iam-authenticator` or `eksauth`, but found `"
        ),
        "{line}"
    );
    scene.end().await;
}

#[tokio::test]
async fn other_credentials_of_a_user_are_used_before_its_command() {
    let scene = Scene::start().await;
    let by_name = scene.known("demo").profile("ci").resolve().await.unwrap();
    let token = scene.token(by_name.token_source()).await;
    let mut written = Written::of(&scene);
    written.user["token"] = token.into();
    let connection = scene.kubeconfig(&written.text()).resolve().await.unwrap();
    scene.assert_clean("Debug", format!("{connection:?}"));
    let KubeconfigConnection::LeftToKube { reason, .. } = &connection else {
        panic!("{connection:?}");
    };
    assert!(matches!(reason, NotTaken::NoCommand), "{reason}");
    assert_eq!(user_of(connection.client().unwrap()).await, "ci");
    scene.end().await;
}

/// Arguments, variables and what it printed: each may be a secret.
#[cfg(unix)]
#[tokio::test]
async fn a_command_that_fails_is_named_without_what_it_was_given_and_what_it_printed() {
    let scene = Scene::start().await;
    for (name, secret) in [
        ("token on stdout", "k8s-aws-v1.c3Rkb3V0LXRva2Vu"),
        ("token on stderr", "k8s-aws-v1.c3RkZXJyLXRva2Vu"),
        ("argument", "argument-Xk29sLqPzRtVbNm"),
        ("variable", "variable-Xk29sLqPzRtVbNm"),
    ] {
        scene.hide(name, secret);
    }
    let prints = "echo k8s-aws-v1.c3Rkb3V0LXRva2Vu; echo k8s-aws-v1.c3RkZXJyLXRva2Vu >&2";
    for (ends, outcome) in [
        ("exit 3", "failed (exit status: 3)"),
        ("exit 0", "printed something else"),
    ] {
        let mut written = Written::of(&scene);
        written.user = script(&scene, "get-token", &format!("{prints}; {ends}"));
        written.user["exec"]["args"] = json!(["argument-Xk29sLqPzRtVbNm"]);
        written.user["exec"]["env"] =
            json!([{ "name": "KEY", "value": "variable-Xk29sLqPzRtVbNm" }]);
        let builder = scene.kubeconfig(&written.text());
        scene.assert_clean("Debug", format!("{builder:?}"));
        assert_eq!(
            scene.refused(builder.connect().await.map(drop)),
            format!(
                "expected a token of the command `HOME/get-token`, but it {outcome}: run it by hand to \
                 see why"
            )
        );
    }
    scene.end().await;
}

#[tokio::test]
async fn a_command_that_is_not_there_is_named() {
    let scene = Scene::start().await;
    let mut written = Written::of(&scene);
    written.user["exec"]["command"] = "/nowhere/wrapper".into();
    assert_eq!(
        scene.refused(scene.kubeconfig(&written.text()).connect().await.map(drop)),
        format!(
            "expected a token of the command `/nowhere/wrapper`, but it could not be run ({}): run it \
             by hand to see why",
            not_found()
        )
    );
    scene.end().await;
}

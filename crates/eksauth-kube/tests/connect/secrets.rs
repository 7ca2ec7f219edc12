//! What `Debug` shows of each public type.

use aws_credential_types::Credentials;
use eksauth_kube::{Clusters, KubeconfigClientBuilder, process_context};

use crate::scene::{DEPLOYER, Scene, role};
use crate::written::{Written, exec};

#[tokio::test]
async fn debug_shows_no_secret() {
    let scene = Scene::start().await;
    scene.hide("password of the proxy", "correct-horse-battery");
    scene.hide("external id", "kept-like-a-password");
    let key = &scene.sandbox.access_keys()[0];
    let own = Credentials::new(key.id(), key.secret_access_key(), None, None, "test");
    let proxy = "http://ci:correct-horse-battery@127.0.0.1:1";
    let builder = scene
        .known("demo")
        .credentials(own)
        .role(
            role(DEPLOYER)
                .with_external_id("kept-like-a-password")
                .unwrap(),
        )
        .proxy(proxy.parse().unwrap());
    scene.assert_clean("EksClientBuilder", format!("{builder:#?}"));
    let clusters = Clusters::with(builder.clone());
    scene.assert_clean("Clusters", format!("{clusters:#?}"));

    let connection = scene.known("demo").resolve().await.unwrap();
    scene.token(connection.token_source()).await;
    let mut state = connection.token_source().state();
    scene.assert_clean("EksConnection", format!("{connection:#?}"));
    scene.assert_clean("TokenState", format!("{:#?}", *state.borrow_and_update()));
    scene.assert_clean("Config", format!("{:#?}", connection.config()));
    let through_proxy = builder.resolve().await.unwrap();
    scene.assert_clean("EksConnection", format!("{through_proxy:#?}"));

    let mut written = Written::of(&scene);
    let with_role = [
        "token",
        "-i",
        "demo",
        "-r",
        DEPLOYER,
        "-e",
        "kept-like-a-password",
    ];
    written.user = exec("aws-iam-authenticator", &with_role);
    let kubeconfig = scene.kubeconfig(&written.text());
    scene.assert_clean("KubeconfigClientBuilder", format!("{kubeconfig:#?}"));
    let resolved = kubeconfig.resolve().await.unwrap();
    scene.assert_clean("KubeconfigConnection", format!("{resolved:#?}"));
    let nothing = KubeconfigClientBuilder::new();
    scene.assert_clean("KubeconfigClientBuilder", format!("{nothing:#?}"));
    scene.assert_clean(
        "Context",
        format!("{:#?} {:#?}", scene.context(), process_context()),
    );
    scene.end().await;
}

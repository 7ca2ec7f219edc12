//! Kubeconfigs that lead nowhere.

use eksauth_kube::KubeconfigClientBuilder;
use eksauth_kube::kube::config::KubeConfigOptions;
use serde_json::Value;

use crate::scene::{Scene, not_found};
use crate::written::Written;

async fn told(scene: &Scene, text: &str) -> String {
    scene.refused(scene.kubeconfig(text).resolve().await)
}

fn named(context: Option<&str>, cluster: Option<&str>, user: Option<&str>) -> KubeConfigOptions {
    KubeConfigOptions {
        context: context.map(str::to_owned),
        cluster: cluster.map(str::to_owned),
        user: user.map(str::to_owned),
    }
}

#[tokio::test]
async fn what_is_no_yaml_is_told_with_its_line_and_without_its_content() {
    let scene = Scene::start().await;
    let token = "eyJhbGciOiJSUzI1NiIsImtpZCI6IiJ9";
    scene.hide("token in the file", token);
    assert_eq!(
        told(
            &scene,
            &format!("apiVersion: v1\nusers:\n- user: {{token: {token}\n")
        )
        .await,
        "could not use the kubeconfig (`HOME/kubeconfig`): expected a kubeconfig in YAML, but found \
         something else at line 3"
    );
    assert_eq!(
        told(&scene, &format!("apiVersion: v1\nusers: {token}\n")).await,
        "could not use the kubeconfig (`HOME/kubeconfig`): expected a kubeconfig in YAML, but found \
         something else at line 2"
    );
    scene.end().await;
}

#[tokio::test]
async fn names_that_are_not_there_are_told_with_those_that_are() {
    let scene = Scene::start().await;
    let text = Written::of(&scene).text();
    for (options, kind) in [
        (named(Some("gone"), None, None), "context"),
        (named(None, Some("gone"), None), "cluster"),
        (named(None, None, Some("gone")), "user"),
    ] {
        let result = scene.kubeconfig(&text).options(&options).resolve().await;
        assert_eq!(
            scene.refused(result),
            format!(
                "could not use the kubeconfig (`HOME/kubeconfig`): expected the {kind} `gone`, but found \
                 only `demo`"
            )
        );
    }
    scene.end().await;
}

#[tokio::test]
async fn without_a_current_context_one_must_be_named() {
    let scene = Scene::start().await;
    let text = Written::of(&scene).text();
    for current in [Value::Null, "".into()] {
        let mut kubeconfig: Value = serde_json::from_str(&text).unwrap();
        kubeconfig["current-context"] = current;
        assert_eq!(
            told(&scene, &kubeconfig.to_string()).await,
            "could not use the kubeconfig (`HOME/kubeconfig`): expected `current-context`, or a context \
             that is named, but found neither; of contexts, there is only `demo`"
        );
    }
    assert_eq!(
        told(&scene, "").await,
        "could not use the kubeconfig (`HOME/kubeconfig`): expected `current-context`, or a context \
         that is named, but found neither; of contexts, there is none"
    );
    scene.end().await;
}

#[tokio::test]
async fn a_file_that_is_not_there_is_told() {
    let scene = Scene::start().await;
    let builder = KubeconfigClientBuilder::new().file(scene.home_path("missing"));
    assert_eq!(
        scene.refused(builder.context(scene.context()).resolve().await),
        format!(
            "could not use the kubeconfig (`HOME/missing`): expected a file that can be read, but could \
             not read it: {}",
            not_found()
        )
    );
    let nowhere = scene.context();
    let nowhere = nowhere.with_variables([("KUBECONFIG", ""), ("HOME", ""), ("USERPROFILE", "")]);
    let builder = KubeconfigClientBuilder::new().context(nowhere);
    assert_eq!(
        scene.refused(builder.resolve().await),
        "could not use the kubeconfig (no file, since neither KUBECONFIG nor HOME is set): expected \
         `current-context`, or a context that is named, but found neither; of contexts, there is none"
    );
    scene.end().await;
}

#[tokio::test]
async fn a_cluster_that_cannot_be_reached_as_it_stands_there_is_told() {
    let scene = Scene::start().await;
    scene.hide("password of the proxy", "correct-horse-battery");
    let unusable = "could not use the kubeconfig (`HOME/kubeconfig`): expected";
    for (key, value, why) in [
        (
            "server",
            Value::Null,
            "`server` of the cluster, but found none",
        ),
        (
            "server",
            "https://an example".into(),
            "a URL as `server` of the cluster, but found something else: invalid uri character",
        ),
        (
            "proxy-url",
            "http://ci:correct-horse-battery@an example".into(),
            "a URL as `proxy-url` of the cluster, but found something else: invalid uri character",
        ),
    ] {
        let mut written = Written::of(&scene);
        written.cluster[key] = value;
        let told = told(&scene, &written.text()).await;
        assert_eq!(told, format!("{unusable} {why}"));
    }
    scene.end().await;
}

#[tokio::test]
async fn a_certificate_authority_that_is_none_is_told() {
    let scene = Scene::start().await;
    let unusable =
        "could not use the kubeconfig (`HOME/kubeconfig`): expected certificates in PEM as";
    for (data, found) in [
        ("not base64", "something that is not base64"),
        ("bm90IGEgY2VydGlmaWNhdGU=", "no certificate"),
        ("LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==", "damaged PEM"),
    ] {
        let mut written = Written::of(&scene);
        written.cluster["certificate-authority-data"] = data.into();
        assert_eq!(
            told(&scene, &written.text()).await,
            format!("{unusable} `certificate-authority-data` of the cluster, but found {found}")
        );
    }
    let mut written = Written::of(&scene);
    written.cluster["certificate-authority-data"] = Value::Null;
    written.cluster["certificate-authority"] = "missing.pem".into();
    assert_eq!(
        told(&scene, &written.text()).await,
        format!(
            "{unusable} `certificate-authority` of the cluster, but found no file that can be read at \
             `HOME/missing.pem`: {}",
            not_found()
        )
    );
    scene.end().await;
}

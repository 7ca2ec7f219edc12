//! `aws-iam-authenticator server`.

use eksauth_testing::{AuthenticatorProcess, AuthenticatorSetup};

use crate::scene::{Scene, assert_says};

use super::NAME;

const VERSION_LINE: &str = concat!(
    "Authenticator Version: \"",
    env!("CARGO_PKG_VERSION"),
    "\", \"\"\n"
);

fn started(arguments: &str) -> AuthenticatorProcess {
    let scene = Scene::empty().called(NAME);
    let setup = AuthenticatorSetup {
        arguments: arguments.split_whitespace().map(str::to_owned).collect(),
        ..AuthenticatorSetup::default()
    };
    AuthenticatorProcess::start(&scene.path(NAME), &setup)
}

#[test]
fn it_serves_and_logs_as_much_as_the_incumbent() {
    let server = started("");
    let reply = server.send("POST", "/authenticate", b"{}");
    assert_eq!(reply.status, 403);
    let log = server.log_with("level=warning msg=\"access denied\"");
    assert_says(&log, &["level=info"]);
}

#[test]
fn it_takes_the_incumbents_flags() {
    let server = started(
        "--partition aws --kubeconfig-pregenerated --kubeconfig-pregenerated=F --backend-mode MountedFile \
         --ec2-describeInstances-qps 10 --ec2-describeInstances-burst 3 --feature-gates SSORoleMatch=true \
         -l json -v debug further arguments",
    );
    assert_eq!(server.send("GET", "/healthz", b"").status, 200);
    let log = server.log_with("\"msg\":\"starting\"");
    assert_says(&log, &["\"level\":\"info\""]);
}

#[test]
fn what_is_wrong_with_the_settings_is_exit_code_one_after_the_version() {
    let scene = Scene::empty().called(NAME);
    let file = |name: &str, text: &str| scene.home().write(name, text).display().to_string();
    let user = file(
        "user.yaml",
        "clusterID: p\nserver: {mapUsers: [{username: nobody}]}\n",
    );
    let dynamic = file(
        "dynamic.yaml",
        "clusterID: p\nserver: {dynamicfilepath: /nowhere}\n",
    );
    for (words, expected) in [
        ("server".to_owned(), "--cluster-id"),
        (
            "server -i prod --backend-mode Dynamic".to_owned(),
            "Dynamic",
        ),
        (
            "server -i prod --backend-mode DynamicFile".to_owned(),
            "dynamicfilepath",
        ),
        (format!("-c {dynamic} server"), "DynamicFile"),
        ("-i prod server --backend-mode CRD,CRD".to_owned(), "CRD"),
        (format!("server -c {user}"), "mapUsers"),
        ("server -i prod --address here".to_owned(), "`here`"),
    ] {
        let ran = scene.run(&words);
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (Some(1), VERSION_LINE),
            "{words}: {ran:#?}"
        );
        assert_says(&ran.stderr, &[expected]);
    }
    for words in [
        "server -i prod --partition moon",
        "server -i prod --feature-gates Other=true",
    ] {
        scene.run(words).failed();
    }
}
